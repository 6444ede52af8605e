"""Community: what neighbours decide and keep together.

A matter for the whole village or compound comes in.
It will leave a public record of what was agreed.
"""
