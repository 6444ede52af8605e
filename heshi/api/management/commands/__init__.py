"""`heshi apikey`."""
