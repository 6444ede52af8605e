"""A playbook as a person reads it: the drawing, each step in a line, each clock with its basis, the ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from heshi.cases.queries import definitions_for
from heshi.clocks.rules import ClockDef
from heshi.clocks.terms import EXACT, ON_EXPIRY, ROLLS
from heshi.common.refusals import Unknown
from heshi.people.terms import UNIT_KINDS
from heshi.playbooks.models import PlaybookVersion
from heshi.playbooks.queries import playbook as playbook_of
from heshi.playbooks.queries import shared_words, sound
from heshi.playbooks.rules import SAME, Adding, Playbook, Step, TaskKind
from heshi.playbooks.rules.assigning import work_words
from heshi.playbooks.rules.drawing import Drawing, drawing_of
from heshi.playbooks.rules.effects import VERBS, ClockWork, Row
from heshi.playbooks.rules.facets import also_words
from heshi.playbooks.rules.telling import (
    figure_words,
    told_calendar,
    told_campaign,
    told_draw,
    told_figure,
    told_rhythm,
    told_table,
)
from heshi.playbooks.rules.who import who_list
from heshi.playbooks.rules.wording import (
    GIVEN_WORDS,
    clock_words,
    condition_words,
    dropped_words,
    fact_word,
    outcome_word,
    role_word,
    told_wait,
    told_word,
    ungated_words,
    without_words,
)
from heshi.playbooks.terms import HOLDERS

BLANKS: Final = {
    "number": "〔编号〕", "unit": "〔承办单位〕", "title": "〔标题〕", "step": "〔步骤〕",
}  # fmt: skip
"""What stands in a notice where the real words will be."""


class PlaybookNotInForce(Unknown):
    """No playbook in force goes by this name."""

    code = "playbook_not_in_force"
    sentence = "没有施行中的这份预案，请回到预案清单重新选择。"


class _DueOf:
    """What stands in a notice where a due day will be: of which clock, where the notice names one."""

    def __init__(self, definitions: Mapping[str, ClockDef]) -> None:
        self._definitions = definitions

    def __format__(self, code: str) -> str:
        return f"〔“{self._definitions[code].title}”到期日〕" if code in self._definitions else "〔到期日〕"


@dataclass(frozen=True, slots=True)
class BookInForce:
    """A version in force, and what it says."""

    version: PlaybookVersion
    book: Playbook


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step: who, from where, to where, what it asks, whom it tells."""

    step: Step
    who: Sequence[str]
    sources: Sequence[str]
    targets: Sequence[tuple[str, str, str]]
    needs: str
    clocks: Sequence[str]
    tells: Sequence[tuple[str, str]]
    also: Sequence[str]
    drops: Sequence[str]
    ungated: Sequence[str]
    draws: Sequence[str] = ()
    tasks: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ClockLine:
    """One clock: how long, since when, by what article, and what happens at its end."""

    law: ClockDef
    started: str
    roll: str
    expiry: str


@dataclass(frozen=True, slots=True)
class TaskKindLine:
    """One kind of task: what, with whom, through which states, by which clock."""

    label: str
    whom: str
    states: Sequence[str]
    clocks: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class BookSheet:
    """The page of one playbook."""

    standing: BookInForce
    drawing: Drawing
    steps: Sequence[StepLine]
    clocks: Sequence[ClockLine]
    tiers: Sequence[tuple[str, str]]
    colours: Sequence[tuple[str, str]]
    ends: Sequence[tuple[str, str, Sequence[str]]]
    tasks: Sequence[TaskKindLine]
    ladders: Sequence[tuple[str, Sequence[str]]]
    calendars: Sequence[tuple[str, str]]
    rhythm: Sequence[tuple[str, str, str]]
    campaigns: Sequence[tuple[str, str]]
    figures: Sequence[tuple[str, str, str, str, str]]
    reference: Sequence[tuple[str, str]]
    without: Sequence[str]


def in_force_now() -> list[BookInForce]:
    """Return every playbook that new cases may get."""
    versions = PlaybookVersion.objects.filter(status="published").defer("texts").order_by("code")
    books = sound(version.pk for version in versions)
    return [BookInForce(version, books[version.pk]) for version in versions if version.pk in books]


def standing(code: str) -> BookInForce:
    """Return the version in force of one playbook; raises PlaybookNotInForce."""
    version = PlaybookVersion.objects.filter(status="published", code=code).defer("texts").first()
    if version is None:
        raise PlaybookNotInForce(playbook=code)
    return BookInForce(version, playbook_of(version.pk))


