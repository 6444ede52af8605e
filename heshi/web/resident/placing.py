"""When the mark on the map and the place she chose do not agree: one question, two answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from heshi.web.kit.mapping import Pin, county_name
from heshi.web.kit.names import names

BY_PIN, BY_NAME, OUTSIDE = "pin", "name", "outside"
UNSETTLED: Final = "地图上标的位置还没有说清楚，请选一个。"


@dataclass(frozen=True, slots=True)
class PinDoubt:
    """What she is asked, and what she can answer.

    The answers name both places: one that was given to another question, before she moved the mark, is no answer to this one.
    """

    pin: Pin
    chosen: str

    @property
    def question(self) -> str:
        """One sentence that names both."""
        if not self.chosen:
            return f"地图上标的位置不在{county_name()}。标对了吗？"
        there = f"在“{self.pin.words}”" if self.pin.spot else f"不在{county_name()}"
        return f"您选的是“{names().place(self.chosen)}”，地图上标的位置却{there}。以哪个为准？"

    @property
    def answers(self) -> list[tuple[str, str]]:
        """The two answers, each saying what becomes of the other place."""
        if not self.chosen:
            words = "标对了，事情就发生在那里", "标错了，去掉地图上的标记"
        else:
            there = self.pin.words if self.pin.spot else f"事情不在{county_name()}"
            words = (
                f"以地图上标的为准：{there}",
                f"以我选的为准：{names().place(self.chosen)}，去掉地图上的标记",
            )
        return list(zip((self._answer(BY_PIN), self._answer(BY_NAME)), words, strict=True))

    def _answer(self, which: str) -> str:
        return f"{which}-{self.pin.place or OUTSIDE}-{self.chosen}"

    def is_for_pin(self, answer: str) -> bool:
        """Return whether an answer lets the mark stand."""
        return answer == self._answer(BY_PIN)


def doubt_about(pin: Pin | None, chosen: str) -> PinDoubt | None:
    """Return what has to be asked about a mark beside the place that was chosen; None where the two agree."""
    if pin is None or (pin.spot and pin.lies_in(chosen)):
        return None
    return PinDoubt(pin, chosen)
