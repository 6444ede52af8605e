"""Where a case would lie in front of people who cannot see it: whoever acts next must have it in sight.

A role of a centre or of a village sees every case below its place; any other only the cases of its own unit. A case that comes in at
the centre stays with the centre until some step names the unit that has it. At a position in the centre's own hands that is as it
should be: a centre may have mediators of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from heshi.playbooks.rules.proofreading import Finding
from heshi.playbooks.rules.shape import SAME, Playbook, Step
from heshi.playbooks.rules.wording import role_word

UNIT = "unit"


def unseen(playbook: Playbook, bound: Collection[str]) -> Iterator[Finding]:
    """Yield the positions in a unit's hands to which a case can come before it has a unit, so that nobody there sees it.

    ``bound`` are the roles that see the cases of their own unit alone.
    """
    if playbook.gathers or playbook.positions[playbook.start].holder != "centre":
        return  # whoever makes the file, or routing, has given it to a unit from the beginning
    for code in _without_a_unit(playbook):
        steps = [step for step in playbook.steps.values() if _leads_on(step, code)]
        who = dict.fromkeys(role for step in steps for role in step.who)
        if playbook.positions[code].holder == "unit" and who and set(who) <= set(bound):
            yield ("positions", code), _said(playbook, code, who)


def _said(playbook: Playbook, code: str, who: Collection[str]) -> str:
    label, roles = playbook.positions[code].label, "、".join(role_word(playbook, role) for role in who)
    return (
        f"案件到“{label}”时可能还没有承办单位，能往下办的{roles}只看得见本单位的案件，谁也看不见它；"
        f"请让前面的步骤填写 unit（承办单位），或者让中心的人也能办。"
    )


def _without_a_unit(playbook: Playbook) -> list[str]:
    """Return the open positions that can be reached from the start without any step naming the unit."""
    reached, edge = [playbook.start], {playbook.start}
    while edge:
        found = {
            target
            for step in playbook.steps.values()
            if edge & set(step.source) and step.task is None
            for target in _targets_without_a_unit(step)
        }
        edge = found - set(reached)
        reached += sorted(edge)
    return [code for code in reached if not playbook.positions[code].end]


def _targets_without_a_unit(step: Step) -> Iterator[str]:
    if _names_a_unit(step):
        return
    yield from (str(row.then) for row in step.to if row.then != SAME and UNIT not in row.sets)


def _names_a_unit(step: Step) -> bool:
    return UNIT in step.sets or any(ask.name == UNIT and ask.required for ask in step.asks)


def _leads_on(step: Step, code: str) -> bool:
    """Say whether a step moves a case on from here, or gives it to a unit that can."""
    moves = any(target not in (SAME, code) for target in step.targets())
    return code in step.source and (moves or _names_a_unit(step))
