"""In which words an event tells somebody of itself: the playbook's own, or ours where a clock or the door speaks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from heshi.cases.record import Body, ClockStopped
from heshi.cases.rules.folding import ClockState, State
from heshi.cases.terms import ENGINE_STEPS
from heshi.clocks.rules import bound_in_words, day_in_words
from heshi.clocks.terms import Ticking
from heshi.notices.rules import filled, has_words, template
from heshi.notices.terms import Words
from heshi.playbooks.rules import Playbook, Told
from heshi.playbooks.rules.shape import SAME, Step
from heshi.playbooks.terms import BEYOND_STAFF

UNSAID: Final = "规定期限"


@dataclass(frozen=True, slots=True)
class Occasion:
    """An event that is told of, and the case as it stood then. ``number`` is written as whoever is told knows it."""

    number: str
    step: str
    at: datetime
    body: Body
    state: State
    book: Playbook

    @property
    def unit(self) -> str:
        """The unit that has the case then."""
        return str(self.state.facts.get("unit") or "")

    @property
    def holder(self) -> str:
        """In whose hands the case is then."""
        return self.book.positions[self.state.position].holder


def said(occasion: Occasion, tell: Told, unit_name: Callable[[str], str]) -> Words | None:
    """Return the words of one notice; None where nobody is told of that, as a resident of half a time limit.

    ``unit_name`` gives the name of a unit by its key. Raises NoticeWordsMissing when a place in the words cannot be filled.
    """
    task_dues, key = dict(_task_dues(occasion.state)), tell.who.removeprefix("unit:")
    due = DueDay(_due_meant(occasion, tell) or task_dues.get(key), occasion)
    places = {
        "number": occasion.number,
        "unit": unit_name(key if key in task_dues else occasion.unit),
        "due": due,
        "way": occasion.book.title,
        "clock": occasion.book.laws[tell.clock].title if tell.clock else "",
    }
    if not tell.about:
        own = Words(_subject(occasion), with_bounds(tell.say, due.bound))
        return filled(own, occasion.step, **places)
    if not has_words(tell.about, tell.who):
        return None
    subject, text = template(tell.about, tell.who)
    return filled(Words(subject, with_bounds(text, due.bound)), tell.about, **places)


def _subject(occasion: Occasion) -> str:
    step = occasion.book.steps.get(occasion.step)
    return step.label if step else ENGINE_STEPS[occasion.step]


class DueDay:
    """A due day as a notice writes it: ``{due}``, or ``{due:CODE}`` for the clock of that code."""

    def __init__(self, clock: ClockState | None, occasion: Occasion) -> None:
        self._clock = clock or due_of(occasion.body, occasion.state)
        self._running = running_of(occasion.state)

    def __format__(self, code: str) -> str:
        clock = self._meant(code)
        if clock is None:
            return UNSAID
        return bound_in_words(clock.due_at) if clock.is_bound else day_in_words(clock.due_at)

    def bound(self, code: str) -> str:
        """Return how the day is told while it is only the earliest it can be; empty where it is certain."""
        clock = self._meant(code)
        return bound_in_words(clock.due_at) if clock and clock.is_bound else ""

    def _meant(self, code: str) -> ClockState | None:
        return self._running.get(code) if code else self._clock


WHERE_DUE: Final = re.compile(
    r"\{due(?::(?P<code>[A-Z][A-Z0-9_.]*))?\} ?(?P<before>前)?(?P<rest>[^，。；：！？（）]*)"
)
"""Where a notice tells a due day, and what it says of it to the next pause."""


def with_bounds(text: str, bound: Callable[[str], str]) -> str:
    """Return a text in which no bound stands as a day by which something is to be done.

    ``bound`` tells a bound by the code of its clock, and nothing of a day that is certain. “请在 {due} 前接办” becomes
    “请在期满前接办（最早2027年1月6日，放假安排公布后定）”; where the day stands alone, it is told alone.
    """

    def told(place: re.Match[str]) -> str:
        words, rest = bound(place["code"] or ""), place["rest"]
        if not words or not (place["before"] or rest.strip()):
            return place[0]
        return f"{'期满前' if place['before'] else '期满时'}{rest.strip()}（{words}）"

    return WHERE_DUE.sub(told, text).replace(" 期满", "期满")


def due_of(body: Body, state: State) -> ClockState | None:
    """Return the clock that an act's notices mean: of those it set going or looked at, else of all, the one due first."""
    turned = [change.key for change in body.clocks if not isinstance(change, ClockStopped)]
    # A task has its own day; told as the day of the case, it would hurry or calm the wrong people.
    own = [clock for key in turned if (clock := state.clocks.get(key)) and not clock.task]
    return min(own, key=lambda clock: clock.due_at) if own else state.first_due()


def running_of(state: State) -> dict[str, ClockState]:
    """Return each clock that runs for the case itself, by its code."""
    ticking = (clock for clock in state.clocks.values() if clock.state is Ticking.RUNNING and not clock.task)
    return {clock.code: clock for clock in ticking}


def _due_meant(occasion: Occasion, tell: Told) -> ClockState | None:
    """Return the very clock that the notice speaks of."""
    keys = [change.key for change in occasion.body.clocks if change.code == tell.clock]
    return next((clock for key in keys if (clock := occasion.state.clocks.get(key))), None)


def _task_dues(state: State) -> Iterator[tuple[str, ClockState]]:
    """Yield for each unit that has an open task the clock by which it must be done with it."""
    for task in state.tasks.values():
        clock = state.clock_of(task)
        if task.is_open and task.unit and clock:
            yield task.unit, clock


# --- who can act on it -------------------------------------------------------------------------------


def acting_roles(occasion: Occasion, unit: str) -> frozenset[str]:
    """Return the roles at a unit that are expected to act now: by a task of theirs, or by leading the case on from where it stands.

    What can be done anywhere at any time, like writing a note, makes nobody expected.
    """
    here, open_kinds = occasion.state.position, {
        task.kind for task in occasion.state.tasks.values() if task.is_open and task.unit == unit
    }  # fmt: skip
    steps = [step for step in occasion.book.steps.values() if step.task and step.task.kind in open_kinds]
    if unit == occasion.unit:
        steps += [step for step in occasion.book.steps.values() if _leads_on(occasion.book, step, here)]
    return frozenset(role for step in steps for role in step.who if role not in BEYOND_STAFF)


def _leads_on(book: Playbook, step: Step, here: str) -> bool:
    if step.task or here not in step.source or not {*step.targets()} - {SAME, here}:
        return False
    open_positions = {code for code, position in book.positions.items() if not position.end}
    # A step that is possible wherever the case stands, like withdrawing, tells nothing about who has to act now.
    return not (len(open_positions) > 1 and open_positions <= {*step.source})
