"""Play a scenario file through the real engine and the real database, and tell the whole of what came of it.

A scenario is a case told as acts with dates by people named ``role@unit``. It says what must be refused, and what the whole
history, the clocks, the tasks, the notices and the end must be. See docs/playbooks.md.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import yaml

from heshi.cases.actions import RESIDENT, Actor, NewFile, OpeningGround, open_files, take_step
from heshi.cases.models import Attachment, Case, Clock, Event, Tie
from heshi.cases.queries import case_for, definitions_for, history, playbook_for, state_of
from heshi.cases.queries.file import case_roles, task_roles
from heshi.cases.rules import State
from heshi.cases.terms import ENGINE_STEPS
from heshi.clocks.rules import SHANGHAI, due_on
from heshi.clocks.terms import EXACT
from heshi.common.keys import new_key
from heshi.common.numbers import spoken
from heshi.common.refusals import Refusal
from heshi.journey.actions import tick
from heshi.notices.models import Notice
from heshi.people.actions import appoint, enrol, found_unit
from heshi.people.models import Staff, Unit
from heshi.people.queries import scope_of
from heshi.places.queries import division_path
from heshi.playbooks.queries import playbook as playbook_of
from heshi.playbooks.rules import Playbook, Task
from tests.cast import FIRST_DAY, NOON, PASSWORD, County
from tests.consequences import drawn

FOLDER = Path(__file__).parent
Told = dict[str, Any]


def scenario(name: str) -> dict[str, Any]:
    """Return a scenario file as plain values."""
    return cast(dict[str, Any], yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8")))


def moment(text: str) -> datetime:
    """Return a moment as a scenario writes it: 2026-03-02 09:30, China time."""
    return datetime.strptime(str(text), "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)


@dataclass
class Stage:
    """The county on which a scenario is played: units by their short names, people made when they first act."""

    county: County
    version: uuid.UUID
    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, Staff] = field(default_factory=dict)
    cases: list[Case] = field(default_factory=list)
    posts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """What else somebody is: a chair who also mediates."""

    @property
    def playbook(self) -> Playbook:
        """The playbook that is played."""
        return playbook_of(self.version)

    def person(self, name: str) -> Staff:
        """Return whoever is named ``role@unit``; she is given her post when she first appears."""
        if name not in self.people:
            role, _at, unit = name.partition("@")
            staff = enrol(username=f"p{len(self.people)}", display_name=name, password=PASSWORD, at=NOON)
            for held in (role, *self.posts.get(name, ())):
                appoint(staff=staff, unit=self.units[unit], role=held, valid_from=FIRST_DAY)
            self.people[name] = staff
        return self.people[name]

    def unit_name(self, key: uuid.UUID | None) -> str:
        """Return the short name of a unit."""
        names = {unit.pk: name for name, unit in self.units.items()}
        return names[key] if key else ""


def staged(
    county: County, version: uuid.UUID, units: Mapping[str, Mapping[str, str]], posts: Mapping[str, Sequence[str]] | None = None
) -> Stage:  # fmt: skip
    """Return the county with the units and the posts that only this scenario has."""
    stage = Stage(county, version, dict(county.units), posts=posts or {})
    stage.units["village"] = county.units["village_990100001001"]
    stage.units["town_centre"] = county.township_centre
    stage.units["committee"] = county.units["committee_990100001"]
    for code, given in units.items():
        place = county.divisions[given.get("place", "990100")]
        stage.units[code] = found_unit(
            code=code, name=given["name"], kind=given["kind"], place=place, phone="00000000"
        )
        if "presence" in given:
            Unit.objects.filter(pk=stage.units[code].pk).update(presence=given["presence"])
    return stage


def played(stage: Stage, told: Mapping[str, Any]) -> tuple[list[Told], list[str]]:
    """Play a scenario; return what came of each case, and every act that did not go as the file says."""
    for opening in told["cases"]:
        stage.cases.append(_opened(stage, opening))
    astray = [wrong for number, act in enumerate(told["acts"], 1) if (wrong := _acted(stage, act, number))]
    drawn("notices")
    return [outcome_of(stage, case) for case in stage.cases], astray


def _opened(stage: Stage, given: Mapping[str, Any]) -> Case:
    at, place = moment(given["at"]), str(given.get("place", "990100001001"))
    parties = [{"role": "reporter", "phone": str(given["phone"])}] if given.get("phone") else []
    file = NewFile(
        source=given.get("source", "window"), source_key=f"{len(stage.cases)}", title=given["words"][:20], body=given["words"],
        kind=given["kind"], topic=str(given["topic"]), unit_id=stage.units[given.get("unit", "county_centre")].pk,
        playbook_id=stage.version, said_at=at, place=place, path=division_path(place), parties=parties,
        visit=uuid.UUID(int=given["visit"]) if given.get("visit") else None, facts=given.get("facts", {}),
    )  # fmt: skip
    clocks = {stage.version: definitions_for(stage.playbook)}
    ground = OpeningGround(stage.county.code, at, clocks, {stage.version: stage.playbook})
    (opened,) = open_files(files=[file], ground=ground, actor=RESIDENT)
    return Case.objects.get(pk=opened.case_id)


def _acted(stage: Stage, act: Mapping[str, Any], number: int) -> str:
    """Play one act; return what went astray, or nothing."""
    at = moment(act["at"])
    if act.get("tick"):
        tick(at=at)
        return ""
    case = Case.objects.get(pk=stage.cases[act.get("case", 1) - 1].pk)
    revision, refused = case.revision, ""
    try:
        _step(stage, case, act, at)
    except Refusal as refusal:
        refused = refusal.code
    if refused != act.get("refused", ""):
        return f"第 {number} 步 {act['does']}：应当{act.get('refused') or '办成'}，实际{refused or '办成了'}"
    moved = Case.objects.get(pk=case.pk).revision != revision
    return f"第 {number} 步 {act['does']}：被拒绝了却留下了记录" if refused and moved else ""


def _step(stage: Stage, case: Case, act: Mapping[str, Any], at: datetime) -> None:
    state = state_of(case)
    task = _task(stage, state, act["task"]) if "task" in act else None
    actor = _actor(stage, case, act["by"], task)
    answers = {name: _answer(stage, value) for name, value in act.get("with", {}).items()}
    answers |= _files(stage, case, act, actor)
    take_step(
        case=case, step=act["does"], actor=actor, at=at, answers=answers, task=task.number if task else 0
    )


def _actor(stage: Stage, case: Case, name: str, task: Task | None) -> Actor:
    """Return who acts, in the roles that count here; whoever cannot see the case has none of it."""
    if name == "resident":
        return RESIDENT
    staff = stage.person(name)
    scope = scope_of(staff)
    case_for(scope, case.number)
    roles = task_roles(scope, case, task) if task else case_roles(scope, case)
    return Actor("staff", staff.pk, name, roles)


def _task(stage: Stage, state: State, said: str) -> Task:
    """Return the task that is meant by kind, kind/unit or kind/words, the first that is open."""
    kind, _slash, which = said.partition("/")
    found = [
        task
        for task in state.tasks.values()
        if task.kind == kind and which in ("", task.words, _short(stage, task))
    ]
    return next((task for task in found if task.is_open), found[0] if found else Task(0, kind, ""))


def _short(stage: Stage, task: Task) -> str:
    return stage.unit_name(uuid.UUID(task.unit)) if task.unit else ""


def _answer(stage: Stage, value: Any) -> Any:
    """Return an answer with short names of units and people, and the numbers of cases (#1), put in their place."""
    if isinstance(value, list):
        return [_answer(stage, one) for one in value]
    if isinstance(value, str) and value.startswith("#"):
        return stage.cases[int(value[1:]) - 1].number
    if isinstance(value, str) and value in stage.units:
        return str(stage.units[value].pk)
    return str(stage.person(value).pk) if isinstance(value, str) and "@" in value else value


def _files(stage: Stage, case: Case, act: Mapping[str, Any], actor: Actor) -> dict[str, list[str]]:
    """Return the keys of as many files as the act says for each question that asks for some."""
    step, said = stage.playbook.steps.get(act["does"]), act.get("with", {})
    asked = [ask.name for ask in step.asks if ask.type == "files"] if step else []
    return {name: [_file(case, name, actor) for _n in range(said[name])] for name in asked if name in said}


def _file(case: Case, asked: str, actor: Actor) -> str:
    key = new_key()
    Attachment.objects.create(
        id=key, county=case.county, kind="photo", name="现场.jpg", mime="image/jpeg", size=1, sm3="", stored_as="", at=NOON,
        asked=asked, waits_for=case.pk, waits_by=actor.mark,
    )  # fmt: skip
    return str(key)


def outcome_of(stage: Stage, case: Case) -> Told:
    """Return the whole of what came of a case, in words that can be read and compared."""
    case = Case.objects.get(pk=case.pk)
    state = state_of(case)
    told: Told = {
        "history": [_event_line(stage, event, playbook_for(case)) for event in history(case)],
        "clocks": [_clock_line(clock, stage) for clock in _clocks(case)],
        "tasks": [_task_line(stage, task) for _number, task in sorted(state.tasks.items())],
        "notices": list(_notice_lines(stage, case)),
        "tier": case.tier,
        "colour": case.colour,
        "end": {"position": case.position, "outcome": case.outcome, "is_open": case.is_open},
    }
    ties = Tie.objects.filter(case=case).select_related("other").order_by("at")
    told["ties"] = [f"{tie.how} #{_index(stage, tie.other_id)}" for tie in ties]
    return {name: value for name, value in told.items() if value not in ([], "")}


def _index(stage: Stage, key: uuid.UUID) -> int:
    return next(index for index, case in enumerate(stage.cases, 1) if case.pk == key)


def _event_line(stage: Stage, event: Event, playbook: Playbook) -> str:
    step = playbook.steps.get(event.step)
    label = step.label if step else ENGINE_STEPS[event.step]
    moved = f" → {playbook.positions[event.went_to].label}" if event.went_to != event.came_from else ""
    return f"{_day(event.at)} {event.actor_label} {label}{moved}"


def _day(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%m-%d %H:%M}"


def _clocks(case: Case) -> Sequence[Clock]:
    return list(Clock.objects.filter(case=case).order_by("started_at", "code", "round"))


def _clock_line(clock: Clock, stage: Stage) -> str:
    exact = definitions_for(stage.playbook)[clock.code].unit in EXACT
    due = clock.due_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if exact else f"{due_on(clock.due_at)}"
    return f"{clock.code}/{clock.round} 到 {due} {clock.state}{'' if clock.stage == 'running' else f' {clock.stage}'}"


def _task_line(stage: Stage, task: Task) -> str:
    parts = [str(task.number), task.kind, _short(stage, task), task.words, task.state]
    return " ".join(part for part in parts if part)


def _notice_lines(stage: Stage, case: Case) -> Iterator[str]:
    rows = Notice.objects.filter(case_id=case.pk)
    for row in sorted(rows, key=lambda one: (one.created_at, _event_of(one), _to(stage, one), one.text)):
        text = row.text.replace(spoken(case.number), "〔编号〕")
        yield f"{_day(row.created_at)} {_to(stage, row)}：{text}"


def _event_of(row: Notice) -> int:
    """Return the number of the event that a notice tells about."""
    return next((int(part) for part in row.dedupe_key.split("/")[1:] if part.isdigit()), 0)


def _to(stage: Stage, row: Notice) -> str:
    if row.to_kind == "resident":
        return "群众"
    if row.to_kind == "staff":
        return next((name for name, staff in stage.people.items() if staff.pk == row.to_staff), "?")
    roles = "、".join(row.to_roles)
    return f"{stage.unit_name(row.to_unit)}·{roles}" if roles else stage.unit_name(row.to_unit)
