"""Commands of the clock room."""
