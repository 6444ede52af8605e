"""Take a step: the one way a case moves. Guarded by the revision that was seen, in one transaction, leaving one event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from django.db import transaction

from heshi.cases.actions.handing import hand_in
from heshi.cases.actions.indexing import refresh_numbers, refresh_words
from heshi.cases.actions.lots import lots_for
from heshi.cases.actions.opening import event_row
from heshi.cases.models import Attachment, Case, Clock, Event, Outgoing, TaskRow, Tie
from heshi.cases.queries.file import case_for, definitions_for, moved_since, state_of
from heshi.cases.record import Body, ClockStaged
from heshi.cases.record import body as body_now
from heshi.cases.rules import (
    RESIDENT,
    SYSTEM,
    Actor,
    Link,
    State,
    Turning,
    apply,
    body_of,
    clock_columns,
    columns,
    digest,
    graded_by,
    situation_of,
    task_columns,
)
from heshi.cases.rules.joining import (
    NOW_ANSWERED,
    SPEAKING,
    NotJoinable,
    is_bad,
    joined_facts,
    passed_on,
    sent_back,
    waits_for_rating,
)
from heshi.cases.rules.sight import CaseUnknown
from heshi.cases.terms import JOINED, JOINED_SAID, MAIN_ANSWERED
from heshi.common.keys import new_key
from heshi.common.numbers import check_number
from heshi.common.refusals import Conflict
from heshi.common.waking import wake
from heshi.people.models import Staff
from heshi.people.queries import presence_of, scope_of
from heshi.places.queries import division_path
from heshi.playbooks.queries import playbook as playbook_of
from heshi.playbooks.rules import Playbook, Told, decide

BESIDE: Final = replace(RESIDENT, label="一同反映的群众")
"""Whoever speaks on a case that her own became part of."""


class CaseMoved(Conflict):
    """Somebody else moved the case since this person looked at it."""

    code = "case_moved"
    sentence = "刚刚有人先办理了这件案件，您的操作没有生效，填写的内容已为您保留，请看过最新进展后再决定。"


@transaction.atomic
def take_step(
    *,
    case: Case,
    step: str,
    actor: Actor,
    at: datetime,
    answers: Mapping[str, object] | None = None,
    revision: int | None = None,
    task: int = 0,
) -> Case:
    """Let the actor take the step and return the case as it then stands.

    ``revision`` is the one the person saw (the case's own where none is given); ``task`` the number of the task the step is
    taken on, where it is one of those. Raises CaseMoved when it moved since in a way that concerns the step (`moved_since`), what
    the playbook has against the step, or what the law has against a change of clocks.
    """
    # Told before anything is worked out: whoever decided on an old page must not be shown what is missing on it.
    seen = case.revision if revision is None else revision
    if task:  # on the newest state, and nobody comes between: whoever acts on another task waits a moment instead of being sent away
        case.refresh_from_db(
            from_queryset=Case.objects.select_for_update(of=("self",)).filter(county=case.county)
        )
    check_unmoved(case, seen, task)
    if step in SPEAKING:  # first the main case, then its own: whoever acts on the main case goes the same way
        _main_of(case)
    playbook, given, before = playbook_of(case.playbook_id), answers or {}, case.position
    state = state_of(case)
    situation = situation_of(
        state,
        playbook,
        actor.roles,
        at=at,
        task=task,
        presence=_presence(playbook, step, given),
        actor=actor.id,
    )
    situation = replace(situation, lots=lots_for(case, playbook, step, given, at))
    outcome = decide(playbook, situation, step, given)
    outcome = replace(outcome, facts=_placed(outcome.facts))
    # What the clocks do is worked out now and written into the event: a replay must not depend on a calendar that changed since.
    body = body_of(outcome, Turning(state, definitions_for(playbook), given, actor.roles, at))
    body = graded_by(body, state, playbook, went_to=outcome.position, at=at)
    moved = record(
        case=case, state=state, step=step, went_to=outcome.position, actor=actor, at=at, body=body, revision=case.revision
    )  # fmt: skip
    hand_in(case=moved, step=playbook.steps[step], answers=given, actor=actor, task=task)
    if outcome.joins:
        join(case=moved, number=outcome.joins, actor=actor, at=at)
    if step in SPEAKING:
        _pass_on(moved, given, at)
    elif moved.position != before and waits_for_rating(playbook, moved.position):
        _let_others_rate(moved, at)
    return moved


def check_unmoved(case: Case, revision: int, task: int = 0) -> None:
    """Raise CaseMoved when the case moved since somebody saw that revision, in a way that concerns the case or that task of it."""
    if moved_since(case, revision, task):
        raise CaseMoved(number=case.number)


def _presence(playbook: Playbook, code: str, answers: Mapping[str, object]) -> Mapping[str, str]:
    """Return how the units that a step names are present in the centre; only where the step names any."""
    step = playbook.steps.get(code)
    named = [answers.get(ask.name) for ask in step.asks if ask.type in ("unit", "units")] if step else []
    return presence_of(named)


def _placed(facts: Mapping[str, object]) -> dict[str, object]:
    """Return the facts with the path of a place that was changed."""
    place = facts.get("place")
    return {**facts, "path": division_path(str(place))} if place else dict(facts)


def join(*, case: Case, number: str, actor: Actor, at: datetime) -> None:
    """Tie a case to the one it became part of, and let that one count one more person.

    Raises CaseUnknown when the actor sees no such case, else NotJoinable.
    """
    named = named_by(actor, number)
    # Locked: two cases merged into one at the same moment would both count from the same number of reporters.
    found = Case.objects.select_for_update().filter(county=case.county, pk=named.pk, is_open=True)
    main = found.exclude(pk=case.pk).first()
    if main is None:
        raise NotJoinable(number=number)
    Tie.objects.create(county=case.county, case=case, other=main, how="merged", at=at)
    state = state_of(main)
    note(case=main, state=state, step=JOINED, facts=joined_facts(state.facts, case.facts), at=at)


def _let_others_rate(main: Case, at: datetime) -> None:
    """Note on every case that became part of this one that there is an answer now, for its own resident to rate."""
    if int(str(main.facts.get("reporters") or 1)) < 2:
        return
    own = Tie.objects.filter(county=main.county, other=main, how="merged").values("case")
    for case in Case.objects.select_for_update().filter(county=main.county, pk__in=own).order_by("pk"):
        note(case=case, state=state_of(case), step=MAIN_ANSWERED, facts=NOW_ANSWERED, at=at)


def _main_of(case: Case) -> Case | None:
    """Return the case that this one became part of, held until the end of the transaction."""
    tie = Tie.objects.filter(county=case.county, case=case, how="merged").first()
    return Case.objects.select_for_update().filter(pk=tie.other_id).first() if tie else None


def _pass_on(case: Case, said: Mapping[str, object], at: datetime) -> None:
    """Note on the main case what somebody said whose case became part of it, with copies of her files; a bad rating sends it back."""
    main = _main_of(case)
    if main is None:
        return
    playbook, state, facts = playbook_of(main.playbook_id), state_of(main), passed_on(case.number, said)
    situation = situation_of(state, playbook, RESIDENT.roles, at=at)
    outcome = sent_back(playbook, situation, said) if is_bad(said) else None
    tells = (Told("unit", about="joined_said"),)
    if outcome is None:
        body, went_to = body_now(facts=facts, tells=tells, end=not main.is_open), main.position
    else:
        outcome = replace(outcome, facts={**outcome.facts, **facts}, tells=(*outcome.tells, *tells))
        body = body_of(outcome, Turning(state, definitions_for(playbook), said, RESIDENT.roles, at))
        body, went_to = graded_by(body, state, playbook, went_to=outcome.position, at=at), outcome.position
    main = record(
        case=main, state=state, step=JOINED_SAID, went_to=went_to, actor=BESIDE, at=at, body=body, revision=main.revision
    )  # fmt: skip
    _copy_files(case, main)


def _copy_files(case: Case, main: Case) -> None:
    """Let those who work on the main case see what came with her words: to them her own case may be out of sight."""
    for paper in Attachment.objects.filter(county=case.county, case=case, event=case.revision):
        paper.pk, paper.case, paper.event, paper.asked = new_key(), main, main.revision, "joined_files"
        paper.save(force_insert=True)


def named_by(actor: Actor, number: str) -> Case:
    """Return the case that somebody typed the number of; raises NumberMistyped, or CaseUnknown for one out of her sight.

    A number stands on receipts and is read out over the telephone: whoever typed one has not yet shown that she may see the case.
    """
    staff = Staff.objects.filter(pk=actor.id).first() if actor.id else None
    if staff is None:  # a resident and the system look up no cases
        raise CaseUnknown(number=check_number(number))
    return case_for(scope_of(staff), number)


def note(*, case: Case, state: State, step: str, facts: Mapping[str, object], at: datetime) -> Case:
    """Let the system note something on a case that does not move it."""
    noted = body_now(facts=facts, end=not case.is_open)
    return record(
        case=case, state=state, step=step, went_to=case.position, actor=SYSTEM, at=at, body=noted, revision=case.revision
    )  # fmt: skip


@transaction.atomic(savepoint=False)
def record(
    *, case: Case, state: State, step: str, went_to: str, actor: Actor, at: datetime, body: Body, revision: int
) -> Case:  # fmt: skip
    """Write one event and everything that follows from it; raises CaseMoved and writes nothing when someone was first."""
    number = revision + 1
    link = Link(
        case.county, case.pk, number, step, case.position, went_to, actor.kind, actor.id, actor.label, at, body.written()
    )  # fmt: skip
    made = digest(case.head, link)
    # The same `apply` folds a history: the row cannot say anything else than its events do.
    apply(state, number=number, went_to=went_to, at=at, body=body)
    # First of all writes: the row is the lock, and whoever lost the race has written nothing yet.
    _guarded(case, revision, columns(state) | {"head": made})
    event = Event.objects.create(**event_row(link, made))
    _keep_clocks(case, state, {change.key for change in body.clocks})
    _keep_tasks(case, state, _touched(state, body))
    if "path" in body.facts:
        refresh_words(case)
    if "external_number" in body.facts:
        refresh_numbers(case)
    # In the same transaction as the event, so that no consequence is ever missed (docs/decisions/0015).
    Outgoing.objects.create(id=event.pk, county=case.county, case_id=case.pk, number=number)
    wake()
    return case


def _guarded(case: Case, revision: int, row: Mapping[str, object]) -> None:
    moved = Case.objects.filter(county=case.county, pk=case.pk, revision=revision).update(**row)
    if not moved:
        raise CaseMoved(number=case.number)
    for name, value in row.items():
        setattr(case, name, value)


def _keep_clocks(case: Case, state: State, touched: set[tuple[str, int]]) -> None:
    for code, round_ in touched:
        row = clock_columns(state.clocks[code, round_])
        key = {"county": case.county, "case_id": case.pk, "code": row.pop("code"), "round": row.pop("round")}
        Clock.objects.update_or_create(**key, defaults=row, create_defaults={"id": new_key(), **row})


def _touched(state: State, body: Body) -> set[int]:
    """Return the tasks whose rows an event changes: those that moved, and those whose clock is due at another time."""
    turned = (state.clocks[turn.key].task for turn in body.clocks if not isinstance(turn, ClockStaged))
    return {change.number for change in body.tasks} | {number for number in turned if number in state.tasks}


def _keep_tasks(case: Case, state: State, touched: set[int]) -> None:
    for number in touched:
        row = task_columns(state, state.tasks[number])
        key = {"county": case.county, "case_id": case.pk, "number": row.pop("number")}
        TaskRow.objects.update_or_create(**key, defaults=row, create_defaults={"id": new_key(), **row})
