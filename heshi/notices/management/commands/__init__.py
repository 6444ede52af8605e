"""`heshi notices`."""
