"""The desk: what staff see. A queue of what is due next, the file with the buttons of this moment, the window, the inbox."""
