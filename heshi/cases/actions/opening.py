"""Open files: everything a first word brings with it is written at once, or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from heshi.cases.actions.indexing import case_rows, party_rows, words_of
from heshi.cases.models import (
    Attachment,
    Case,
    Clock,
    Event,
    Lookup,
    Outgoing,
    Party,
    Remark,
    Statement,
)
from heshi.cases.record import body
from heshi.cases.rules import (
    GENESIS,
    Actor,
    Link,
    State,
    apply,
    clock_columns,
    columns,
    digest,
    first_body,
    last_position,
    statement_digest,
)
from heshi.cases.terms import OPENED, PERSONAL
from heshi.clocks.rules import ClockDef
from heshi.common.crypto import lookup, seal
from heshi.common.keys import new_key
from heshi.common.numbers import new_number
from heshi.common.together import insert_together
from heshi.common.waking import wake
from heshi.playbooks.rules import Playbook, Told

NUMBER_TRIES = 5


class NewRemark(NamedTuple):
    """A text of a field that could not be read, or only in part; ``is_open``: a person has to look at it."""

    field: str
    text: str
    why: str
    is_open: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFile:
    """A first word, understood and routed, ready to be written."""

    source: str
    source_key: str
    title: str
    body: str
    kind: str
    topic: str
    unit_id: UUID
    playbook_id: UUID
    said_at: datetime
    place: str = ""
    path: str = ""
    lon: float | None = None
    lat: float | None = None
    place_text: str = ""
    follow: str = ""
    visit: UUID | None = None
    parties: Sequence[Mapping[str, str]] = ()
    attachments: Sequence[UUID] = ()
    facts: Mapping[str, object] = field(default_factory=dict)
    bands: Sequence[int] = ()
    tells: Sequence[Told] = ()
    remarks: Sequence[NewRemark] = ()
    ended: bool = False
    """It was dealt with elsewhere before it came here: it lies at the end from the first moment, and no clock runs."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What the person at the door gets back."""

    case_id: UUID
    number: str
    new: bool


@dataclass(frozen=True, slots=True)
class OpeningGround:
    """What many files of one moment share: the county, the law, the playbooks."""

    county: int
    at: datetime
    clocks: Mapping[UUID, Mapping[str, ClockDef]]
    playbooks: Mapping[UUID, Playbook]


Row = Mapping[str, object]
Rows = dict[type, list[Row]]


def open_files(*, files: Sequence[NewFile], ground: OpeningGround, actor: Actor) -> list[Opened]:
    """Open every file that is not there yet, all in one transaction; return number and key of each, in order.

    A file is known by (county, source, source key): sending it again gives the number it already has.
    """
    opened: dict[tuple[str, str], Opened] = {}
    waiting = {(file.source, file.source_key): file for file in files}
    # The unique constraints decide who was first; looking before writing would leave a gap between two doors (docs/decisions/0003).
    for _try in range(NUMBER_TRIES):  # a second try only when a random number was taken already
        opened |= _written(list(waiting.values()), ground, actor)
        waiting = {key: file for key, file in waiting.items() if key not in opened}
        if waiting:
            opened |= _known(list(waiting), ground.county)
            waiting = {key: file for key, file in waiting.items() if key not in opened}
        if not waiting:
            break
    return [opened[file.source, file.source_key] for file in files]


def _written(files: Sequence[NewFile], ground: OpeningGround, actor: Actor) -> dict[tuple[str, str], Opened]:
    rows: Rows = {Case: [], Event: [], Statement: [], Party: [], Lookup: [], Clock: [], Outgoing: []}
    # Most batches have none: a table less to write.
    rows |= {Remark: []} if any(file.remarks for file in files) else {}
    for file in files:
        _lay_out(rows, file, ground, actor)
    cases = rows.pop(Case)
    # One statement is a transaction of its own; only attachments, which lie there already, need a second one beside it.
    attached = any(file.attachments for file in files)
    with transaction.atomic() if attached else nullcontext():
        new = insert_together(Case, cases, rows)
        kept = {
            (str(row["source"]), str(row["source_key"])): Opened(
                UUID(str(row["id"])), str(row["number"]), new=True
            )
            for row in cases
            if row["id"] in new
        }
        if attached:
            _attach(files, {key: opened.case_id for key, opened in kept.items()}, ground.county)
    wake()
    return kept


def _known(keys: Sequence[tuple[str, str]], county: int) -> dict[tuple[str, str], Opened]:
    sources = {source for source, _key in keys}
    found = Case.objects.filter(
        county=county, source__in=sources, source_key__in=[key for _source, key in keys]
    )
    return {
        (case.source, case.source_key): Opened(case.pk, case.number, new=False)
        for case in found.only("id", "number", "source", "source_key")
    }


