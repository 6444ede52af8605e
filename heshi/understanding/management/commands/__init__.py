"""`heshi learn`, `heshi suggest`, `heshi reposts`."""
