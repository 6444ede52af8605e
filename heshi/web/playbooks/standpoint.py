"""The page of a walk: who can be played, which buttons she has, what runs, and the story so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from heshi.cases.models import Event
from heshi.cases.queries import definitions_for
from heshi.cases.rules import State
from heshi.cases.rules.sight import seen_body
from heshi.cases.terms import INTERNAL
from heshi.people.permissions import UNIT_ROLES
from heshi.playbooks.rules import Playbook, Position, Step, offered, offered_on
from heshi.playbooks.rules.wording import colour_word, outcome_word, role_word, tier_word
from heshi.web.kit.choices import Choice
from heshi.web.kit.limits import TimeLimit, limits_of
from heshi.web.kit.steps import KNOWN, SeenCase, SentStep, StepButton, buttons_of
from heshi.web.kit.story import ToldAct, story_of
from heshi.web.kit.tasks import TaskCard, card_of
from heshi.web.playbooks.trying import TrialWalk, situation

PRETENDED: Final = ("经办人甲（假设）", "经办人乙（假设）")


@dataclass(frozen=True, slots=True)
class Seat:
    """A role one can take, and how many buttons it has now."""

    role: str
    label: str
    count: int
    taken: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """What a role can do now: the steps on the case itself, and those on each of its tasks."""

    whole: Sequence[Step]
    on_tasks: Mapping[int, Sequence[Step]]

    @property
    def steps(self) -> list[Step]:
        """Return all of them."""
        return [*self.whole, *(step for steps in self.on_tasks.values() for step in steps)]


@dataclass(frozen=True, slots=True)
class WalkedAct:
    """One event of the walk, and the notices it would have sent."""

    act: ToldAct
    notices: Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Standpoint:
    """The page of a walk, as one role sees it."""

    revision: int
    role: str
    position: Position
    words: Sequence[tuple[str, str]]
    seats: Sequence[Seat]
    buttons: Sequence[StepButton]
    tasks: Sequence[TaskCard]
    limits: Sequence[TimeLimit]
    story: Sequence[WalkedAct]
    now: datetime

    @property
    def runs(self) -> bool:
        """Say whether there is the end of a clock to wait for."""
        return any(limit.running and limit.due > self.now for limit in self.limits)

    @property
    def all_buttons(self) -> list[StepButton]:
        """Every button of the page, those of the tasks too."""
        return [*self.buttons, *(button for card in self.tasks for button in card.buttons)]


def standpoint(walk: TrialWalk, book: Playbook, *, role: str, sent: SentStep | None = None) -> Standpoint:
    """Return the page for a role; an unknown role is exchanged for one that has something to do.

    ``sent`` is the step that was not taken and comes back as it was.
    """
    state, definitions = walk.state(), definitions_for(book)
    offers = {one: _offer(book, walk, one) for one in roles_of(book)}
    role = role if role in offers else _likely(offers)
    steps = offers[role].steps
    hidden = _hidden_from(role, state)
    story = story_of(
        [_event(act) for act in walk.acts],
        book,
        lambda event, book: seen_body(event.body, event.step, book, state, hidden),
    )
    return Standpoint(
        revision=walk.revision,
        role=role,
        position=book.positions[state.position],
        words=_graded_words(book, state),
        seats=[
            Seat(one, role_word(book, one), len(offer.steps), one == role) for one, offer in offers.items()
        ],
        buttons=buttons_of(
            seen_walk(walk), offers[role].whole, sent=sent, lies_open=steps[0] if len(steps) == 1 else None
        ),
        tasks=[
            card for card in _task_cards(walk, book, state, offers[role], sent) if card.number not in hidden
        ],
        limits=limits_of(state.clocks.values(), definitions, at=walk.now),
        story=[
            WalkedAct(act, () if act.label == INTERNAL else row["tells"])
            for act, row in zip(story, walk.acts, strict=True)
        ],
        now=walk.now,
    )


def _hidden_from(role: str, state: State) -> frozenset[int]:
    """Return the tasks that a role would not see; whoever works at the unit that has one is taken to be its own people."""
    return frozenset(
        task.number
        for task in state.tasks.values()
        if task.seen_by and role not in task.seen_by and not (task.unit and role in UNIT_ROLES)
    )


def roles_of(book: Playbook) -> list[str]:
    """Return every role that can do something in a playbook."""
    return list(dict.fromkeys(role for step in book.steps.values() for role in step.who))


def seen_walk(walk: TrialWalk) -> SeenCase:
    """Return the pretend case as its page is drawn from it: only pretended people can be named."""
    facts = walk.state().facts
    return SeenCase(walk.revision, {name: str(facts.get(name) or "") for name in KNOWN}, _pretended)


def _pretended(_role: str) -> Iterable[Choice]:
    return [(word, word) for word in PRETENDED]


def _offer(book: Playbook, walk: TrialWalk, role: str) -> Offer:
    here = situation(walk, book, role)
    on_tasks = {task.number: offered_on(book, here, task) for task in here.tasks}
    return Offer(offered(book, here), on_tasks)


def _likely(offers: Mapping[str, Offer]) -> str:
    """Return the role whose step most often comes next."""
    return max(offers, key=lambda role: max((step.weight for step in offers[role].steps), default=-1))


def _task_cards(
    walk: TrialWalk, book: Playbook, state: State, offer: Offer, sent: SentStep | None
) -> list[TaskCard]:
    seen = seen_walk(walk)
    return [
        card_of(
            task,
            book,
            state,
            buttons_of(seen, offer.on_tasks[task.number], task=task.number, sent=sent),
            at=walk.now,
        )
        for task in state.tasks.values()
    ]


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
        actor_label=act["by"], at=datetime.fromisoformat(act["at"]), as_written=act["body"],
    )  # fmt: skip
