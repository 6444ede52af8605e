"""Everything the page of one case shows, gathered in few looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from heshi.cases.models import Case, Party
from heshi.cases.queries import definitions_for, history, playbook_for, state_of
from heshi.cases.queries.file import hidden_from, with_former
from heshi.cases.queries.papers import Said, WholeFile, parties_of
from heshi.cases.rules import situation_of
from heshi.cases.rules.masking import MASKS
from heshi.cases.rules.sight import seen_body
from heshi.cases.terms import PARTY_ROLES, PERSONAL, UNSEALABLE
from heshi.journey.actions import FittingWay, is_held, offer_for
from heshi.people.models import Post
from heshi.people.permissions import CENTRE_ROLES, PLACE_ROLES, UNIT_ROLES
from heshi.people.queries import staff_in_role
from heshi.people.rules import Scope
from heshi.places.queries import in_force
from heshi.playbooks.rules import HeldBack, Playbook, Position, Situation, Step, offered, offered_on, waiting
from heshi.understanding.queries import Repost
from heshi.web.desk.acting import roles_on, roles_on_task
from heshi.web.desk.hints import Hint, hint_of, reposts_of, route_of
from heshi.web.desk.lines import CaseLine, case_line
from heshi.web.desk.remarks import RemarkLine, elsewhere_of, remarks_of
from heshi.web.desk.ties import TiedCase, is_tied, ties_of
from heshi.web.kit.choices import Choice
from heshi.web.kit.keeping import keeper_of
from heshi.web.kit.limits import TimeLimit, limits_of
from heshi.web.kit.steps import SeenCase, SentStep, StepButton, buttons_of, seen_case
from heshi.web.kit.story import ToldAct, story_of
from heshi.web.kit.tasks import TaskCard, card_of

WORKING_ROLES: Final = CENTRE_ROLES | UNIT_ROLES | PLACE_ROLES
OFTEN: Final = 5
"""Steps of this weight and more lie in front,"""
AT_A_GLANCE: Final = 8
"""where there are more than can be taken in at a glance."""


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
    row: CaseLine
    said: Said
    people: Sequence[Person]
    story: Sequence[ToldAct]
    limits: Sequence[TimeLimit]
    buttons: Sequence[StepButton]
    tasks: Sequence[TaskCard]
    ties: Sequence[TiedCase]
    hint: Hint | None
    route: Sequence[str]
    reposts: Sequence[Repost]
    offer: FittingWay | None
    """The playbook that belongs to it since its kind or topic was put right."""
    waits: Sequence[HeldBack] = ()
    remarks: Sequence[RemarkLine] = ()
    elsewhere: Sequence[tuple[str, str]] = ()

    @property
    def to_check(self) -> bool:
        """Whether somebody still has to look at a field."""
        return any(line.is_open for line in self.remarks)

    @property
    def usual(self) -> list[StepButton]:
        """What happens often, or is being done right now; everything, as long as that is little."""
        if len(self.buttons) <= AT_A_GLANCE:
            return list(self.buttons)
        return [button for button in self.buttons if button.is_open or button.step.weight >= OFTEN]

    @property
    def seldom(self) -> list[StepButton]:
        """What is possible and seldom needed; it waits behind one more press."""
        return [button for button in self.buttons if button not in self.usual]

    @property
    def all_buttons(self) -> list[StepButton]:
        """Every button of the page, those of the tasks too."""
        return [*self.buttons, *(button for card in self.tasks for button in card.buttons)]

    @property
    def open_tasks(self) -> int:
        """How many tasks are not over."""
        return sum(task.is_open for task in self.tasks)

    @property
    def stopped(self) -> list[TimeLimit]:
        """The time limits that no longer run."""
        return [limit for limit in self.limits if limit.is_over]


def casefile(
    whole: WholeFile, scope: Scope, *, at: datetime, sent: SentStep | None = None, unmasked: bool = False
) -> CaseFile:
    """Return the page of a case for this person; ``sent`` is the step that was not taken and comes back as it was."""
    case, state, said = whole.case, whole.state, whole.said
    playbook = playbook_for(case)
    definitions = definitions_for(playbook)
    situation = situation_of(state, playbook, roles_on(scope, case), at=at, actor=scope.staff_id)
    steps = _by_weight(offered(playbook, situation))
    events, seen = history(case), seen_at_desk(case, scope)
    hidden = hidden_from(scope, case, state)
    return CaseFile(
        case=case,
        playbook=playbook,
        position=playbook.positions[case.position],
        row=case_line(case, at=at),
        said=said,
        people=[_person(party, unmasked=unmasked) for party in parties_of(case)],
        story=story_of(
            events,
            playbook,
            lambda event, book: seen_body(event.body, event.step, book, state, hidden),
            said.handed_in,
        ),
        limits=limits_of(state.clocks.values(), definitions, at=at),
        buttons=buttons_of(seen, steps, sent=sent, lies_open=None if is_held(case) else _usual(steps)),
        tasks=[card for card in _task_cards(seen, whole, scope, sent, at) if card.number not in hidden],
        ties=ties_of(case, scope) if is_tied(case, events) else [],
        hint=hint_of(case),
        route=route_of(case),
        reposts=reposts_of(case, said, scope),
        offer=offer_for(case),
        waits=waiting(playbook, situation),
        remarks=remarks_of(case, unmasked=unmasked),
        elsewhere=elsewhere_of(case),
    )


def _by_weight(steps: Sequence[Step]) -> list[Step]:
    """Return what usually happens next first; of equals, the order of the playbook."""
    return sorted(steps, key=lambda step: -step.weight)


def _usual(steps: Sequence[Step]) -> Step | None:
    """Return the step that usually happens next and asks for something; it lies open."""
    # A step that only needs a press never lies open: whoever scrolls by would press it.
    heaviest = max(steps, key=lambda step: step.weight, default=None)
    return heaviest if heaviest and heaviest.asks and len(steps) > 1 else None


def _task_cards(
    seen: SeenCase, whole: WholeFile, scope: Scope, sent: SentStep | None, at: datetime
) -> list[TaskCard]:
    """Return every task of the case, the open ones first, each with what this person may do on it."""
    case, state, playbook = whole.case, whole.state, playbook_for(whole.case)
    here = situation_of(state, playbook, frozenset(), at=at, actor=scope.staff_id)
    told_by, papers = with_former(state, playbook), whole.said.handed_in
    cards = []
    for task in state.tasks.values():
        situation = here.on(task.number, roles_on_task(scope, case, task))
        steps = offered_on(playbook, situation, task)
        buttons = buttons_of(seen, steps, task=task.number, sent=sent)
        cards.append(card_of(task, told_by, state, buttons, at=at, papers=papers))
    # What is over stays in view behind what is open: who was called and what they said belongs to the story.
    return sorted(cards, key=lambda card: (not card.is_open, card.number))


def seen_at_desk(case: Case, scope: Scope) -> SeenCase:
    """Return the case as the desk's page is drawn from it: a step may name colleagues, or whoever holds a role.

    Files that this person sent with a step that was not taken wait for her alone.
    """

    def opens(key: UUID) -> str:
        return reverse("desk:attachment", args=[case.number, key])

    @cache  # several steps of one page name the same people
    def people(role: str) -> Sequence[Choice]:
        return _in_role(role) if role else _colleagues(case, scope)

    return seen_case(case, keeper_of(case, str(scope.staff_id), opens), people)


def situation_for(case: Case, scope: Scope, task: int) -> Situation:
    """Return where the case stands for this person, on one of its tasks or, with nought, on the case itself."""
    playbook, state = playbook_for(case), state_of(case)
    on = state.tasks.get(task)
    roles = roles_on_task(scope, case, on) if on else roles_on(scope, case)
    return situation_of(state, playbook, roles, at=timezone.now(), task=task, actor=scope.staff_id)


def _in_role(role: str) -> list[Choice]:
    found = staff_in_role(role, on=timezone.localdate()).order_by("display_name")
    return [(str(key), name) for key, name in found.values_list("pk", "display_name")]


def _colleagues(case: Case, scope: Scope) -> list[Choice]:
    """Return who works at the unit that has the case, and at her own."""
    posts = Post.objects.filter(
        in_force(timezone.localdate()),
        unit__in={case.unit_id, *scope.unit_ids},
        role__in=WORKING_ROLES,
        staff__is_active=True,
    )
    found = posts.order_by("staff__display_name").values_list("staff_id", "staff__display_name").distinct()
    return [(str(key), name) for key, name in found]


def _person(party: Party, *, unmasked: bool) -> Person:
    return Person(
        PARTY_ROLES.get(party.role, party.role),
        [
            (label, value if unmasked or value == UNSEALABLE else MASKS[name](value))
            for name, label in PERSONAL.items()
            if (value := getattr(party, name))
        ],
    )
