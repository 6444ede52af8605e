"""One door for all four ways in: understood, routed, and opened as a file, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from heshi.cases.actions import RESIDENT, Actor, NewFile, NewRemark, OpeningGround, open_files
from heshi.cases.queries import definitions_for
from heshi.cases.terms import PERSONAL
from heshi.clocks.rules import ClockDef
from heshi.common.crypto import lookup
from heshi.common.phones import is_mobile
from heshi.common.refusals import Damaged
from heshi.intake.rules.report import History, Report, cleaned
from heshi.intake.rules.written import Doubt
from heshi.intake.terms import KEPT, RESULT
from heshi.journey.actions.deciding import decided, kept_guess, told_to_the_centre
from heshi.journey.actions.locating import Located, located, unknown_topics
from heshi.places import queries as places
from heshi.playbooks.queries import in_force, playbook
from heshi.playbooks.rules import Playbook, Told
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
    doubts: tuple[Doubt, ...] = ()
    """What of it a person has to look at."""


class Understood(NamedTuple):
    """A report and what became clear about it: kind and topic, place, who takes it up, by what repeats are found, what is doubtful."""

    report: Report
    hint: Suggestion
    spot: Located
    decision: Decision
    bands: Sequence[int]
    doubts: Sequence[Doubt]


def receive(*, reports: Sequence[Report], at: datetime, actor: Actor = RESIDENT) -> list[Receipt]:
    """Open a file for each report that is not there yet, and return the receipts in order.

    A report sent twice (same source and source key) gives the receipt of the first time. Raises what `cleaned` raises.
    """
    return receive_cleaned(reports=[cleaned(report) for report in reports], at=at, actor=actor)


def receive_cleaned(*, reports: Sequence[Report], at: datetime, actor: Actor = RESIDENT) -> list[Receipt]:
    """The same for reports that went through `cleaned` already, as a file's rows do one by one."""
    texts = [f"{report.title}\n{report.body}" for report in reports]
    suggestions = suggest_many(texts)
    spots = located(reports)
    decisions = [_readable(decision) for decision in decided(reports, suggestions, spots)]
    doubts = _doubts(reports, spots)
    understood = zip(reports, suggestions, spots, decisions, signatures(texts), doubts, strict=True)
    files = [_file(Understood(*each), at) for each in understood]
    opened = open_files(files=files, ground=_ground(files, at), actor=actor)
    return [
        Receipt(made.case_id, made.number, "" if report.phone else follow_code(report), made.new, found)
        for made, report, found in zip(opened, reports, doubts, strict=True)
    ]


def doubts_of(reports: Sequence[Report]) -> list[tuple[Doubt, ...]]:
    """Return for each report what of it a person has to look at."""
    return _doubts(reports, located(reports))


def _doubts(reports: Sequence[Report], spots: Sequence[Located]) -> list[tuple[Doubt, ...]]:
    return [
        (*report.doubts, *spot.doubts, *topic)
        for report, spot, topic in zip(reports, spots, unknown_topics(reports), strict=True)
    ]


def follow_code(report: Report) -> str:
    """Return the four digits of a receipt without a telephone; the same report always gives the same ones."""
    return f"{int(lookup(f'follow/{report.source}/{report.source_key}'), 16) % 10_000:04d}"


def _readable(decision: Decision) -> Decision:
    """Return a decision for a playbook that can be read: nobody is turned away at the door because one of ours is damaged."""
    try:
        playbook(in_force(decision.playbook))
    except Damaged as refusal:
        if decision.playbook == FALLBACK_PLAYBOOK:
            raise
        return replace(decision, playbook=FALLBACK_PLAYBOOK, fallback=STANDS_IN.format(wrong=refusal))
    return decision


def _file(one: Understood, at: datetime) -> NewFile:
    report, decision = one.report, one.decision
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
        place=one.spot.place,
        path=one.spot.path,
        lon=report.lon,
        lat=report.lat,
        place_text=report.place_text,
        follow=report.phone[-4:] if report.phone else follow_code(report),
        visit=report.visit,
        parties=_parties(report),
        attachments=report.attachments,
        facts=kept_guess(report, one.hint, decision) | _reasons(report, decision),
        bands=one.bands,
        tells=_tells(decision, report),
        remarks=[*_remarks(one.doubts), *_results(report.history)],
        ended=report.history is not None,
    )


def _remarks(doubts: Iterable[Doubt]) -> Iterator[NewRemark]:
    """Yield each doubt with the text as it was written; what only came along is no question to anybody."""
    for field, text, why in doubts:
        yield NewRemark(field, text, why, is_open=why != KEPT)


def _results(history: History | None) -> Iterator[NewRemark]:
    if history and history.result:
        yield NewRemark(RESULT, history.result, KEPT, is_open=False)


def _parties(report: Report) -> list[dict[str, str]]:
    given = {name: getattr(report, name) for name in PERSONAL}
    return [{"role": "reporter", **given}] if any(given.values()) else []


def _reasons(report: Report, decision: Decision) -> dict[str, object]:
    """Return why the file went where it went, for whoever asks later."""
    elsewhere = {
        name: value
        for name, value in (
            ("external_number", report.external_number), ("external_status", report.status), ("history", _history(report.history)),
        )
        if value
    }  # fmt: skip
    return {
        "route": decision.told(),
        "suggested_unit": str(decision.unit_id),
        **elsewhere,
    }


def _history(history: History | None) -> dict[str, str] | None:
    """Return what the record keeps of how a matter ended elsewhere: when, and how content she was; the result is words, and sealed."""
    if history is None:
        return None
    when = {"closed_at": history.closed_at.isoformat()} if history.closed_at else {}
    return when | ({"rating": history.rating} if history.rating else {})


def _tells(decision: Decision, report: Report) -> list[Told]:
    """A report that somebody must place or sort is announced to the centre whose queue it lies in; a live one is receipted by machine.

    Nobody rings up or prints for a receipt: who waits at the door has it in her hand.
    """
    if report.history is not None:
        return []
    by_machine = is_mobile(report.phone) or report.email
    of_ours = told_to_the_centre(decision)
    if decision.fallback.endswith(STANDS_IN.format(wrong="")):
        of_ours = [Told("centre", about="stands_in")]
    return of_ours + ([Told("resident", about="received")] if report.source in LIVE and by_machine else [])


def _ground(files: Sequence[NewFile], at: datetime) -> OpeningGround:
    books: dict[UUID, Playbook] = {file.playbook_id: playbook(file.playbook_id) for file in files}
    clocks: dict[UUID, Mapping[str, ClockDef]] = {key: definitions_for(book) for key, book in books.items()}
    return OpeningGround(places.county_code(), at, clocks, books)
