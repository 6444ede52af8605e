"""The pages of the community room: what the units do again and again, and what a place sets out to reach."""
