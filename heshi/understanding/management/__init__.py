"""Commands of the understanding room."""
