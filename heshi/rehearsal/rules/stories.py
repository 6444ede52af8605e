"""A story: one or more cases told as acts with dates by people named ``role@unit``, and what must come of them.

It is played in memory, by the functions that real cases live by; who does not see a case cannot act on it there either.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec

from heshi.cases.rules import RESIDENT, Actor
from heshi.cases.rules.joining import NOW_ANSWERED, NotJoinable, joined_facts, waits_for_rating
from heshi.cases.rules.sight import CaseUnknown, roles_here, sees
from heshi.cases.terms import JOINED, MAIN_ANSWERED
from heshi.clocks.rules import SHANGHAI
from heshi.common.refusals import Refusal
from heshi.people.rules import Held, Scope, scope_from
from heshi.people.terms import PERMANENT
from heshi.playbooks.rules import Playbook, Task, leading
from heshi.rehearsal.rules.made_up import PLAYED
from heshi.rehearsal.rules.playing import PlayedCase, opened

COUNTY: Final = "990100"
TOWN: Final = "990100001"
VILLAGE: Final = "990100001001"
LEVELS: Final = (6, 9, 12)


class StoryUnit(msgspec.Struct, frozen=True):
    """A unit of a story: what it is, where, and how it is present in the centre."""

    name: str
    kind: str
    place: str = COUNTY
    presence: str = PERMANENT


STANDING: Final = {
    "county_centre": StoryUnit("和安县综治中心", "governance_centre"),
    "town_centre": StoryUnit("甲镇综治中心", "governance_centre", TOWN),
    "committee": StoryUnit("甲镇调委会", "township_committee", TOWN),
    "village": StoryUnit("甲一村村委会", "village_body", VILLAGE),
    "petition_bureau": StoryUnit("县信访局", "petition"),
    "dept_housing": StoryUnit("县住房和城乡建设局", "line_department"),
    "dept_hr": StoryUnit("县人力资源和社会保障局", "line_department"),
    "court": StoryUnit("县人民法院", "court"),
}
"""The units that every story may name without founding them."""


class StoryOpening(msgspec.Struct, frozen=True):
    """How a case comes in."""

    at: str
    kind: str
    topic: str
    words: str
    source: str = "window"
    place: str = VILLAGE
    unit: str = "county_centre"
    phone: str = ""
    visit: int = 0
    facts: dict[str, object] = {}


class StoryAct(msgspec.Struct, frozen=True):
    """Somebody does something, or time is looked at (``tick``); ``refused`` is the code of what stands against it."""

    at: str
    by: str = ""
    does: str = ""
    case: int = 1
    answers: dict[str, object] = msgspec.field(name="with", default_factory=dict)
    task: str = ""
    refused: str = ""
    tick: bool = False


class Story(msgspec.Struct, frozen=True):
    """A story as its file tells it; ``expect`` says of each case what must have come of it.

    ``posts`` are the other roles that somebody holds at the same unit: a chair who also mediates.
    """

    playbook: str
    cases: list[StoryOpening]
    acts: list[StoryAct] = []
    story: str = ""
    units: dict[str, StoryUnit] = {}
    posts: dict[str, list[str]] = {}
    expect: list[dict[str, object]] = []


def moment(text: str) -> datetime:
    """Return a moment as a story writes it: 2026-03-02 09:30, China time."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)


def path_to(place: str) -> str:
    """Return the path of a place from the county down, as the digits of its code say it."""
    return "/".join(place[:digits] for digits in LEVELS if digits <= len(place))


def key_of(name: str) -> UUID:
    """Return the made-up key of a unit or a person."""
    return uuid5(NAMESPACE_URL, name)


@dataclass(frozen=True, slots=True)
class PlayedAct:
    """An act of a story and what became of it: the refusal, where it was refused."""

    number: int
    act: StoryAct
    refusal: Refusal | None = None

    @property
    def is_as_told(self) -> bool:
        """Say whether it went as the story tells."""
        return (self.refusal.code if self.refusal else "") == self.act.refused


