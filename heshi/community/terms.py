"""Words of the community room. Codes are stored, labels are for people."""

from __future__ import annotations

from typing import Final

OPEN, DONE, SKIPPED = "open", "done", "skipped"
STATES: Final = {OPEN: "还没做", DONE: "做了", SKIPPED: "没有做"}

DAYS_AHEAD: Final = 14
"""How far ahead duties are written down; of one that comes back more seldom, the next."""
FARTHEST: Final = 400
"""Within so many days every duty comes back, even a yearly one put off by a long holiday."""
LOOK_BACK: Final = 31
"""No block of rest days is longer than this."""
MOST_WORDS: Final = 2000

START_WITHIN_DAYS: Final = 31
"""A campaign may begin so many days ago, or so many days from now."""
WHOLE_COUNTY: Final = "-"
"""The key of a case that lies in no township."""
