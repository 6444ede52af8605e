"""One door for all four ways in: understood, routed, and opened as a file, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings

from heshi.cases.actions import RESIDENT, Actor, NewFile, OpeningGround, open_files
from heshi.cases.queries import definitions_for
from heshi.cases.terms import ACCUSING, PERSONAL
from heshi.clocks.rules import ClockDef
from heshi.common.crypto import lookup
from heshi.common.phones import is_mobile
from heshi.intake.rules.report import Report, cleaned
from heshi.places import queries as places
from heshi.playbooks.queries import in_force, playbook
from heshi.playbooks.rules import Playbook, Told
from heshi.routing.actions import hold, route_by, route_many
from heshi.routing.rules import Decision
from heshi.routing.terms import COUNTY, HELD, TOWNSHIP
from heshi.understanding.actions import signatures, suggest_many
from heshi.understanding.rules import Guess, Suggestion, doubts, told_doubt

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
    decisions = _decided(list(zip(reports, suggestions, located, strict=True)))
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


def _asked(report: Report, hint: Suggestion, spot: Located) -> dict[str, str]:
    """Return what the routing rules look at: a person's own word goes before the suggestion."""
    return {
        "kind": report.kind or hint.kind,
        "topic": report.topic or hint.topic,
        "place": spot.place,
        "path": spot.path,
        "tier": "",
    }


def _decided(understood: Sequence[tuple[Report, Suggestion, Located]]) -> list[Decision]:
    """Return where each report goes: by the rules where it is sure what it is about, else nowhere yet."""
    doubted = [_doubts(report, hint) for report, hint, _spot in understood]
    return [
        _set_apart(given, doubt, _asked(*given)) if doubt or given[0].playbook else decision
        for given, doubt, decision in zip(understood, doubted, route_many([_asked(*each) for each in understood]), strict=True)
    ]  # fmt: skip


def _doubts(report: Report, hint: Suggestion) -> tuple[str, ...]:
    return doubts(hint, kind=report.kind, topic=report.topic, bar=settings.HESHI_CONFIDENCE_BAR)


def _set_apart(
    given: tuple[Report, Suggestion, Located], doubted: Sequence[str], asked: dict[str, str]
) -> Decision:
    report, hint, _spot = given
    if report.playbook:
        return route_by(asked, playbook=report.playbook, sure=not doubted)
    kinds = [guess.label for guess in hint.kinds] if "kind" in doubted else [asked["kind"]]
    accusing = next((kind for kind in kinds if kind in ACCUSING), "")
    # It may accuse somebody: until a person has looked, it is kept as if it did, and away from the place (信访工作条例第30条).
    kept = asked | {"kind": accusing or asked["kind"]}
    return hold(kept, doubt=told_doubt(hint, doubted), at=COUNTY if accusing else TOWNSHIP)


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
    suggested: dict[str, object] = {
        "kind": hint.kind, "kind_p": round(hint.kind_p, 3), "topic": hint.topic, "topic_p": round(hint.topic_p, 3),
        "words": list(hint.words),
    }  # fmt: skip
    unsure: dict[str, object] = {}
    if decision.how == HELD:
        pairs = {"kind": ("kinds", hint.kinds), "topic": ("topics", hint.topics)}
        suggested |= {name: _pairs(found) for name, found in map(pairs.__getitem__, _doubts(report, hint))}
        unsure = {"unsure": True}
    external = {"external_number": report.external_number} if report.external_number else {}
    return {
        "suggested": suggested,
        "route": decision.told(),
        "suggested_unit": str(decision.unit_id),
        **unsure,
        **external,
    }


def _pairs(guesses: Sequence[Guess]) -> list[list[object]]:
    return [[guess.label, round(guess.p, 3)] for guess in guesses]


def _tells(decision: Decision, report: Report) -> list[Told]:
    """A report that no rule could place, or that a person has to sort, is announced to the centre whose queue it lies in; a live one
    is receipted by machine.

    Nobody rings up or prints for a receipt: who waits at the door has it in her hand.
    """
    by_machine = is_mobile(report.phone) or report.email
    return _to_the_centre(decision) + (
        [Told("resident", about="received")] if report.source in LIVE and by_machine else []
    )


def _to_the_centre(decision: Decision) -> list[Told]:
    if decision.how == HELD:
        return [Told("unit", about="unsorted")]
    return [Told("unit", about="unrouted")] if decision.fallback and not decision.how else []


def _ground(files: Sequence[NewFile], at: datetime) -> OpeningGround:
    books: dict[UUID, Playbook] = {file.playbook_id: playbook(file.playbook_id) for file in files}
    clocks: dict[UUID, Mapping[str, ClockDef]] = {key: definitions_for(book) for key, book in books.items()}
    return OpeningGround(places.county_code(), at, clocks, books)
