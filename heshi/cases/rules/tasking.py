"""What a step does to the tasks of a case, with the clock that each of them brings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from heshi.cases.rules.folding import State
from heshi.cases.rules.turning import Change, Turning, started, turned, until
from heshi.playbooks.rules import Outcome
from heshi.playbooks.rules.tasks import NO_CLOCK


def body_of(outcome: Outcome, turning: Turning) -> dict[str, Any]:
    """Return what an event keeps of an outcome; clocks are worked out to the instant, once and for all.

    Raises what stands against a change of clocks.
    """
    clocks = turned(outcome.clocks, turning, rests=outcome.end or outcome.rests, keeps=outcome.keeps)
    tasks, turns = tasked(outcome.tasks, turning, clocks)
    body = {"facts": dict(outcome.facts), "clocks": [*clocks, *turns], "end": outcome.end}
    return body | ({"tasks": tasks} if tasks else {}) | ({"answer": True} if outcome.answers else {})


def tasked(
    changes: Iterable[Change], turning: Turning, clocks: Sequence[Change]
) -> tuple[list[Change], list[Change]]:
    """Return the task changes with the rounds of their clocks, and the clock changes that go with them.

    ``clocks`` are those the step makes to the case itself: they may have begun a round of the same clock.
    """
    begun = Counter(change["code"] for change in clocks if change["op"] == "start")
    tasks: list[Change] = []
    turns: list[Change] = []
    for change in changes:
        number, code = change["number"], change.get("clock", "")
        turns += _ended(turning.state, change)
        if not code or code == NO_CLOCK:
            tasks.append(change)
            continue
        begun[code] += 1
        round_ = turning.state.rounds(code) + begun[code]
        turns.append(_begun(change, turning, round_, number))
        tasks.append({name: value for name, value in change.items() if name != "due"} | {"round": round_})
    return tasks, turns


def _begun(change: Change, turning: Turning, round_: int, number: int) -> Change:
    definition = turning.definitions[change["clock"]]
    if day := change.get("due"):
        return until(definition, turning.at, day, round_=round_, task=number)
    return started(definition, turning.at, round_=round_, task=number)


def _ended(state: State, change: Change) -> list[Change]:
    """Return the stop of the clock a task had, when it gets another one or none."""
    task = state.tasks.get(change["number"])
    clock = state.clock_of(task) if task and change.get("clock") else None
    return (
        [{"op": "stop", "code": clock.code, "round": clock.round}]
        if clock and clock.state != "stopped"
        else []
    )