def _attach(files: Sequence[NewFile], keys: Mapping[tuple[str, str], UUID], county: int) -> None:
    for file in files:
        case_id = keys.get((file.source, file.source_key))
        if file.attachments and case_id:
            # `case=None`: a key that somebody copied must not pull an attachment out of the file it belongs to.
            Attachment.objects.filter(county=county, pk__in=file.attachments, case=None).update(
                case_id=case_id, waits_for=None, waits_by="", asked=""
            )


def _lay_out(rows: Rows, file: NewFile, ground: OpeningGround, actor: Actor) -> None:
    """Lay the rows of one new file on the table."""
    case_id = new_key()
    owned = {"county": ground.county, "case_id": case_id}
    playbook = ground.playbooks[file.playbook_id]
    event, state = _first_event(file, ground, actor, case_id, playbook)
    due = columns(state)
    rows[Event].append(event)
    rows[Case].append(
        due | {"id": case_id, "county": ground.county, "title": file.title, "head": event["digest"]}
    )
    rows[Statement].append(_statement(file, owned))
    for party in file.parties:
        party_id = new_key()
        rows[Party].append(_party(party, owned, party_id))
        rows[Lookup] += party_rows(party, owned, party_id)
    written = [(remark.field, remark.text) for remark in file.remarks if remark.field in PERSONAL]
    rows[Lookup] += case_rows(file.source_key, str(file.facts.get("external_number") or ""), written, owned)
    if file.remarks:
        rows[Remark] += [_remark(remark, owned, ground.at) for remark in file.remarks]
    rows[Clock] += [clock_columns(clock) | owned | {"id": new_key()} for clock in state.clocks.values()]
    rows[Outgoing].append(owned | {"id": event["id"], "number": 1})


def _first_event(
    file: NewFile, ground: OpeningGround, actor: Actor, case_id: UUID, playbook: Playbook
) -> tuple[dict[str, object], State]:
    facts = _first_facts(file)
    if file.ended:
        first, went_to = body(facts=facts, end=True), last_position(playbook)
    else:
        went_to = playbook.start
        first = first_body(playbook, facts, roles=actor.roles, at=ground.at, tells=file.tells)
    link = Link(
        ground.county, case_id, 1, OPENED, "", went_to, actor.kind, actor.id, actor.label, ground.at, first.written()
    )  # fmt: skip
    state = apply(State(), number=1, went_to=went_to, at=ground.at, body=first)
    return event_row(link, digest(GENESIS, link)), state


def event_row(link: Link, made: str) -> dict[str, object]:
    """Return the columns of an event."""
    return {
        "id": new_key(),
        "county": link.county,
        "case_id": link.case_id,
        "number": link.number,
        "step": link.step,
        "came_from": link.came_from,
        "went_to": link.went_to,
        "actor_kind": link.actor_kind,
        "actor_id": link.actor_id,
        "actor_label": link.actor_label,
        "at": link.at,
        "as_written": link.as_written,
        "digest": made,
    }


def _first_facts(file: NewFile) -> dict[str, object]:
    number = new_number()
    return {
        **file.facts,
        "number": number,
        "source": file.source,
        "source_key": file.source_key,
        "kind": file.kind,
        "topic": file.topic,
        "place": file.place,
        "path": file.path,
        "lon": file.lon,
        "lat": file.lat,
        "visit": file.visit and str(file.visit),
        "unit": str(file.unit_id),
        "playbook": str(file.playbook_id),
        # The fingerprint, not the words: they can be erased by law and the chain still holds (个人信息保护法第47条).
        "statement": statement_digest(file.title, file.body),
        # How many, not who: nothing personal goes into the chain (docs/decisions/0005).
        "parties": len(file.parties),
        **({"remarks": len(file.remarks)} if file.remarks else {}),
        "follow_key": follow_key(number, file.follow) if file.follow else "",
    }


def follow_key(number: str, last_four: str) -> str:
    """Return the keyed fingerprint by which a follower is recognised; neither part can be read from it."""
    return lookup(f"{number}/{last_four}")


def _statement(file: NewFile, owned: Row) -> Row:
    return {
        **owned,
        "id": new_key(),
        "body": file.body,
        "place_text": file.place_text,
        "said_at": file.said_at,
        "tokens": words_of(title=file.title, body=file.body, place_text=file.place_text, path=file.path),
        "bands": list(file.bands),
    }


def _remark(remark: NewRemark, owned: Row, at: datetime) -> Row:
    return {
        **owned,
        "id": new_key(),
        "field": remark.field,
        "text": seal(remark.text),
        "why": remark.why,
        "settled_at": None if remark.is_open else at,
        "settled_by": "",
    }


def _party(party: Mapping[str, str], owned: Row, party_id: UUID) -> Row:
    # Every field is brought, the empty ones too: a row that goes as JSON leaves no column out.
    sealed = {name: seal(party.get(name, "")) for name in PERSONAL}
    return {**owned, "id": party_id, "role": party.get("role", "reporter"), **sealed}
