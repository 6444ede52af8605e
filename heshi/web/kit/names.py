"""The names of units and places, which nearly every page needs, kept in the process for a minute."""

from __future__ import annotations

import time
from collections.abc import Hashable
from typing import Final
from uuid import UUID

from heshi.common.fresh import Fresh
from heshi.common.keys import key_from
from heshi.people.models import Unit
from heshi.people.queries import units as units_now
from heshi.places import queries as places
from heshi.places.models import Division

SECONDS_KEPT: Final = 60
COUNTY_DIGITS, TOWNSHIP_DIGITS, VILLAGE_DIGITS = 6, 9, 12


class Names:
    """The names of units and places."""

    def __init__(self) -> None:
        # Past units as well: old files name them. Only those that stand can be chosen.
        self.units = {
            unit.pk: unit.name for unit in Unit.objects.filter(county=places.county_code()).only("id", "name")
        }
        self.places = dict(Division.objects.values_list("code", "name"))
        standing = units_now().only("id", "name").order_by("code")
        self.unit_choices = [(str(unit.pk), unit.name) for unit in standing]

    def unit(self, key: UUID | str | None) -> str:
        """Return the name of a unit."""
        found = key_from(str(key))
        return self.units.get(found, "") if found else ""

    def place(self, code: str) -> str:
        """Return township and village of a place or a grid."""
        parts = dict.fromkeys([code[:TOWNSHIP_DIGITS], code[:VILLAGE_DIGITS]])
        said = " ".join(
            self.places[part] for part in parts if part in self.places and len(part) > COUNTY_DIGITS
        )
        return said or self.places.get(code[:COUNTY_DIGITS], "")

    def place_choices(self) -> list[tuple[str, str]]:
        """Return every township and village of the county, each village behind its township."""
        county = str(places.county_code())
        codes = sorted(code for code in self.places if code.startswith(county) and len(code) > COUNTY_DIGITS)
        return [(code, self.place(code)) for code in codes]


def _version() -> tuple[Hashable, ...]:
    newest = Unit.objects.order_by("-pk").values_list("pk", flat=True)[:1]
    # A new unit is seen at once by its key, a new name within the minute.
    return (time.monotonic() // SECONDS_KEPT, *newest)


names = Fresh(load=Names, version=_version, every=5.0)
