"""Take a step: the one way a case moves. Guarded by the revision that was seen, in one transaction, leaving one event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from heshi.cases.actions.opening import Actor, event_row
from heshi.cases.models import Case, Clock, Event, Pending
from heshi.cases.queries.file import definitions_for, state_of
from heshi.cases.queries.telling import notices_for, occasion_of
from heshi.cases.rules import Link, State, Turning, apply, clock_columns, columns, digest, facts_now, turned
from heshi.common.keys import new_key
from heshi.common.refusals import Conflict
from heshi.notices import actions as notices
from heshi.places.queries import division_path
from heshi.playbooks.queries import playbook as playbook_of
from heshi.playbooks.rules import Situation, Tell, decide


class CaseMoved(Conflict):
    """Somebody else moved the case since this person looked at it."""

    code = "case_moved"
    sentence = "刚刚有人先办理了这件案件，您的操作没有生效，填写的内容已为您保留，请看过最新进展后再决定。"


def take_step(
    *,
    case: Case,
    step: str,
    actor: Actor,
    at: datetime,
    answers: Mapping[str, Any] | None = None,
    revision: int | None = None,
) -> Case:
    """Let the actor take the step and return the case as it then stands.

    ``revision`` is the one the person saw (the case's own where none is given). Raises CaseMoved when it is no longer the
    latest, what the playbook has against the step, or what the law has against a change of clocks.
    """
    seen = case.revision if revision is None else revision
    if seen != case.revision:
        raise CaseMoved(number=case.number)
    playbook = playbook_of(case.playbook_id)
    given = answers or {}
    state = state_of(case)
    situation = Situation(case.position, facts_now(state, playbook), actor.roles)
    outcome = decide(playbook, situation, step, given)
    turning = Turning(state, definitions_for(playbook), given, actor.roles, at)
    body = {
        "facts": _placed(outcome.facts),
        "clocks": turned(outcome.clocks, turning, end=outcome.end),
        "end": outcome.end,
    }
    if outcome.answers:
        body["answer"] = True
    return record(
        case=case, state=state, step=step, went_to=outcome.position, actor=actor, at=at, body=body, revision=seen,
        tells=outcome.tells,
    )  # fmt: skip


def _placed(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts with the path of a place that was changed."""
    place = facts.get("place")
    return {**facts, "path": division_path(str(place))} if place else dict(facts)


@transaction.atomic
def record(
    *, case: Case, state: State, step: str, went_to: str, actor: Actor, at: datetime, body: Mapping[str, Any], revision: int,
    tells: Sequence[Tell] = (),
) -> Case:  # fmt: skip
    """Write one event and everything that follows from it; raises CaseMoved and writes nothing when someone was first."""
    number = revision + 1
    link = Link(
        case.county, case.pk, number, step, case.position, went_to, actor.kind, actor.id, actor.label, at, body
    )  # fmt: skip
    made = digest(case.head, link)
    apply(state, number=number, went_to=went_to, at=at, body=body)
    _guarded(case, revision, columns(state) | {"head": made})
    event = Event.objects.create(**event_row(link, made))
    _keep_clocks(case, state, {(change["code"], change["round"]) for change in body["clocks"]})
    Pending.objects.create(id=event.pk, county=case.county, case_id=case.pk, at=at)
    notices.queue(notices_for(occasion_of(case, event, state), tells))
    return case


def _guarded(case: Case, revision: int, row: Mapping[str, Any]) -> None:
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
