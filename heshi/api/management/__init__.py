"""Commands of the api room."""
