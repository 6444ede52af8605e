"""The facts that conditions look at, and the grades that follow from them: always those of a given moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, time
from typing import Final
from uuid import UUID

from msgspec import structs

from heshi.cases.record import Body
from heshi.cases.rules.folding import ClockState, State, apply
from heshi.clocks.rules import SHANGHAI, ClockDef, due_on, stage
from heshi.clocks.terms import RUN_OUT, Stage, Ticking
from heshi.playbooks.rules import Playbook, Situation, graded, task_facts

LAPSING: Final = frozenset({"lapse", "free_to_go_on"})
ORDER: Final = tuple(Stage)


def facts_now(state: State, playbook: Playbook, at: datetime) -> dict[str, object]:
    """Return the facts of a case together with what its clocks and tasks say at a moment.

    ``overdue`` is the office's lateness; while the resident has the case, a clock that ran out only means she was ``waited`` for.
    ``running`` are the clocks that still have time, ``late`` those that ran out, ``ends`` the first day (or moment) after each that
    is not over, ``age`` the days since the case was opened. Clocks of tasks that are for some only count for none of these: a case
    that turned red by one would tell of it. All of them are those of the moment itself, whether or not the tick has been
    there: a right that ends at 24 hours ends then.
    """
    ticking = list(_ticking(state, playbook, at))
    overdue = [clock for clock, reached in ticking if reached is Stage.OVERDUE]
    hers = playbook.positions[state.position].holder == "resident"
    return {
        **playbook.counters,
        **state.facts,
        **playbook.no_tasks,
        **task_facts(state.tasks.values()),
        "overdue": bool(overdue) and not hers and state.is_open,
        "waited": hers and any(not clock.task for clock in overdue),
        "late": tuple(clock.code for clock, reached in ticking if reached in RUN_OUT),
        "running": tuple(clock.code for clock, reached in ticking if reached not in RUN_OUT),
        "age": age(state, at),
        "ends": dict(_ends(state, at)),
    }


def _ends(state: State, at: datetime) -> Iterator[tuple[str, str]]:
    """Yield the first day after each clock of the case that is not over yet; of a paused one, the day as it stood.

    Of a clock that does not end with a day, the moment: whoever comes in the morning is not told to come “that day”. Of a task's
    clock, as CODE/NUMBER, the day itself: a visit is made on the day it was set for, not behind it.
    """
    for clock in state.clocks.values():
        if (
            clock.task
            and clock.state is Ticking.RUNNING
            and due_on(clock.due_at) > at.astimezone(SHANGHAI).date()
        ):
            yield f"{clock.code}/{clock.task}", due_on(clock.due_at).isoformat()
        elif (
            clock.state is not Ticking.STOPPED
            and not clock.task
            and (clock.due_at > at or clock.state is Ticking.PAUSED)
        ):
            local = clock.due_at.astimezone(SHANGHAI)
            day = local.date().isoformat()
            yield clock.code, day if local.time() == time() else local.isoformat(timespec="minutes")


def age(state: State, at: datetime) -> int:
    """Return how many days of the calendar a case is old, in China."""
    opened = state.opened_at or at
    return (at.astimezone(SHANGHAI).date() - opened.astimezone(SHANGHAI).date()).days


def _ticking(state: State, playbook: Playbook, at: datetime) -> Iterator[tuple[ClockState, Stage]]:
    """Yield each running clock with how far it has come; what the tick wrote of it is never taken back."""
    for clock in state.running():
        law = playbook.laws.get(clock.code)
        reached = stage_reached(clock, law, at, is_open=state.is_open) if law else clock.stage
        yield clock, max(clock.stage, reached, key=ORDER.index)


def stage_reached(clock: ClockState, definition: ClockDef, at: datetime, *, is_open: bool) -> Stage:
    """Return how far a clock has come; one that takes a right away, or only says when to look again, makes nobody late."""
    now = stage(
        at, clock.started_at, clock.half_at or clock.due_at, clock.nearly_at or clock.due_at, clock.due_at
    )
    if now is not Stage.OVERDUE:
        return now
    return run_out(definition) if is_open or definition.on_expiry in LAPSING else Stage.REACHED


def run_out(definition: ClockDef) -> Stage:
    """Return what a clock is when its time is over and the case still open."""
    if definition.on_expiry in LAPSING:
        return Stage.LAPSED
    return Stage.REACHED if definition.on_expiry == "revisit" else Stage.OVERDUE


def graded_by(body: Body, state: State, playbook: Playbook, *, went_to: str, at: datetime) -> Body:
    """Return an event's body together with the tier and colour that follow once it has happened.

    The one place where a case is graded: at its opening, at a step and at a tick alike. A case that ends keeps its clocks' say of
    just before: its clocks stop by the end, and what was late does not become punctual by being closed.
    """
    if not (playbook.tiers or playbook.colours) or (body.end and not state.is_open):
        return body
    before = facts_now(state, playbook, at) if body.end else {}
    after = _after(state, body, went_to, at)
    facts = facts_now(after, playbook, at) | {name: before[name] for name in OF_CLOCKS if name in before}
    fresh = {name: value for name, value in graded(playbook, facts).items() if after.facts.get(name) != value}
    return structs.replace(body, facts={**body.facts, **fresh}) if fresh else body


OF_CLOCKS: Final = ("overdue", "waited", "late", "running")


def _after(state: State, body: Body, went_to: str, at: datetime) -> State:
    """Return the state behind an event, the given one left as it is."""
    copied = replace(
        state,
        facts=dict(state.facts),
        clocks={key: replace(clock) for key, clock in state.clocks.items()},
        tasks=dict(state.tasks),
    )
    return apply(copied, number=state.revision + 1, went_to=went_to, at=at, body=body)


def situation_of(
    state: State, playbook: Playbook, roles: frozenset[str], *, at: datetime, task: int = 0, presence: Mapping[str, str] | None = None,
    actor: UUID | None = None,
) -> Situation:  # fmt: skip
    """Return where a case stands at a moment for somebody in these roles; ``actor`` is the member of staff who looks, if one does."""
    tasks = tuple(state.tasks.values())
    facts = facts_now(state, playbook, at)
    return Situation(state.position, facts, roles, tasks, task, presence or {}, str(actor or ""), at)
