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
from heshi.cases.queries.papers import Said, parties_of, said_in
from heshi.cases.rules import facts_now
from heshi.cases.rules.masking import MASKS
from heshi.cases.terms import PARTY_ROLES
from heshi.people.models import Post
from heshi.people.rules import Scope
from heshi.people.terms import UNIT_ROLES
from heshi.places.queries import in_force
from heshi.playbooks.rules import Playbook, Position, Situation, Step, offered
from heshi.understanding.queries import Repost
from heshi.web.asks import ask_form
from heshi.web.desk.access import roles_on
from heshi.web.desk.hints import Hint, hint_of, reposts_of, route_of
from heshi.web.desk.labels import Row, names, row_of, topic_choices
from heshi.web.desk.story import Act, Limit, in_words, limits_of, story_of
from heshi.web.forms import PageForm

PREFILLED: Final = ("kind", "topic", "place", "unit")
PERSONAL_LABELS: Final = {"name": "姓名", "phone": "电话", "address": "住址", "identity_no": "身份证号"}


@dataclass(frozen=True, slots=True)
class Button:
    """One step this person may take now, with its form; ``is_open`` when the form is what she is busy with."""

    step: Step
    form: PageForm
    is_open: bool = False


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
    hint: Hint | None
    route: Sequence[str]
    reposts: Sequence[Repost]

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
    situation = Situation(case.position, facts_now(state, playbook), roles_on(scope, case))
    steps, said = offered(playbook, situation), said_in(case)
    return CaseFile(
        case=case,
        playbook=playbook,
        position=playbook.positions[case.position],
        row=row_of(case, at=at),
        said=said,
        people=[_person(party, unmasked=unmasked) for party in parties_of(case)],
        story=story_of(history(case), playbook, definitions),
        limits=limits_of(list(state.clocks.values()), definitions, at=at),
        buttons=_buttons(case, steps, busy),
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


def step_form(case: Case, step: Step, data: QueryDict | None = None) -> PageForm:
    """Return the form of a step, prefilled with what is known, or filled with what was sent."""
    kind = ask_form(step.asks, choices=choices_for(case, step))
    known = {name: _known(case, name) for name in PREFILLED}
    return kind(data, initial=known | {"revision": case.revision}, auto_id=f"{step.code}_%s")


def _known(case: Case, name: str) -> str:
    return str(case.unit_id) if name == "unit" else str(getattr(case, name))


def choices_for(case: Case, step: Step) -> dict[str, list[tuple[str, str]]]:
    """Return the lists that the step's questions choose from; only those it needs."""
    wanted, lists = {ask.type for ask in step.asks}, {}
    if "unit" in wanted:
        lists["unit"] = names().unit_choices
    if "topic" in wanted:
        lists["topic"] = topic_choices(among=case.topic)
    if "place" in wanted:
        lists["place"] = names().place_choices()
    if "staff" in wanted:
        lists["staff"] = _colleagues(case)
    return lists


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
    return [(ask.label, in_words(ask, data[ask.name])) for ask in step.asks if data.get(ask.name)]
