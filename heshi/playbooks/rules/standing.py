"""What stands in every playbook, whatever its layers say: whose word only theirs can be, whom the clocks of the law wait for.

No reason can be given against these, but for a clock of the law that a step stops because it has done what the clock waits for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Final

from heshi.common.yamltext import KeyPath
from heshi.playbooks.rules.effects import Effects
from heshi.playbooks.rules.laying import UNNAMED
from heshi.playbooks.rules.saying import conditions_in
from heshi.playbooks.rules.shape import SAME, Playbook, Rhythm, Step
from heshi.playbooks.rules.worlds import values_of
from heshi.playbooks.terms import ALL_KINDS, CHANGES_WITH_TIME, OUTCOMES, PARTIES

Finding = tuple[KeyPath, str]
OWN_WORD: Final = frozenset({"solved", "score"})
"""What only whoever asked can say of how it went."""
TAKEN_BACK: Final = "withdrawn_by_applicant"
NO_DOOR: Final = frozenset({"respondent", "system", "representative", "public"})
"""Who has no door of their own to take a step by."""
LEAP_YEAR: Final = 2024
RIGHTS: Final = frozenset({"lapse", "revisit"})
"""What it means when a clock runs out that does not bind whoever handles the matter."""


def unfit(playbook: Playbook) -> Iterator[Finding]:
    """Yield every step, condition and number that no playbook may have, each with its place."""
    for step in playbook.steps.values():
        yield from _someone_elses_word(step)
        yield from _nobody(step)
        yield from _made_up(playbook, step)
        yield from _cut_short(playbook, step)
    yield from _never_running(playbook)
    yield from _nowhere_an_end(playbook)
    for kind in sorted(set(playbook.year.get("kinds", ())) - set(ALL_KINDS)):
        yield ("year", "kinds", kind), f"没有类别“{kind}”，只有：{'、'.join(ALL_KINDS)}。"
    for rhythm in playbook.rhythm.values():
        yield from _no_such_day(rhythm)


def _someone_elses_word(step: Step) -> Iterator[Finding]:
    """Find a rating or a withdrawal that somebody else than whoever asked could give (the one who handles it above all)."""
    at: KeyPath = ("steps", step.code)
    if set(step.who) <= set(PARTIES):
        return
    given = {
        *(ask.name for ask in step.asks),
        *(name for _path, each in step.effects() for name in each.sets),
    }
    if given & OWN_WORD:
        yield (
            (*at, "who"),
            f"“{step.label}”是群众的评价，只有本人能作，who 里只能写 resident；工作人员问到的话请另起一个填写项。",
        )
    if TAKEN_BACK in _outcomes(step):
        yield (*at, "who"), f"“{step.label}”是撤回，只有本人能撤，who 里只能写 resident。"


def _nobody(step: Step) -> Iterator[Finding]:
    at: KeyPath = ("steps", step.code, "who")
    if not step.who or not set(step.who) <= NO_DOOR or step.when_over:
        return
    if "system" in step.who:
        yield at, f"步骤“{step.label}”没有人可以办理：系统只办到点的步骤，请写 when_over，或者写明由谁办。"
    else:
        yield (
            at,
            f"步骤“{step.label}”没有人可以办理：对方当事人自己的入口还没有开，请把代记的工作人员也写进 who。",
        )


def _made_up(playbook: Playbook, step: Step) -> Iterator[Finding]:
    """Find facts that the engine works out and a step would write over."""
    worked_out = {*CHANGES_WITH_TIME, *playbook.no_tasks, "reporters"}
    for path, effects in step.effects():
        for name in sorted(set(effects.sets) & {*worked_out, *playbook.counters}):
            yield (
                ("steps", step.code, *path, "sets", name),
                f"“{name}”由系统来数，不能在 sets 里写，请换一个名字。",
            )
    for name in sorted({ask.name for ask in step.asks} & worked_out if step.task is None else ()):
        yield ("steps", step.code, "asks", name), f"“{name}”由系统来数，不能作填写项，请换一个名字。"


def _cut_short(playbook: Playbook, step: Step) -> Iterator[Finding]:
    """Find clocks of the law that a step ends although the office goes on working, and drops of this that are in vain."""
    at: KeyPath = ("steps", step.code)
    stopped = _law_stopped(playbook, step)
    cut = set() if UNNAMED in step.drops or _has_done_its_part(playbook, step) else stopped
    for code in sorted(cut):
        if (name := f"{UNNAMED}.{code}") not in step.drops:
            yield (*at, "clocks"), _stopped_early(step, playbook.laws[code].title, name)
    for name in sorted(name for name in step.drops if name.startswith(UNNAMED)):
        if not stopped or (name != UNNAMED and name.removeprefix(f"{UNNAMED}.") not in stopped):
            yield (*at, "drops", name), f"这一步没有停掉还要走的法定时限，不用写“{name}”，请删去。"


def _stopped_early(step: Step, title: str, name: str) -> str:
    return (
        f"“{step.label}”把法定时限“{title}”停了，事情却还没有答复、没有办完，也没有别的时限接着走；"
        f"这一步正是这个时限要等的事，请写 drops: {{{name}: 为什么}}，否则请删去。"
    )


def _law_stopped(playbook: Playbook, step: Step) -> set[str]:
    stopped = {code for _path, each in step.effects() for code in each.clocks.stop}
    law = {code for code in stopped - set(playbook.clocks) if code in playbook.laws}
    return {code for code in law if playbook.laws[code].on_expiry not in RIGHTS}


def _has_done_its_part(playbook: Playbook, step: Step) -> bool:
    """Say whether with this step the matter is answered or ended, or another limit takes over."""
    places = [playbook.positions.get(target) for target in step.targets()]
    effects: list[Effects] = [each for _path, each in step.effects()]
    tasks = [(adding, playbook.tasks.get(adding.task)) for each in effects for adding in each.adds]
    takes_over = any(each.clocks.begins() for each in effects) or any(
        adding.clock or (kind and kind.clock) for adding, kind in tasks
    )
    return step.answers or takes_over or all(place and (place.end or place.rests) for place in places)


def _never_running(playbook: Playbook) -> Iterator[Finding]:
    """Find conditions on a clock that nothing ever sets going: asked for it never holds, asked against it always does."""
    begun = begun_anywhere(playbook)
    for at, when in conditions_in(playbook):
        for test in when.tests():
            for code in values_of(test) if test.fact in ("late", "running") else ():
                if isinstance(code, str) and code in playbook.laws and code not in begun:
                    yield at, f"条件看的时限“{code}”从未开始，“{test.fact}”里永远没有它。"


def begun_anywhere(playbook: Playbook) -> set[str]:
    """Return every clock that the registration, a step or a task sets going."""
    effects = [each for step in playbook.steps.values() for _path, each in step.effects()]
    cases = {code for each in effects for code in each.clocks.begins()} | set(playbook.opening.start)
    tasks = {str(row.then) for kind in playbook.tasks.values() for row in kind.clock}
    adds = {adding.clock for each in effects for adding in each.adds}
    return cases | tasks | adds | {step.task.clock for step in playbook.steps.values() if step.task}


def _nowhere_an_end(playbook: Playbook) -> Iterator[Finding]:
    """Find outcomes that a step can give and no end knows: the case would be closed as something it cannot be."""
    known = {code for position in playbook.positions.values() for code in position.outcomes}
    if not known or not known <= set(OUTCOMES):
        return  # one that is misspelt is told: which one was meant nobody knows
    for step in playbook.steps.values():
        for code in sorted(_outcomes(step) & set(OUTCOMES) - known):
            yield (
                ("steps", step.code),
                f"“{step.label}”会记下结果“{code}”，却没有一个终点的 outcomes 写了它。",
            )


def _outcomes(step: Step) -> set[str]:
    chosen = {code for ask in step.asks if ask.name == "outcome" for code in ask.options}
    return {
        *chosen,
        *(str(each.sets["outcome"]) for _path, each in step.effects() if each.sets.get("outcome")),
    }


def _no_such_day(rhythm: Rhythm) -> Iterator[Finding]:
    for day in rhythm.on:
        if isinstance(day, str) and day[:1].isdigit():
            month, number = map(int, day.split("-"))
            try:
                date(LEAP_YEAR, month, number)
            except ValueError:
                yield ("rhythm", rhythm.code, "on"), f"没有“{day}”这一天，请改正。"


def lasting(playbook: Playbook, step: Step) -> set[str]:
    """Return the clocks of the case that can be running when a step is taken, those that it starts itself too."""
    found = {
        *playbook.opening.start,
        *(code for _path, each in step.effects() for code in each.clocks.begins()),
    }
    before = _before(playbook, step.source)
    for other in playbook.steps.values():
        if before & _arrivals(other):
            found |= {code for _path, each in other.effects() for code in each.clocks.begins()}
    return found


def _before(playbook: Playbook, sources: Collection[str]) -> set[str]:
    """Return the positions from which a case can come to one of these."""
    reached, edge = set(sources), set(sources)
    while edge:
        edge = {
            code for step in playbook.steps.values() if edge & set(step.targets()) for code in step.source
        } - reached
        reached |= edge
    return reached


def _arrivals(step: Step) -> set[str]:
    """Return where a case is after a step."""
    return {code for target in step.targets() for code in (step.source if target == SAME else (target,))}
