"""What came of the cases of a story, in lines that can be read and compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import zip_longest
from typing import Final

from heshi.cases.record import Entry
from heshi.cases.rules import ClockState, State, apply
from heshi.cases.rules.saying import Occasion, said
from heshi.cases.terms import ENGINE_STEPS
from heshi.clocks.rules import SHANGHAI, due_on
from heshi.clocks.terms import EXACT
from heshi.clocks.terms import Stage as ClockStage
from heshi.playbooks.rules import Playbook, Task
from heshi.rehearsal.rules.playing import PlayedCase
from heshi.rehearsal.rules.stories import PlayedAct, StoryStage

"""Units that are counted to the minute."""
PARTS: Final = {
    "history": "经过", "clocks": "时限", "tasks": "分项", "notices": "给群众的通知", "tier": "层级", "colour": "颜色",
    "end": "结局", "ties": "关联",
}  # fmt: skip
"""What is compared, in this order. Of the notices those to the resident: at which desk another is read depends on who works where."""
BESIDE: Final = {"facts": "事实", "answers": "答复群众的次数"}
"""What is compared only where a story says it."""
NUMBER: Final = "〔编号〕"
TO_RESIDENT: Final = " 群众："


def recounted(stage: StoryStage, number: int) -> dict[str, object]:
    """Return the whole of what came of a case, counted from 1; what there is nothing of is left out."""
    state, book = stage.cases[number - 1].state, stage.book
    facts = state.facts
    clocks = sorted(state.clocks.values(), key=lambda clock: (clock.started_at, clock.code, clock.round))
    told: dict[str, object] = {
        "history": [_event(entry, book) for entry in stage.cases[number - 1].entries],
        "clocks": [_clock(clock, book) for clock in clocks],
        "tasks": [_task(stage, task) for _number, task in sorted(state.tasks.items())],
        "notices": [f"{day(at)}{TO_RESIDENT}{text}" for at, text in _notices(stage, number)],
        "tier": facts.get("tier") or "",
        "colour": facts.get("colour") or "",
        "end": {"position": state.position, "outcome": facts.get("outcome") or "", "is_open": state.is_open},
        "ties": [f"merged #{other}" for other, _at in stage.ties.get(number, ())],
    }
    return {name: value for name, value in told.items() if value not in ([], "")}


def _event(entry: Entry, book: Playbook) -> str:
    step = book.steps.get(entry.step)
    moved = f" → {book.positions[entry.went_to].label}" if entry.went_to != entry.came_from else ""
    return f"{day(entry.at)} {entry.actor_label} {step.label if step else ENGINE_STEPS[entry.step]}{moved}"


def _notices(stage: StoryStage, number: int) -> list[tuple[datetime, str]]:
    """Return what the resident of a case is told, by that of which it became part, too."""
    told = list(_told(stage, stage.cases[number - 1]))
    for main, since in stage.ties.get(number, ()):
        told += [(at, text) for at, text in _told(stage, stage.cases[main - 1]) if at > since]
    return sorted(told, key=lambda each: each[0])


def _told(stage: StoryStage, case: PlayedCase) -> Iterator[tuple[datetime, str]]:
    """Yield what the resident is told, each as the case stood then."""
    then = State()
    for entry in case.entries:
        apply(then, number=entry.number, went_to=entry.went_to, at=entry.at, body=entry.body)
        about = Occasion(NUMBER, entry.step, entry.at, entry.body, then, stage.book)
        words = [said(about, tell, stage.called) for tell in entry.body.tells if tell.who == "resident"]
        yield from ((entry.at, text) for text in sorted(one.text for one in words if one))


def day(at: datetime) -> str:
    """Return a moment as a story tells it."""
    return f"{at.astimezone(SHANGHAI):%m-%d %H:%M}"


def _clock(clock: ClockState, book: Playbook) -> str:
    exact = book.laws[clock.code].unit in EXACT
    due = f"{clock.due_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if exact else f"{due_on(clock.due_at)}"
    stage = "" if clock.stage is ClockStage.RUNNING else f" {clock.stage}"
    return f"{clock.code}/{clock.round} 到 {due} {clock.state}{stage}"


def _task(stage: StoryStage, task: Task) -> str:
    parts = [str(task.number), task.kind, stage.unit_name(task.unit), task.words, task.state]
    return " ".join(part for part in parts if part)


def told_act(stage: StoryStage, happened: PlayedAct) -> str:
    """Return an act and what became of it in one line."""
    act = happened.act
    if act.tick:
        return f"{happened.number:>3}  {act.at}  看时间"
    step = stage.book.steps.get(act.does)
    who = "群众" if act.by == "resident" else act.by
    which = f"（第{act.case}件）" if len(stage.cases) > 1 else ""
    done = f"{happened.number:>3}  {act.at}  {who}{which} {step.label if step else act.does}"
    if happened.refusal:
        return f"{done}：被拒绝（{happened.refusal.code}）——{happened.refusal}"
    position = stage.cases[act.case - 1].state.position
    return f"{done} → {stage.book.positions[position].label}"


def astray(stage: StoryStage, happened: PlayedAct) -> str:
    """Return in one sentence how an act did not go as the story tells."""
    step = stage.book.steps.get(happened.act.does)
    wanted = f"被拒绝（{happened.act.refused}）" if happened.act.refused else "办成"
    refusal = happened.refusal
    came = f"被拒绝（{refusal.code}）：{str(refusal).rstrip('。')}" if refusal else "办成了"
    return f"第 {happened.number} 步“{step.label if step else happened.act.does}”：故事说{wanted}，实际{came}"


def differences(stage: StoryStage) -> Iterator[str]:
    """Yield where what came of the cases is not what the story expects, the first difference first."""
    expected = stage.story.expect
    if expected and len(expected) != len(stage.cases):
        yield f"故事有 {len(stage.cases)} 件，expect 写了 {len(expected)} 件，请补齐。"
        return
    for number, wanted in enumerate(expected, 1):
        found = recounted(stage, number)
        for part, name in PARTS.items():
            yield from _differing(f"第 {number} 件的{name}", _wanted(wanted, part), found.get(part))
        beside = beside_told(wanted, stage.cases[number - 1].state.facts, stage.cases[number - 1].entries)
        for part, came in beside.items():
            yield from _differing(f"第 {number} 件的{BESIDE[part]}", wanted[part], came)


def beside_told(
    wanted: Mapping[str, object], facts: Mapping[str, object], acts: Iterable[Entry]
) -> dict[str, object]:
    """Return what a story asks about beside what is always told: the facts that it names, how often the resident was answered."""
    found: dict[str, object] = {}
    if isinstance(named := wanted.get("facts"), Mapping):
        found["facts"] = {name: facts.get(str(name)) for name in named}
    if "answers" in wanted:
        found["answers"] = sum(act.body.answer for act in acts)
    return found


def _wanted(expected: Mapping[str, object], part: str) -> object:
    """Return what is expected of a part, as far as it is compared."""
    lines = expected.get(part)
    if part != "notices" or not isinstance(lines, list):
        return lines
    return [line for line in lines if TO_RESIDENT in str(line)] or None


def _differing(what: str, wanted: object, found: object) -> Iterator[str]:
    if wanted == found:
        return
    if not isinstance(wanted, list) and not isinstance(found, list):
        yield f"{what}：故事说{_said(wanted)}，实际{_said(found)}"
        return
    for line, (one, other) in enumerate(zip_longest(_lines(wanted), _lines(found)), 1):
        if one != other:
            yield f"{what}第 {line} 行：故事说{_said(one)}，实际{_said(other)}"
            return


def _lines(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _said(value: object) -> str:
    if isinstance(value, Mapping):
        return "“" + "，".join(f"{name} {one}" for name, one in value.items()) + "”"
    return "没有" if value is None else f"“{value}”"
