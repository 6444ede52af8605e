"""The pages of the desk, one file for each."""
