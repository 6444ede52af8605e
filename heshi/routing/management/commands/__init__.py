"""`heshi routing`."""