@dataclass(slots=True)
class StoryStage:
    """The playbook, the units and the cases of a story while it is played."""

    book: Playbook
    story: Story
    cases: list[PlayedCase] = field(default_factory=list)
    ties: dict[int, list[tuple[int, datetime]]] = field(default_factory=dict)
    """For each case, counted from 1, those it became part of and when."""

    @property
    def units(self) -> dict[str, StoryUnit]:
        """Return the units by their short names."""
        return {**STANDING, **self.story.units}

    def unit_name(self, key: str) -> str:
        """Return the short name of a unit."""
        return next((name for name in self.units if str(key_of(name)) == key), "")

    def called(self, key: str) -> str:
        """Return what a unit is called in a notice."""
        name = self.unit_name(key)
        return self.units[name].name if name else ""

    def play(self) -> Iterator[PlayedAct]:
        """Play the acts one by one and yield what became of each."""
        self.cases = [self._opened(number, given) for number, given in enumerate(self.story.cases)]
        for number, act in enumerate(self.story.acts, 1):
            try:
                self._act(act)
            except Refusal as refusal:
                yield PlayedAct(number, act, refusal)
            else:
                yield PlayedAct(number, act)

    def _opened(self, number: int, given: StoryOpening) -> PlayedCase:
        facts: dict[str, object] = {
            **given.facts, "number": _number(number), "source": given.source, "kind": given.kind, "topic": given.topic,
            "place": given.place, "path": path_to(given.place), "unit": str(key_of(given.unit)), "playbook": PLAYED,
            "parties": 1 if given.phone else 0, "visit": str(UUID(int=given.visit)) if given.visit else None,
        }  # fmt: skip
        return opened(self.book, facts, at=moment(given.at), path_to=path_to)

    def _act(self, act: StoryAct) -> None:
        at = moment(act.at)
        if act.tick:
            for case in self.cases:
                case.tick(at)
            return
        case = self.cases[act.case - 1]
        task = self._task(case, act.task) if act.task else None
        actor = self._actor(case, act.by, task)
        answers = {name: self._answer(value) for name, value in act.answers.items()} | self._files(act)
        number = task.number if task else 0
        presence = {str(key_of(name)): unit.presence for name, unit in self.units.items()}
        outcome, _made = case.outcome_of(
            act.does, actor=actor, at=at, answers=answers, task=number, presence=presence
        )
        main, before = (
            self._joined(case, outcome.joins, act.by) if outcome.joins else None,
            case.state.position,
        )
        case.step(act.does, actor=actor, at=at, answers=answers, task=number, presence=presence)
        if case.state.position != before and waits_for_rating(self.book, case.state.position):
            self._let_others_rate(act.case, at)
        if main:
            self.ties.setdefault(act.case, []).append((self.cases.index(main) + 1, at))
            main.remark(JOINED, joined_facts(main.state.facts, case.state.facts), at)

    def _let_others_rate(self, main: int, at: datetime) -> None:
        """Note on every case that became part of this one that there is an answer now."""
        for one, ties in self.ties.items():
            if any(other == main for other, _at in ties):
                self.cases[one - 1].remark(MAIN_ANSWERED, NOW_ANSWERED, at)

    def _joined(self, case: PlayedCase, number: str, by: str) -> PlayedCase:
        """Return the case that somebody named; raises CaseUnknown for one out of her sight, else NotJoinable."""
        found = next((one for one in self.cases if one.state.facts["number"] == number), None)
        if found is None or by == "resident" or not self._sees(self._scope(by), found):
            raise CaseUnknown(number=number)
        if found is case or not found.state.is_open:
            raise NotJoinable(number=number)
        return found

    def _actor(self, case: PlayedCase, name: str, task: Task | None) -> Actor:
        """Return who acts, in the roles that count here; raises CaseUnknown for whoever does not see the case."""
        if name == "resident":
            return RESIDENT
        scope, facts = self._scope(name), case.state.facts
        unit, path = UUID(str(facts["unit"])), str(facts["path"])
        if not self._sees(scope, case):
            raise CaseUnknown(number=facts["number"])
        at = UUID(task.at_unit) if task and task.at_unit else unit
        beside = [UUID(key) for key in leading(self.book, case.state.tasks.values())] if task is None else []
        roles = frozenset().union(*(roles_here(scope, place, path) for place in (at, *beside)))
        return Actor("staff", scope.staff_id, name, roles)

    def _sees(self, scope: Scope, case: PlayedCase) -> bool:
        facts = case.state.facts
        unit, path, kind = UUID(str(facts["unit"])), str(facts["path"]), str(facts["kind"])
        tasks = case.state.tasks.values()
        involved = {UUID(one.unit) for one in tasks if one.unit}
        involved |= {UUID(one.kept_by) for one in tasks if one.kept_by and one.is_open}
        return sees(scope, unit_id=unit, path=path, kind=kind, involved=involved)

    def _scope(self, name: str) -> Scope:
        role, _at, unit = name.partition("@")
        given = self.units[unit]
        roles = (role, *self.story.posts.get(name, ()))
        held = [Held(each, key_of(unit), given.kind, path_to(given.place)) for each in roles]
        return scope_from(staff_id=key_of(name), posts=held)

    def _task(self, case: PlayedCase, said: str) -> Task:
        """Return the task that is meant by kind, kind/unit or kind/words, the first that is open."""
        kind, _slash, which = said.partition("/")
        found = [
            task
            for task in case.state.tasks.values()
            if task.kind == kind and which in ("", task.words, self.unit_name(task.unit))
        ]
        return next((task for task in found if task.is_open), found[0] if found else Task(0, kind, ""))

    def _files(self, act: StoryAct) -> dict[str, object]:
        """Return made-up keys for as many files as the act hands in, for each question that asks for some."""
        step = self.book.steps.get(act.does)
        asked = [ask.name for ask in step.asks if ask.type == "files"] if step else []
        numbers = {name: number for name in asked if isinstance(number := act.answers.get(name), int)}
        return {name: [str(key_of(f"{name}/{n}")) for n in range(number)] for name, number in numbers.items()}

    def _answer(self, value: object) -> object:
        """Return an answer with the keys of units and people, and the numbers of cases (#1), put in the place of names."""
        if isinstance(value, list):
            return [self._answer(one) for one in value]
        if not isinstance(value, str):
            return value
        if value.startswith("#"):
            return _number(int(value[1:]) - 1)
        return str(key_of(value)) if value in self.units or self._is_person(value) else value

    def _is_person(self, name: str) -> bool:
        _role, at, unit = name.partition("@")
        return bool(at) and unit in self.units


def _number(index: int) -> str:
    return f"第{index + 1}件"
