"""Everything the page of one case shows, gathered in few looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.http import QueryDict
from django.utils import timezone

from heshi.cases.models import Case, Party
from heshi.cases.queries import definitions_for, history, playbook_for, state_of
from heshi.cases.queries.file import situation_of
from heshi.cases.queries.papers import Said, parties_of, said_in
from heshi.cases.rules import State
from heshi.cases.rules.masking import MASKS
from heshi.cases.terms import PARTY_ROLES
from heshi.people.models import Post
from heshi.people.queries import staff_in_role
from heshi.people.rules import Scope
from heshi.people.terms import UNIT_ROLES
from heshi.places.queries import in_force
from heshi.playbooks.rules import (
    Ask,
    Playbook,
    Position,
    Situation,
    Step,
    Task,
    offered,
    offered_on,
)
from heshi.understanding.queries import Repost
from heshi.web.desk.acting import roles_on, roles_on_task
from heshi.web.desk.hints import Hint, hint_of, reposts_of, route_of
from heshi.web.desk.tasks import TaskCard, TiedCase, card_of, is_tied, ties_of
from heshi.web.kit.asks import ask_form
from heshi.web.kit.forms import PageForm
from heshi.web.kit.names import Row, names, row_of, topic_choices
from heshi.web.kit.story import Act, Limit, in_words, limits_of, story_of

PREFILLED: Final = ("kind", "topic", "place", "unit")
OFTEN: Final = 5
"""Steps of this weight and more lie in front,"""
AT_A_GLANCE: Final = 8
"""where there are more than can be taken in at a glance."""
PERSONAL_LABELS: Final = {"name": "姓名", "phone": "电话", "address": "住址", "identity_no": "身份证号"}


@dataclass(frozen=True, slots=True)
class Button:
    """One step this person may take now, with its form; ``is_open`` when the form is what she is busy with."""

    step: Step
    form: PageForm
    is_open: bool = False
    task: int = 0


@dataclass(frozen=True, slots=True)
class Person:
    """A party of the case, field by field, masked unless somebody said why not."""

    role: str
    fields: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class CaseFile:
    """The page."""

    case: Case
    playbook: Playbook
    position: Position
    row: Row
    said: Said
    people: Sequence[Person]
    story: Sequence[Act]
    limits: Sequence[Limit]
    buttons: Sequence[Button]
    tasks: Sequence[TaskCard]
    ties: Sequence[TiedCase]
    hint: Hint | None
    route: Sequence[str]
    reposts: Sequence[Repost]

    @property
    def usual(self) -> list[Button]:
        """What happens often, or is being done right now; everything, as long as that is little."""
        if len(self.buttons) <= AT_A_GLANCE:
            return list(self.buttons)
        return [button for button in self.buttons if button.is_open or button.step.weight >= OFTEN]

    @property
    def seldom(self) -> list[Button]:
        """What is possible and seldom needed; it waits behind one more press."""
        return [button for button in self.buttons if button not in self.usual]

    @property
    def open_tasks(self) -> int:
        """How many tasks are not over."""
        return sum(task.is_open for task in self.tasks)

    @property
    def stopped(self) -> list[Limit]:
        """The time limits that no longer run."""
        return [limit for limit in self.limits if limit.is_over]


def casefile(
    case: Case, scope: Scope, *, at: datetime, busy: Button | None = None, unmasked: bool = False
) -> CaseFile:
    """Return the page of a case for this person; ``busy`` is the form that was sent and must come back as it was."""
    playbook, state = playbook_for(case), state_of(case)
    definitions = definitions_for(playbook)
    situation = situation_of(state, playbook, roles_on(scope, case))
    steps, said, events = offered(playbook, situation), said_in(case), history(case)
    return CaseFile(
        case=case,
        playbook=playbook,
        position=playbook.positions[case.position],
        row=row_of(case, at=at),
        said=said,
        people=[_person(party, unmasked=unmasked) for party in parties_of(case)],
        story=story_of(events, playbook, definitions),
        limits=limits_of([clock for clock in state.clocks.values() if not clock.task], definitions, at=at),
        buttons=_buttons(case, steps, busy),
        tasks=_task_cards(case, scope, playbook, state, busy, at),
        ties=ties_of(case, scope) if is_tied(case, events) else [],
        hint=hint_of(case),
        route=route_of(case),
        reposts=reposts_of(case, said, scope),
    )


def _buttons(case: Case, steps: Sequence[Step], busy: Button | None) -> list[Button]:
    open_step = None if busy else _usual(steps)
    return [
        busy
        if busy and busy.step.code == step.code
        else Button(step, step_form(case, step), is_open=step is open_step)
        for step in steps
    ]


def _usual(steps: Sequence[Step]) -> Step | None:
    """Return the step that usually happens next and asks for something; it lies open."""
    heaviest = max(steps, key=lambda step: step.weight, default=None)
    return heaviest if heaviest and heaviest.asks and len(steps) > 1 else None


def _task_cards(
    case: Case, scope: Scope, playbook: Playbook, state: State, busy: Button | None, at: datetime
) -> list[TaskCard]:  # fmt: skip
    """Return every task of the case, the open ones first, each with what this person may do on it."""
    whole = situation_of(state, playbook, frozenset())
    cards = []
    for task in state.tasks.values():
        situation = whole.on(task.number, roles_on_task(scope, case, task))
        cards.append(card_of(task, playbook, state, _task_buttons(case, playbook, situation, task, busy), at))
    return sorted(cards, key=lambda card: (not card.is_open, card.number))


def _task_buttons(
    case: Case, playbook: Playbook, situation: Situation, task: Task, busy: Button | None
) -> list[Button]:  # fmt: skip
    return [
        busy
        if busy and (busy.step.code, busy.task) == (step.code, task.number)
        else Button(step, step_form(case, step, task=task.number), task=task.number)
        for step in offered_on(playbook, situation, task)
    ]


def step_form(case: Case, step: Step, data: QueryDict | None = None, *, task: int = 0) -> PageForm:
    """Return the form of a step, prefilled with what is known, or filled with what was sent."""
    kind = ask_form(step.asks, choices=choices_for(case, step))
    known = {name: _known(case, name) for name in PREFILLED}
    mark = f"{step.code}-{task}" if task else step.code
    return kind(data, initial=known | {"revision": case.revision}, auto_id=f"{mark}_%s")


def _known(case: Case, name: str) -> str:
    return str(case.unit_id) if name == "unit" else str(getattr(case, name))


def choices_for(case: Case, step: Step) -> dict[str, list[tuple[str, str]]]:
    """Return the lists that the step's questions choose from; only those it needs."""
    wanted, lists = {ask.type for ask in step.asks}, {}
    if wanted & {"unit", "units"}:
        lists["unit"] = names().unit_choices
    if "topic" in wanted:
        lists["topic"] = topic_choices(among=case.topic)
    if "place" in wanted:
        lists["place"] = names().place_choices()
    if "staff" in wanted:
        lists["staff"] = _colleagues(case)
    for role in {ask.role for ask in step.asks if ask.role}:
        lists[f"staff:{role}"] = _in_role(role)
    return lists


