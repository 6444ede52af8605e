"""`heshi community`."""
