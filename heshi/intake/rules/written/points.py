"""Coordinates: two numbers on the earth, or none."""

from __future__ import annotations

from math import isfinite

from heshi.intake.rules.written.doubts import Doubt, is_nothing, plain_of

Point = tuple[float, float]


def point_in(lon: str | float | None, lat: str | float | None) -> tuple[Point | None, Doubt | None]:
    """Return the point, None where there is none; one of two, no numbers, (0, 0) and what is not on the earth is a doubt."""
    written = [str(each) for each in (lon, lat) if each is not None and not _is_empty(each)]
    if not written:
        return None, None
    try:
        east, north = float(plain_of(str(lon))), float(plain_of(str(lat)))
    except ValueError:
        return None, Doubt("point", "，".join(written), "point_unreadable")
    if east == north == 0:
        return None, Doubt("point", "，".join(written), "point_nowhere")
    if not (isfinite(east) and isfinite(north) and abs(east) <= 180 and abs(north) <= 90):
        return None, Doubt("point", "，".join(written), "point_unreadable")
    return (east, north), None


def _is_empty(given: str | float) -> bool:
    # Nought is a number here: programs write it where they know no place, and a person has to see that.
    return isinstance(given, str) and plain_of(given) != "0" and is_nothing(plain_of(given))