def _in_role(role: str) -> list[tuple[str, str]]:
    found = staff_in_role(role, on=timezone.localdate()).order_by("display_name")
    return [(str(key), name) for key, name in found.values_list("pk", "display_name")]


def _colleagues(case: Case) -> list[tuple[str, str]]:
    posts = Post.objects.filter(
        in_force(timezone.localdate()), unit=case.unit_id, role__in=UNIT_ROLES, staff__is_active=True
    )
    found = posts.order_by("staff__display_name").values_list("staff_id", "staff__display_name").distinct()
    return [(str(key), name) for key, name in found]


def _person(party: Party, *, unmasked: bool) -> Person:
    return Person(
        PARTY_ROLES.get(party.role, party.role),
        [
            (label, value if unmasked else MASKS[name](value))
            for name, label in PERSONAL_LABELS.items()
            if (value := getattr(party, name))
        ],
    )


def typed(step: Step, data: QueryDict) -> list[tuple[str, str]]:
    """Return what somebody typed into a form that can no longer be sent, so that it is not lost."""
    return [(ask.label, in_words(ask, _sent(ask, data))) for ask in step.asks if data.get(ask.name)]


def _sent(ask: Ask, data: QueryDict) -> object:
    return data.getlist(ask.name) if ask.type == "units" else data[ask.name]
