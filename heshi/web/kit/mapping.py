"""Where a mark on the map lies, in words, and from where the map itself is loaded."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from heshi.places import queries as places
from heshi.places.queries import WHOLE, PlaceAt
from heshi.web.kit.names import COUNTY_DIGITS, names


@dataclass(frozen=True, slots=True)
class Pin:
    """A mark on the map; ``spot`` is None where it lies outside every village of the county."""

    lon: float
    lat: float
    spot: PlaceAt | None

    @property
    def place(self) -> str:
        """The village it lies in, else the township; empty outside."""
        return self.spot.place if self.spot else ""

    @property
    def words(self) -> str:
        """Township and village, or that it lies outside the county."""
        return names().place(self.place) if self.place else f"{county_name()}以外"

    def lies_in(self, place: str) -> bool:
        """Return whether it lies in a township or a village; everywhere lies in no place at all."""
        return not place or (self.spot is not None and place in (self.spot.town, self.spot.village))

    def is_beside(self, path: str) -> bool:
        """Return whether it lies in another township or village than the one on a path."""
        narrowest = path.rpartition("/")[2]
        return self.spot is not None and len(narrowest) > COUNTY_DIGITS and not self.lies_in(narrowest)


def pin_at(lon: float | None, lat: float | None) -> Pin | None:
    """Return the mark at a point; None without a point, and in a county of which nothing is drawn."""
    if lon is None or lat is None or not places.has_grids():
        return None
    return Pin(lon, lat, places.place_at(lon, lat, on=timezone.localdate()))


def county_name() -> str:
    """Return what the county is called."""
    return names().places.get(str(places.county_code()), "本县")


def map_address() -> str:
    """Return the address of the layer of the whole county; empty where nothing is drawn.

    It changes with the map, so a telephone may keep what it has loaded for good.
    """
    if not places.has_grids():
        return ""
    version = places.drawn_map(on=timezone.localdate()).version
    return reverse("map-layer", args=[version, WHOLE])