def sheet_of(found: BookInForce) -> BookSheet:
    """Return the page of a playbook."""
    book = found.book
    definitions = definitions_for(book)
    return BookSheet(
        standing=found,
        drawing=drawing_of(book),
        steps=[_step_line(book, step, definitions) for step in book.steps.values()],
        clocks=[_clock_line(book, definitions[code]) for code in _clocks(book) if code in definitions],
        tiers=told_table(book, "tier", book.tiers),
        colours=told_table(book, "colour", book.colours),
        ends=list(_ends(book)),
        tasks=[_task_line(book, kind, definitions) for kind in book.tasks.values()],
        ladders=[(fact_word(book, name), list(rungs.values())) for name, rungs in book.ladders.items()],
        calendars=[(told_calendar(days), days.source) for days in book.calendars.values()],
        rhythm=[(told_rhythm(one), _kinds(one.kinds), one.source) for one in book.rhythm.values()],
        campaigns=[(told_campaign(one), one.source) for one in book.campaigns.values()],
        figures=[
            (one.title, *figure_words(book, one), one.help, one.source) for one in book.figures.values()
        ],
        reference=[(name, told_figure(figure)) for name, figure in book.reference.items()],
        without=without_words(book, shared_words()),
    )


def _task_line(book: Playbook, kind: TaskKind, definitions: Mapping[str, ClockDef]) -> TaskKindLine:
    clocks = [
        (condition_words(book, row.when), definitions[row.then].why)
        for row in kind.clock
        if row.then in definitions
    ]
    seen_by = "、".join(role_word(book, role) for role in kind.seen_by)
    whom = HOLDERS[kind.holder] + (f"（只给{seen_by}和办的单位看）" if seen_by else "")
    return TaskKindLine(kind.label, whom, list(kind.states.values()), clocks)


def _kinds(kinds: Sequence[str]) -> str:
    return "、".join(UNIT_KINDS.get(kind, kind) for kind in kinds)


def _step_line(book: Playbook, step: Step, definitions: Mapping[str, ClockDef]) -> StepLine:
    return StepLine(
        step=step,
        who=who_list(book, step),
        sources=_sources(book, step),
        targets=[_target(book, row) for row in step.to],
        needs="，且".join(filter(None, (condition_words(book, step.needs), told_wait(book, step)))),
        clocks=clock_words(book, step.clocks),
        tells=[
            (told_word(book, tell.who), tell.say.format(**BLANKS, due=_DueOf(definitions)))
            for _at, effects in step.effects()
            for tell in effects.tells
        ],
        also=also_words(book, step),
        drops=dropped_words(book, step.drops),
        ungated=ungated_words(book, step.ungated),
        draws=[told_draw(book, draw) for draw in step.draws],
        tasks=work_words(book, step),
    )


def _sources(book: Playbook, step: Step) -> list[str]:
    still_open = {code for code, position in book.positions.items() if not position.end}
    if set(step.source) == set(book.positions):
        return ["任何环节"]
    if len(still_open) > 1 and set(step.source) == still_open:
        return ["任何未结环节"]
    return [book.positions[code].label for code in step.source]


def _target(book: Playbook, row: Row) -> tuple[str, str, str]:
    where = "环节不变，只作记录" if row.then == SAME else book.positions[str(row.then)].label
    return condition_words(book, row.when), where, "、".join(clock_words(book, row.clocks))


def _clocks(book: Playbook) -> list[str]:
    works = [book.opening, *(work for step in book.steps.values() for work in _works(step))]
    named = [code for work in works for verb in (*VERBS, *GIVEN_WORDS) for code in getattr(work, verb)]
    on_tasks = [row.then for kind in book.tasks.values() for row in kind.clock]
    on_tasks += [adding.clock for step in book.steps.values() for adding in _adds(step) if adding.clock]
    return list(dict.fromkeys([*named, *on_tasks]))


def _works(step: Step) -> Iterator[ClockWork]:
    yield from (effects.clocks for _at, effects in step.effects())


def _adds(step: Step) -> Iterator[Adding]:
    return (adding for _at, effects in step.effects() for adding in effects.adds)


def _clock_line(book: Playbook, law: ClockDef) -> ClockLine:
    starters = ["登记"] if law.code in book.opening.start else []
    starters += [
        step.label
        for step in book.steps.values()
        if any(law.code in work.begins() for work in _works(step)) or law.code in _begun_on_tasks(book, step)
    ]
    roll = "" if law.unit in EXACT else ROLLS[law.roll]
    return ClockLine(law, "、".join(starters), roll, ON_EXPIRY.get(law.on_expiry, ""))


def _begun_on_tasks(book: Playbook, step: Step) -> set[str]:
    """Return the clocks that begin because a step adds tasks, or moves one on."""
    begun = {step.task.clock} if step.task else set()
    for adding in _adds(step):
        begun |= {adding.clock} if adding.clock else {str(row.then) for row in book.tasks[adding.task].clock}
    return begun


def _ends(book: Playbook) -> Iterator[tuple[str, str, list[str]]]:
    for position in book.positions.values():
        if position.end:
            outcomes = [outcome_word(book, code) for code in position.outcomes]
            yield position.label, position.resident, outcomes
