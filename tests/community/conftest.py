"""Fixtures of the community room."""

from tests.community.books import book, open_file

__all__ = ["book", "open_file"]
