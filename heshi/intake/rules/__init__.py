"""What may come in, and what is taken off it before anybody keeps it."""
