"""Where reports happened, and what of that and of the topic nobody here knows: taken all the same, and flagged for a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from heshi.intake.rules.report import Report
from heshi.intake.rules.written import Doubt
from heshi.places import queries as places
from heshi.routing.queries import topics_routed
from heshi.understanding.queries import shelf
from heshi.understanding.terms import OFFICIAL_TOPICS


@dataclass(frozen=True, slots=True)
class Located:
    """Where a report happened: the finest place known, its path, and what was doubtful about it."""

    place: str
    path: str
    doubts: tuple[Doubt, ...] = ()


def located(reports: Sequence[Report]) -> list[Located]:
    """Return the place of each report: the code it names, or else the grid its point lies in, or else the county."""
    points = {
        index: (report.lon, report.lat)
        for index, report in enumerate(reports)
        if report.lon is not None and report.lat is not None
    }
    grids = dict(zip(points, places.grids_at(list(points.values())), strict=True)) if points else {}
    county = str(places.county_code())
    paths = places.division_paths(
        {county, *filter(None, [*(report.place for report in reports), *grids.values()])}
    )
    return [
        _located(report, grids.get(index), paths, county, outside=index in grids and grids[index] is None)
        for index, report in enumerate(reports)
    ]


def _located(
    report: Report, grid: str | None, paths: dict[str, str], county: str, *, outside: bool
) -> Located:
    place = next(code for code in (report.place, grid, county) if code in paths)
    doubts = []
    if report.place and report.place not in paths:
        doubts.append(Doubt("place", report.place, "place_unknown"))
    if outside and places.has_grids():
        doubts.append(Doubt("point", f"{report.lon}，{report.lat}", "point_outside"))
    return Located(place, paths[place], tuple(doubts))


def unknown_topics(reports: Sequence[Report]) -> Iterator[tuple[Doubt, ...]]:
    """Yield for each report a doubt when it names a topic that no list, no model and no rule here knows."""
    model = shelf.current()
    known = {
        "",
        *OFFICIAL_TOPICS,
        *OFFICIAL_TOPICS.values(),
        *(model.topic.answers if model else ()),
        *topics_routed(),
    }
    for report in reports:
        yield () if report.topic in known else (Doubt("topic", report.topic, "topic_unknown"),)
