"""`heshi clocks`."""
