"""The page of a walk: who can be played, which buttons she has, what runs, and the story so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.http import QueryDict

from heshi.cases.models import Event
from heshi.cases.queries import definitions_for
from heshi.cases.rules import State, moment
from heshi.playbooks.rules import Playbook, Position, Step, Task, offered, offered_on
from heshi.web.desk.casefile import PREFILLED, Button
from heshi.web.desk.tasks import TaskCard, card_of
from heshi.web.kit.asks import ask_form
from heshi.web.kit.forms import PageForm
from heshi.web.kit.names import names, topic_choices
from heshi.web.kit.story import Act, Limit, limits_of, story_of
from heshi.web.kit.wording import colour_word, outcome_word, role_word, tier_word
from heshi.web.playbooks.trying import Walk, situation

PRETENDED: Final = ["经办人甲（假设）", "经办人乙（假设）"]
Seen = tuple[Step, Task | None]
"""A button: a step, and the task it is taken on."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A role one can take, and how many buttons it has now."""

    role: str
    label: str
    count: int
    taken: bool


@dataclass(frozen=True, slots=True)
class Told:
    """One event of the walk, and the notices it would have sent."""

    act: Act
    notices: Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Standpoint:
    """The page of a walk, as one role sees it."""

    revision: int
    role: str
    position: Position
    words: Sequence[tuple[str, str]]
    seats: Sequence[Seat]
    buttons: Sequence[Button]
    tasks: Sequence[TaskCard]
    limits: Sequence[Limit]
    story: Sequence[Told]
    now: datetime

    @property
    def runs(self) -> bool:
        """Say whether there is the end of a clock to wait for."""
        return any(limit.running and limit.due > self.now for limit in self.limits)


def standpoint(walk: Walk, book: Playbook, *, role: str, busy: Button | None = None) -> Standpoint:
    """Return the page for a role; an unknown role is exchanged for one that has something to do."""
    state, definitions = walk.state(), definitions_for(book)
    here = {one: _offered(book, walk, one) for one in roles_of(book)}
    role = role if role in here else _likely(here)
    own = [clock for clock in state.clocks.values() if not clock.task]
    clocks = limits_of(own, definitions, at=walk.now)
    story = story_of([_event(act) for act in walk.acts], book, definitions)
    return Standpoint(
        revision=walk.revision,
        role=role,
        position=book.positions[state.position],
        words=_graded_words(book, state),
        seats=[Seat(one, role_word(book, one), len(steps), one == role) for one, steps in here.items()],
        buttons=[
            _button(walk, step, None, busy, only=len(here[role]) == 1)
            for step, task in here[role]
            if task is None
        ],
        tasks=[
            card_of(
                task,
                book,
                state,
                [_button(walk, step, task, busy) for step, on in here[role] if on == task],
                walk.now,
            )
            for task in state.tasks.values()
        ],
        limits=clocks,
        story=[Told(act, row["tells"]) for act, row in zip(story, walk.acts, strict=True)],
        now=walk.now,
    )


def roles_of(book: Playbook) -> list[str]:
    """Return every role that can do something in a playbook."""
    return list(dict.fromkeys(role for step in book.steps.values() for role in step.who))


def step_form(walk: Walk, step: Step, data: QueryDict | None = None, *, task: int = 0) -> PageForm:
    """Return the form of a step, prefilled with what is known, or filled with what was sent."""
    facts = walk.state().facts
    kind = ask_form(step.asks, choices=_choices(step, str(facts.get("topic", ""))))
    known = {name: facts.get(name, "") for name in PREFILLED}
    mark = f"{step.code}-{task}" if task else step.code
    return kind(data, initial=known | {"revision": walk.revision}, auto_id=f"{mark}_%s")


def _choices(step: Step, topic: str) -> dict[str, list[tuple[str, str]]]:
    wanted, lists = {ask.type for ask in step.asks}, {}
    if wanted & {"unit", "units"}:
        lists["unit"] = names().unit_choices
    if "topic" in wanted:
        lists["topic"] = topic_choices(among=topic)
    if "place" in wanted:
        lists["place"] = names().place_choices()
    if "staff" in wanted:
        people = [(word, word) for word in PRETENDED]
        lists |= {"staff": people, **{f"staff:{ask.role}": people for ask in step.asks if ask.role}}
    return lists


def _offered(book: Playbook, walk: Walk, role: str) -> list[Seen]:
    here = situation(walk, book, role)
    whole: list[Seen] = [(step, None) for step in offered(book, here)]
    return whole + [(step, task) for task in here.tasks for step in offered_on(book, here, task)]


def _likely(here: Mapping[str, Sequence[Seen]]) -> str:
    """Return the role whose step most often comes next."""
    return max(here, key=lambda role: max((step.weight for step, _task in here[role]), default=-1))


def _button(walk: Walk, step: Step, task: Task | None, busy: Button | None, *, only: bool = False) -> Button:
    number = task.number if task else 0
    if busy and (busy.step.code, busy.task) == (step.code, number):
        return busy
    return Button(step, step_form(walk, step, task=number), is_open=only and busy is None, task=number)


def _graded_words(book: Playbook, state: State) -> list[tuple[str, str]]:
    said = {"tier": ("层级", tier_word), "colour": ("颜色", colour_word), "outcome": ("结果", outcome_word)}
    return [
        (label, word(book, str(state.facts[name])))
        for name, (label, word) in said.items()
        if state.facts.get(name)
    ]


def _event(act: Mapping[str, Any]) -> Event:
    """Return an event as the story reads it; it is never saved."""
    return Event(
        number=act["number"], step=act["step"], came_from=act["came_from"], went_to=act["went_to"],
        actor_label=act["by"], at=moment(act["at"]), body=act["body"],
    )  # fmt: skip
