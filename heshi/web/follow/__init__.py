"""A resident follows her case: every step in plain words, who has it, until when and why, what else she may do, and her rating."""
