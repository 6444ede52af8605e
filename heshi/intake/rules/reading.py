"""How a person wants a file read: which sheets, which line holds the headings, what each column is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

MOST_HEADING_ROWS: Final = 3


class Reading(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What was chosen; whatever is left open is guessed.

    ``heading`` is the first line of the headings, counted from 1 as a spreadsheet counts, and ``heading_rows`` how many lines they
    take. ``hidden`` says whether hidden rows are taken in; with None it was not asked yet. ``columns`` gives the place of a column,
    counted from 0, and what it is, empty for a column that is not used. ``timeless``: the file does not say when things were said.
    """

    sheets: tuple[str, ...] = ()
    heading: int = 0
    heading_rows: int = 0
    hidden: bool | None = None
    columns: dict[int, str] = {}
    timeless: bool = False

    def kept(self) -> dict[str, object]:
        """Return it as plain values for the database."""
        plain: dict[str, object] = msgspec.json.decode(msgspec.json.encode(self))
        return plain


def reading_of(kept: Mapping[str, object]) -> Reading:
    """Return what was kept; of another shape (an older version's), nothing was chosen."""
    try:
        return msgspec.json.decode(msgspec.json.encode(dict(kept)), type=Reading)
    except msgspec.ValidationError:
        return Reading()
