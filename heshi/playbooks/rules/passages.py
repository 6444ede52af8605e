"""Whether a case can come to every place, and from every place to an end, answered and with no clock that never began."""

from __future__ import annotations

from collections.abc import Iterator

from heshi.common.yamltext import KeyPath
from heshi.playbooks.rules.agreeing import loose_agreements
from heshi.playbooks.rules.effects import ClockWork
from heshi.playbooks.rules.gates import open_ways
from heshi.playbooks.rules.proofreading import Finding
from heshi.playbooks.rules.shape import SAME, Playbook, Step
from heshi.playbooks.rules.waiting import untimely


def works(step: Step) -> Iterator[tuple[KeyPath, ClockWork]]:
    """Return every piece of clock work a step can do, with its place below the step."""
    for path, effects in step.effects():
        yield (*path, "clocks"), effects.clocks


def blind_ways(playbook: Playbook) -> Iterator[Finding]:
    """Yield every place that cannot be reached or left, every end without an answer, every clock that is turned and never begun."""
    moves = arrows(playbook)
    reached = _closure({playbook.start}, moves)
    ends = {code for code, position in playbook.positions.items() if position.end}
    leads_out = _closure(ends, {(target, source) for source, target in moves})
    for code, position in playbook.positions.items():
        at: KeyPath = ("positions", code)
        if code not in reached:
            yield at, f"环节“{position.label}”永远走不到，请写明哪一步会到这里。"
        if code not in ends and not any(source == code for source, _target in moves):
            yield at, f"环节“{position.label}”没有出口，案件会停在这里。"
        elif code not in leads_out:
            yield at, f"环节“{position.label}”只能兜圈子，走不到终点。"
    yield from _unanswered(playbook, ends)
    yield from _idle_clocks(playbook)
    yield from untimely(playbook, started(playbook))
    yield from open_ways(playbook)
    yield from loose_agreements(playbook)


def arrows(playbook: Playbook) -> set[tuple[str, str]]:
    """Return every (from, to) that some step can make, without those that stay where they are."""
    return {
        (source, target)
        for step in playbook.steps.values()
        for source in step.source
        for target in step.targets()
        if target not in (SAME, source)
    }


def _closure(start: set[str], moves: set[tuple[str, str]]) -> set[str]:
    reached, edge = set(start), set(start)
    while edge:
        edge = {target for source, target in moves if source in edge} - reached
        reached |= edge
    return reached


def _unanswered(playbook: Playbook, ends: set[str]) -> Iterator[Finding]:
    silent = {
        (source, target)
        for step in playbook.steps.values()
        if not step.answers
        for source in step.source
        for target in step.targets()
        if target not in (SAME, source)
    }
    reached = _closure({playbook.start}, silent)
    for code in sorted(reached & ends):
        label = playbook.positions[code].label
        yield (
            ("positions", code),
            f"终点“{label}”可能在没有答复群众时就到达，请让前面某一步写明 answers: true。",
        )
    for code in sorted(code for code in reached - ends if playbook.positions[code].rests):
        yield ("positions", code), _rests_unanswered(playbook.positions[code].label)


def _rests_unanswered(label: str) -> str:
    return (
        f"“{label}”写了 rests，可能在没有答复群众时就到达，办理的时限会跟着停；"
        "请让前面某一步写明 answers: true。"
    )


def _idle_clocks(playbook: Playbook) -> Iterator[Finding]:
    pieces = [
        (("steps", step.code, *path), work) for step in playbook.steps.values() for path, work in works(step)
    ]
    begun, known = started(playbook), set(playbook.laws)
    if not begun <= known:
        return  # one that starts is misspelt, and told: which one was meant nobody knows
    for path, work in pieces:
        for verb in ("stop", "pause", "resume", "extend"):
            for code in set(getattr(work, verb)) & known - begun:
                yield (*path, verb), f"时限“{code}”从未开始，不能{_verb(verb)}。"


def started(playbook: Playbook) -> set[str]:
    """Return every clock that some step, or the registration, sets going for the case itself."""
    pieces = [work for step in playbook.steps.values() for _path, work in works(step)]
    return {*playbook.opening.start, *(code for work in pieces for code in work.begins())}


def _verb(verb: str) -> str:
    return {"stop": "停止", "pause": "暂停", "resume": "恢复", "extend": "延长"}[verb]
