"""Fixtures of every test of pages."""

from tests.web.desk import busy_desk, desk_rooms

__all__ = ["busy_desk", "desk_rooms"]
