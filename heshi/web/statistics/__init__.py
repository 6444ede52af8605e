"""The pages of figures: one for the desk, one for everybody."""
