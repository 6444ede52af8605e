"""No agreement without a mediation: who may record one, and that the days for its confirmation begin with it.

An agreement binds, can be confirmed by the court and enforced (人民调解法第31至33条). Whoever could write one down as the result of an
ordinary answer would bind people who were never told that they may refuse (第17、23条), and the thirty days in which both can have
it confirmed would go by without anybody counting them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from heshi.common.yamltext import KeyPath
from heshi.playbooks.rules.conditions import Condition, Test
from heshi.playbooks.rules.effects import Row
from heshi.playbooks.rules.shape import SAME, Playbook, Step

AGREED: Final = ("agreed_written", "agreed_oral")
ON_RECORD: Final = {"rights_told": "已告知权利义务", "consent": "各方同意调解"}
"""The facts that a mediation puts on record before it may lead to an agreement."""
CONFIRMING: Final = "PM.CONFIRM"
UNCOUNTED: Final = "confirmation_days"
"""What a step names among its ``ungated``, with the reason, when some of its agreements are none that a court confirms in this way."""
Finding = tuple[KeyPath, str]


def loose_agreements(playbook: Playbook) -> Iterator[Finding]:
    """Yield every step that records an agreement outside a mediation, or without the days for its confirmation beginning."""
    for step in playbook.steps.values():
        outcomes = [outcome for outcome in AGREED if _records(step, outcome)]
        if outcomes and (missing := [word for fact, word in ON_RECORD.items() if not _asks_for(step, fact)]):
            yield ("steps", step.code), _unmediated(step, missing)
        if any(_goes_uncounted(playbook, step, outcome, frozenset()) for outcome in outcomes):
            yield ("steps", step.code), _uncounted(step)
        if UNCOUNTED in step.ungated and not _leaves_some_out(playbook, step):
            yield (
                ("steps", step.code, "ungated", UNCOUNTED),
                f"“{step.label}”记下的协议都开始了司法确认的期限，不用写 {UNCOUNTED}，请删去。",
            )


def _unmediated(step: Step, missing: list[str]) -> str:
    needs = "、".join(f"{fact}: true" for fact in ON_RECORD)
    return (
        f"“{step.label}”能记下达成协议，却不看“{'、'.join(missing)}”：协议只能从告知过、各方同意的调解里来，"
        f"请取用片段 mediation，或者在 needs 里写明 {needs}；不是调解的，去掉这个结果。"
    )


def _uncounted(step: Step) -> str:
    return (
        f"“{step.label}”记下的协议生效以后没有开始“共同申请司法确认”的期限（{CONFIRMING}），"
        f"请在这一步或者签字生效的那一步写明 clocks: {{start: [{CONFIRMING}]}}；"
        f"只有一部分协议依法不能这样确认的，写 ungated: {{{UNCOUNTED}: 为什么}}。"
    )


def _records(step: Step, outcome: str) -> bool:
    """Say whether the case can have this outcome because of the step."""
    asked = any(ask.name == "outcome" and outcome in ask.options for ask in step.asks)
    return asked or any(effects.sets.get("outcome") == outcome for _at, effects in step.effects())


def _asks_for(step: Step, fact: str) -> bool:
    return any(
        isinstance(line, Test) and (line.fact, line.how, line.value) == (fact, "is", True)
        for line in step.needs.lines
    )


def _goes_uncounted(playbook: Playbook, step: Step, outcome: str, seen: frozenset[str]) -> bool:
    """Say whether the step can bring a case with this outcome to rest with nobody counting the days for the confirmation.

    Where it names a reason for some, the others must be counted all the same.
    """
    if _begins(step, outcome):
        return False
    rows = list(_rows_for(step, outcome))
    if UNCOUNTED in step.ungated and any(CONFIRMING in row.clocks.begins() for row in rows):
        return False
    return any(
        CONFIRMING not in row.clocks.begins() and _rests_uncounted(playbook, step, row, outcome, seen)
        for row in rows
    )


def _leaves_some_out(playbook: Playbook, step: Step) -> bool:
    bare = replace(step, ungated={})
    return any(_goes_uncounted(playbook, bare, outcome, frozenset()) for outcome in AGREED)


def _begins(step: Step, outcome: str) -> bool:
    """Say whether the step begins the days whatever way it goes on."""
    effects = (step.own, *(each for each in step.also if _is_met_by(each.when, outcome)))
    return any(CONFIRMING in each.clocks.begins() for each in effects)


def _rows_for(step: Step, outcome: str) -> Iterator[Row]:
    """Yield the lines of the way on that can hold for this outcome, to the first that must."""
    for row in step.to:
        if all(_may_be(line, outcome) for line in row.when.lines):
            yield row
            if _is_met_by(row.when, outcome):
                return


def _may_be(line: object, outcome: str) -> bool:
    return not (isinstance(line, Test) and line.fact == "outcome") or line.met({"outcome": outcome})


def _is_met_by(when: Condition, outcome: str) -> bool:
    return all(isinstance(line, Test) and line.fact == "outcome" and line.met({"outcome": outcome}) for line in when.lines)  # fmt: skip


def _rests_uncounted(playbook: Playbook, step: Step, row: Row, outcome: str, seen: frozenset[str]) -> bool:
    """Say whether the agreement stands where this line leads, or on the ways from there, uncounted."""
    if row.then == SAME or row.sets.get("outcome", outcome) not in AGREED:
        return False
    position = playbook.positions.get(str(row.then))
    if position is None or position.end or position.rests:
        return position is not None
    return position.code not in seen and any(
        _goes_uncounted(playbook, other, outcome, seen | {position.code})
        for other in playbook.steps.values()
        if position.code in other.source and other is not step and not _ends_it(other)
    )


def _ends_it(step: Step) -> bool:
    """Say whether a step gives the case another outcome, so that there is no agreement behind it."""
    asked = any(ask.name == "outcome" and not {*AGREED} & {*ask.options} for ask in step.asks)
    return asked or step.sets.get("outcome", AGREED[0]) not in AGREED
