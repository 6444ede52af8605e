"""A case that lies in memory alone. Whatever happens to it, happens by the functions that a real case lives by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from heshi.cases.record import Body, Entry, body
from heshi.cases.rules import (
    NOT_NOW,
    RESIDENT,
    SYSTEM,
    Actor,
    ClockState,
    State,
    Turning,
    apply,
    at_the_end,
    body_of,
    first_body,
    graded_by,
    reached,
    situation_of,
    staged,
)
from heshi.cases.terms import OPENED, TICKED
from heshi.playbooks.rules import Outcome, Playbook, decide
from heshi.playbooks.rules.lots import pretended

NOBODY_NAMED: Final[Mapping[str, str]] = {}


@dataclass(slots=True)
class PlayedCase:
    """A case under a playbook: its history, and the state that the history folds into."""

    book: Playbook
    entries: list[Entry] = field(default_factory=list)
    state: State = field(default_factory=State)
    path_to: Callable[[str], str] | None = None
    """Where a place lies, by its code; without it a case keeps the path it came with."""

    def step(
        self, code: str, *, actor: Actor, at: datetime, answers: Mapping[str, object], task: int = 0,
        presence: Mapping[str, str] = NOBODY_NAMED,
    ) -> Outcome:  # fmt: skip
        """Let somebody take a step, and return what follows from it.

        ``presence`` says how the units that are named are present in the centre. Raises what the playbook or the law has against
        it, and leaves the case as it was.
        """
        outcome, made = self.outcome_of(
            code, actor=actor, at=at, answers=answers, task=task, presence=presence
        )
        self._note(code, outcome.position, actor, at, made)
        return outcome

    def outcome_of(
        self, code: str, *, actor: Actor, at: datetime, answers: Mapping[str, object], task: int = 0,
        presence: Mapping[str, str] = NOBODY_NAMED,
    ) -> tuple[Outcome, Body]:  # fmt: skip
        """Return what would follow from a step, and what its event would keep; raises as `step` does, and changes nothing."""
        here = situation_of(
            self.state, self.book, actor.roles, at=at, task=task, presence=presence, actor=actor.id
        )
        if code in self.book.steps:  # a rehearsal is drawn from made-up rosters
            here = replace(here, lots=pretended(self.book.steps[code], f"rehearsal {self.state.revision}"))
        outcome = self._placed(decide(self.book, here, code, answers))
        made = body_of(outcome, Turning(self.state, self.book.laws, answers, actor.roles, at))
        return outcome, graded_by(made, self.state, self.book, went_to=outcome.position, at=at)

    def _placed(self, outcome: Outcome) -> Outcome:
        """Return the outcome with the path of a place that was changed."""
        place = outcome.facts.get("place")
        if not place or self.path_to is None:
            return outcome
        return replace(outcome, facts={**outcome.facts, "path": self.path_to(str(place))})

    def tick(self, at: datetime) -> int:
        """Record every stage that a running clock has reached by then; return how many."""
        found = reached(self.state, at)
        for clock in found:
            if clock in reached(self.state, at):  # unless what another one brought about has stopped it
                made = staged(clock, self.state, self.book, at)
                self._note(TICKED, self.state.position, SYSTEM, at, made)
                self._at_the_end(made, clock, at)
        return len(found)

    def _at_the_end(self, noted: Body, clock: ClockState, at: datetime) -> None:
        for step, task in at_the_end(self.book, noted, clock):
            with suppress(*NOT_NOW):
                self.step(step, actor=SYSTEM, at=at, answers={}, task=task)

    def remark(self, step: str, facts: Mapping[str, object], at: datetime) -> None:
        """Let the system note something that does not move the case."""
        made = body(facts=facts, end=not self.state.is_open)
        self._note(step, self.state.position, SYSTEM, at, made)

    def _note(self, step: str, went_to: str, actor: Actor, at: datetime, made: Body) -> None:
        number, came_from = self.state.revision + 1, self.state.position
        entry = Entry(number, step, came_from, went_to, actor.kind, actor.id, actor.label, at, made)
        apply(self.state, number=number, went_to=went_to, at=at, body=made)
        self.entries.append(entry)


def opened(
    book: Playbook, facts: Mapping[str, object], *, at: datetime, actor: Actor = RESIDENT, path_to: Callable[[str], str] | None = None
) -> PlayedCase:  # fmt: skip
    """Return a case right after it was registered; ``path_to`` says where a place lies."""
    case = PlayedCase(book, path_to=path_to)
    case._note(OPENED, book.start, actor, at, first_body(book, facts, roles=actor.roles, at=at))
    return case


def resumed(book: Playbook, entries: Iterable[Entry]) -> PlayedCase:
    """Return the case that has this history."""
    case = PlayedCase(book)
    for entry in entries:
        apply(case.state, number=entry.number, went_to=entry.went_to, at=entry.at, body=entry.body)
        case.entries.append(entry)
    return case
