"""The pages on which a resident says what happened."""
