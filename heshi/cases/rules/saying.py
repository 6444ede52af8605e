"""In which words an event tells somebody of itself: the playbook's own, or ours where a clock or the door speaks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from heshi.cases.record import Body, ClockStopped
from heshi.cases.rules.folding import State
from heshi.cases.terms import ENGINE_STEPS
from heshi.clocks.rules import SHANGHAI, due_on
from heshi.clocks.terms import Ticking
from heshi.notices.rules import filled, has_words, words
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
    places = {
        "number": occasion.number,
        "unit": unit_name(key if key in task_dues else occasion.unit),
        "due": DueDay(_due_meant(occasion, tell) or task_dues.get(key), occasion),
        "way": occasion.book.title,
        "clock": occasion.book.laws[tell.clock].title if tell.clock else "",
    }
    if not tell.about:
        return filled(Words(_subject(occasion), tell.say), occasion.step, **places)
    return words(tell.about, tell.who, **places) if has_words(tell.about, tell.who) else None


def _subject(occasion: Occasion) -> str:
    step = occasion.book.steps.get(occasion.step)
    return step.label if step else ENGINE_STEPS[occasion.step]


class DueDay:
    """A due day as a notice writes it: ``{due}``, or ``{due:CODE}`` for the clock of that code."""

    def __init__(self, due: datetime | None, occasion: Occasion) -> None:
        self._due = due or due_of(occasion.body, occasion.state)
        self._running = running_of(occasion.state)

    def __format__(self, code: str) -> str:
        due = self._running.get(code) if code else self._due
        return in_words(due) if due else UNSAID


def in_words(due: datetime) -> str:
    """Return a due instant as a notice writes it: the day, and the time of day where it is not the end of one."""
    day, local = due_on(due), due.astimezone(SHANGHAI)
    exact = f"{local.hour}时{local.minute:02d}分" if (local.hour, local.minute) != (0, 0) else ""
    return f"{day.year}年{day.month}月{day.day}日{exact}"


def due_of(body: Body, state: State) -> datetime | None:
    """Return the due instant that an act's notices mean: of the clocks it set going or looked at, else of all, the one due first."""
    turned = [change.key for change in body.clocks if not isinstance(change, ClockStopped)]
    # A task has its own day; told as the day of the case, it would hurry or calm the wrong people.
    own = [clock.due_at for key in turned if (clock := state.clocks.get(key)) and not clock.task]
    if own:
        return min(own)
    due = state.first_due()
    return due.due_at if due else None


def running_of(state: State) -> dict[str, datetime]:
    """Return when each clock that runs for the case itself is due."""
    ticking = (clock for clock in state.clocks.values() if clock.state is Ticking.RUNNING and not clock.task)
    return {clock.code: clock.due_at for clock in ticking}


def _due_meant(occasion: Occasion, tell: Told) -> datetime | None:
    """Return when the very clock is due that the notice speaks of."""
    keys = [change.key for change in occasion.body.clocks if change.code == tell.clock]
    clocks = [clock for key in keys if (clock := occasion.state.clocks.get(key))]
    return clocks[0].due_at if clocks else None


def _task_dues(state: State) -> Iterator[tuple[str, datetime]]:
    """Yield by when each unit that has an open task must be done with it."""
    for task in state.tasks.values():
        clock = state.clock_of(task)
        if task.is_open and task.unit and clock:
            yield task.unit, clock.due_at


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
