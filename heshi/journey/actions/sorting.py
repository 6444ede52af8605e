"""Sorting: a person says what a case is about, and it is routed again by that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict, cast
from uuid import UUID

from django.db import transaction

from heshi.cases.actions import Actor, note, sort_case
from heshi.cases.models import Case
from heshi.cases.queries import playbook_for, state_of
from heshi.cases.terms import REROUTED
from heshi.playbooks.queries import in_force, playbook
from heshi.routing.actions import route_many
from heshi.routing.rules import Decision
from heshi.routing.rules.shape import kept_decision
from heshi.routing.terms import CHOSEN
from heshi.understanding.actions import check_sorting, remember_correction
from heshi.understanding.rules.suggesting import kept_suggestion
from heshi.understanding.terms import CORRECTED_FIELDS


class KeptWay(TypedDict):
    """The way that belongs to what a case turned out to be, as the case keeps it while it still goes another."""

    playbook: str
    unit: str
    instead_of: str


@dataclass(frozen=True, slots=True)
class FittingWay:
    """The playbook that belongs to a case by its kind and topic, and the unit whose matter it is."""

    version: UUID
    title: str
    unit: UUID


def is_held(case: Case) -> bool:
    """Return whether a case still waits where it came in, because nobody is sure what it is about."""
    return bool(case.facts.get("unsure")) and case.is_open and case.position == playbook_for(case).start


def offer_for(case: Case) -> FittingWay | None:
    """Return the way that belongs to an open case since its kind or topic was put right, None while it goes that way."""
    kept = cast("KeptWay | None", case.facts.get("offer") or None)
    # Whoever has meanwhile chosen a way for it meant that: it is not offered a second time.
    if kept is None or not case.is_open or kept["instead_of"] != str(case.playbook_id):
        return None
    version = in_force(kept["playbook"])
    return FittingWay(version, playbook(version).title, UUID(kept["unit"]))


@transaction.atomic
def sort(
    *, case: Case, kind: str, topic: str, actor: Actor, at: datetime, revision: int | None = None
) -> Case:
    """Record what a person says a case is about and route it by that; return it as it then stands.

    A case that was held goes at once to the unit and by the playbook that belong to it. Any other stays where it is being worked on,
    and the playbook is offered. Raises CorrectionUnusable, SortNotYours, CaseMoved, NothingToSort or TasksUnknownThere.
    """
    said = {"kind": kind, "topic": topic.strip()}
    check_sorting(said)
    decision, held = _routed(case, said), is_held(case)
    facts = {**said, **_facts(case, decision, taken=held)}
    other = held and decision.playbook != playbook_for(case).code
    sorted_ = sort_case(
        case=case, facts=facts, version=in_force(decision.playbook) if other else None, actor=actor, at=at, revision=revision
    )  # fmt: skip
    if actor.id:
        remember(sorted_, said, by=actor.id, at=at)
    return sorted_


def route_again(*, case: Case, at: datetime) -> Case:
    """Note where the rules would send a case now, when a step has just said its kind or topic; return it as it then stands.

    Nothing is noted where that is what it was routed by, or where somebody chose the method by hand.
    """
    before, said = kept_decision(case.facts), {"kind": case.kind, "topic": case.topic}
    if not case.is_open or before is None or before.get("how") == CHOSEN:
        return case
    is_right = all(before["inputs"].get(name, "") == value for name, value in said.items())
    if is_right and not case.facts.get("unsure"):
        return case
    facts = _facts(case, _routed(case, said), taken=False)
    return note(case=case, state=state_of(case), step=REROUTED, facts=facts, at=at)


def remember(case: Case, answers: Mapping[str, object], *, by: UUID, at: datetime) -> None:
    """Keep as an example to learn from what a person decided otherwise than suggested."""
    given = kept_suggestion(case.facts)
    for field in CORRECTED_FIELDS if given else ():
        suggested, corrected = str(given.get(field, "")), str(answers.get(field, ""))
        # Agreement teaches nothing: learnt from, the machine would only grow surer of itself.
        if corrected and corrected != suggested:
            remember_correction(
                county=case.county, case_id=case.pk, field=field, suggested=suggested, corrected=corrected, by=by, at=at
            )  # fmt: skip


def _routed(case: Case, said: Mapping[str, str]) -> Decision:
    return route_many([{"path": case.path, "place": case.place, "tier": "", **said}])[0]


def _facts(case: Case, decision: Decision, *, taken: bool) -> dict[str, object]:
    """Return what a case keeps of being routed again; ``taken`` where it goes there now."""
    facts: dict[str, object] = {
        "unsure": False,
        "route": decision.told(),
        "suggested_unit": str(decision.unit_id),
        "offer": None,
    }
    is_guessed = case.facts.get("suggested_unit") == str(case.unit_id)
    waits = playbook_for(case).positions[case.position].holder == "centre"
    # Before it was sent, its unit is only the one that was suggested: whoever it does not concern no longer sees it.
    if taken or (is_guessed and waits):
        facts["unit"] = str(decision.unit_id)
    if not taken and decision.playbook != playbook_for(case).code:
        offer: KeptWay = {
            "playbook": decision.playbook,
            "unit": str(decision.unit_id),
            "instead_of": str(case.playbook_id),
        }
        facts["offer"] = offer
    return facts
