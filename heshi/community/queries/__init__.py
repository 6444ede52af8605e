"""Finding out about duties that come back, and about campaigns."""
