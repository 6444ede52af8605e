"""One door for all four ways in: understood, routed, and opened as a file, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from heshi.cases.actions import RESIDENT, Actor, NewFile, OpeningGround, open_files
from heshi.cases.queries import definitions_for
from heshi.cases.terms import PERSONAL
from heshi.clocks.rules import ClockDef
from heshi.common.crypto import lookup
from heshi.common.phones import is_mobile
from heshi.common.refusals import Damaged
from heshi.intake.rules.report import Report, cleaned
from heshi.places import queries as places
from heshi.playbooks.queries import in_force, playbook
from heshi.playbooks.rules import Playbook, Told
from heshi.routing.actions import route_many
from heshi.routing.rules import Decision
from heshi.routing.terms import FALLBACK_PLAYBOOK
from heshi.understanding.actions import signatures, suggest_many
from heshi.understanding.rules import Suggestion

STANDS_IN: Final = "{wrong}先按通用的办法登记，恢复以后请改换办法。"
LIVE = frozenset({"web", "window", "phone"})
"""Doors at which somebody is waiting for a receipt."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the person takes home: the number, and four digits to follow it by when she left no telephone."""

    case_id: UUID
    number: str
    follow_code: str
    new: bool


@dataclass(frozen=True, slots=True)
class Located:
    """Where a report happened: the finest place known, and its path."""

    place: str
    path: str


def receive(*, reports: Sequence[Report], at: datetime, actor: Actor = RESIDENT) -> list[Receipt]:
    """Open a file for each report that is not there yet, and return the receipts in order.

    A report sent twice (same source and source key) gives the receipt of the first time. Raises what `cleaned` raises.
    """
    return receive_cleaned(reports=[cleaned(report) for report in reports], at=at, actor=actor)


def receive_cleaned(*, reports: Sequence[Report], at: datetime, actor: Actor = RESIDENT) -> list[Receipt]:
    """The same for reports that went through `cleaned` already, as a file's rows do one by one."""
    texts = [f"{report.title}\n{report.body}" for report in reports]
    suggestions = suggest_many(texts)
    located = _located(reports)
    routed = route_many([_asked(*each) for each in zip(reports, suggestions, located, strict=True)])
    decisions = [_readable(decision) for decision in routed]
    understood = zip(reports, suggestions, located, decisions, signatures(texts), strict=True)
    files = [_file(*each, at) for each in understood]
    opened = open_files(files=files, ground=_ground(files, at), actor=actor)
    return [
        Receipt(made.case_id, made.number, "" if report.phone else follow_code(report), made.new)
        for made, report in zip(opened, reports, strict=True)
    ]


def follow_code(report: Report) -> str:
    """Return the four digits of a receipt without a telephone; the same report always gives the same ones."""
    return f"{int(lookup(f'follow/{report.source}/{report.source_key}'), 16) % 10_000:04d}"


def _located(reports: Sequence[Report]) -> list[Located]:
    points = {
        index: (report.lon, report.lat)
        for index, report in enumerate(reports)
        if report.lon is not None and report.lat is not None
    }
    grids = dict(zip(points, places.grids_at(list(points.values())), strict=True)) if points else {}
    county = str(places.county_code())
    finest = [report.place or grids.get(index) or county for index, report in enumerate(reports)]
    paths = places.division_paths({*finest, county})
    return [
        Located(place, paths[place]) if place in paths else Located(county, paths[county]) for place in finest
    ]


def _readable(decision: Decision) -> Decision:
    """Return a decision for a playbook that can be read: nobody is turned away at the door because one of ours is damaged."""
    try:
        playbook(in_force(decision.playbook))
    except Damaged as refusal:
        if decision.playbook == FALLBACK_PLAYBOOK:
            raise
        return replace(decision, playbook=FALLBACK_PLAYBOOK, fallback=STANDS_IN.format(wrong=refusal))
    return decision


def _asked(report: Report, hint: Suggestion, spot: Located) -> dict[str, str]:
    """Return what the routing rules look at: a person's own word goes before the suggestion."""
    return {
        "kind": report.kind or hint.kind,
        "topic": report.topic or hint.topic,
        "place": spot.place,
        "path": spot.path,
        "tier": "",
    }


def _file(
    report: Report, hint: Suggestion, spot: Located, decision: Decision, bands: Sequence[int], at: datetime
) -> NewFile:
    return NewFile(
        source=report.source,
        source_key=report.source_key,
        title=report.title,
        body=report.body,
        kind=decision.inputs.kind,
        topic=decision.inputs.topic,
        unit_id=decision.unit_id,
        playbook_id=in_force(decision.playbook),
        said_at=report.said_at or at,
        place=spot.place,
        path=spot.path,
        lon=report.lon,
        lat=report.lat,
        place_text=report.place_text,
        follow=report.phone[-4:] if report.phone else follow_code(report),
        visit=report.visit,
        parties=_parties(report),
        attachments=report.attachments,
        facts=_reasons(report, hint, decision),
        bands=bands,
        tells=_tells(decision, report),
    )


def _parties(report: Report) -> list[dict[str, str]]:
    given = {name: getattr(report, name) for name in PERSONAL}
    return [{"role": "reporter", **given}] if any(given.values()) else []


def _reasons(report: Report, hint: Suggestion, decision: Decision) -> dict[str, object]:
    """Return why the file went where it went, for whoever asks later."""
    suggested = {
        "kind": hint.kind, "kind_p": round(hint.kind_p, 3), "topic": hint.topic, "topic_p": round(hint.topic_p, 3),
        "words": list(hint.words),
    }  # fmt: skip
    external = {"external_number": report.external_number} if report.external_number else {}
    return {
        "suggested": suggested,
        "route": decision.told(),
        "suggested_unit": str(decision.unit_id),
        **external,
    }


def _tells(decision: Decision, report: Report) -> list[Told]:
    """A report that no rule could place is announced to the centre whose queue it lies in; a live one is receipted by machine.

    Nobody rings up or prints for a receipt: who waits at the door has it in her hand.
    """
    by_machine = is_mobile(report.phone) or report.email
    unrouted = [Told("unit", about="unrouted")] if decision.fallback else []
    if decision.fallback.endswith(STANDS_IN.format(wrong="")):
        unrouted = [Told("centre", about="stands_in")]
    return unrouted + ([Told("resident", about="received")] if report.source in LIVE and by_machine else [])


def _ground(files: Sequence[NewFile], at: datetime) -> OpeningGround:
    books: dict[UUID, Playbook] = {file.playbook_id: playbook(file.playbook_id) for file in files}
    clocks: dict[UUID, Mapping[str, ClockDef]] = {key: definitions_for(book) for key, book in books.items()}
    return OpeningGround(places.county_code(), at, clocks, books)
