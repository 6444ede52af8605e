"""What follows from events: one table, event → handler. Adding a consequence is one line here and one function.

Each consequence reads the events at its own pace, from its own bookmark (`actions/drawing.py`). A handler is given events in the
order in which they were written, some at a time, in one transaction with the moving of its bookmark: killed anywhere, it is given
the same ones again, so each is drawn once. It must be able to see an event twice without harm, for a consequence can be made anew
from the whole archive: `heshi consequences rebuild NAME`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from heshi.cases.actions import tell
from heshi.cases.queries.outgoing import Happened
from heshi.common.refusals import Unknown
from heshi.statistics.actions import count, recount


class ConsequenceUnknown(Unknown):
    """Nothing follows from events under this name."""

    code = "consequence_unknown"
    sentence = "没有名为“{name}”的后果，只有：{names}。"


@dataclass(frozen=True, slots=True)
class Consequence:
    """One thing that follows from events. ``begin_anew`` is called once before the whole archive is gone through again."""

    name: str
    title: str
    handle: Callable[[Sequence[Happened]], None]
    begin_anew: Callable[[], None]
    at_once: int = 500


def consequences() -> tuple[Consequence, ...]:
    """Return every consequence."""
    return (
        Consequence("statistics", "统计", count, recount, at_once=1000),
        Consequence("notices", "通知", tell, nothing_first, at_once=500),
    )


def nothing_first() -> None:
    """Leave everything as it is: what was told before is known by its key and is not told again."""


def named(name: str) -> Consequence:
    """Return the consequence of a name; raises ConsequenceUnknown."""
    found = next((each for each in consequences() if each.name == name), None)
    if found is None:
        raise ConsequenceUnknown(name=name, names="、".join(each.name for each in consequences()))
    return found
