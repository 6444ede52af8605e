"""A made-up year: when cases come in, and what becomes of them, in portions that do not depend on who works through them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from random import Random
from typing import Final

import orjson

from heshi.clocks.rules import SHANGHAI
from heshi.playbooks.rules import Playbook
from heshi.rehearsal.rules.ground import Ground, ground_of
from heshi.rehearsal.rules.made_up import Walk, started
from heshi.rehearsal.rules.tallying import Tally
from heshi.rehearsal.rules.walking import walked

YEAR: Final = 2026
PORTION: Final = 500
"""So many cases have one source of chance, and are walked together."""
DAYS: Final = tuple(date(YEAR, 1, 1) + timedelta(days=day) for day in range(365))
OF_WEEKDAYS: Final = (1.0, 1.0, 1.0, 1.0, 1.0, 0.45, 0.35)
"""How much comes in from Monday to Sunday, beside a working day."""
OF_HOURS: Final = (
    0.1, 0.1, 0.1, 0.1, 0.1, 0.2, 0.5, 1.0, 4.0, 6.0, 6.0, 4.0, 2.0, 2.5, 5.0, 5.5, 5.0, 3.5, 2.0, 1.8, 1.5, 1.0, 0.5, 0.2,
)  # fmt: skip
UP_TO_DAY: Final = tuple(accumulate((OF_WEEKDAYS[day.weekday()] for day in DAYS), initial=0.0))
UP_TO_HOUR: Final = tuple(accumulate(OF_HOURS, initial=0.0))
NEIGHBOURS: Final = 3


@dataclass(frozen=True, slots=True)
class Year:
    """What a year is made from."""

    playbook: Playbook
    cases: int
    seed: int
    recording: bool = False

    def portions(self) -> range:
        """Return where each portion begins."""
        return range(0, self.cases, PORTION)


def walked_portion(year: Year, first: int) -> tuple[Tally, bytes]:
    """Walk the cases of one portion; return what is counted and, when recording, one line of JSON for each case."""
    random = Random(f"{year.seed}-{first}")  # noqa: S311 -- made-up cases, no secret
    ground = ground_of(
        year.playbook, random=random, realistic=True, recording=year.recording
    )  # fmt: skip
    tally, lines = Tally(), bytearray()
    for index in range(first, min(first + PORTION, year.cases)):
        walk = _walked(year, index, ground)
        tally.count(walk, ground)
        if year.recording:
            lines += orjson.dumps(_recorded(walk, number_of(index)), option=orjson.OPT_APPEND_NEWLINE)
    return tally.passed(ground), bytes(lines)


def _walked(year: Year, index: int, ground: Ground) -> Walk:
    at = arrival(index, year.cases, ground.random)
    return walked(started(ground, begun=at, others=tuple(_others(index, year.cases))), ground)


def arrival(index: int, cases: int, random: Random) -> datetime:
    """Return when a case comes in, a later one later: more on working days, most of them in the morning and the afternoon."""
    day, within = _found((index + random.random()) / cases, UP_TO_DAY)
    hour, rest = _found(within, UP_TO_HOUR)
    return datetime.combine(DAYS[day], time(), SHANGHAI) + timedelta(hours=hour + rest)


def _found(share: float, up_to: tuple[float, ...]) -> tuple[int, float]:
    """Return in which part this share of the whole lies, and how far into that part."""
    wanted = share * up_to[-1]
    part = min(bisect_right(up_to, wanted) - 1, len(up_to) - 2)
    return part, min((wanted - up_to[part]) / (up_to[part + 1] - up_to[part]), 0.999999)


def number_of(index: int) -> str:
    """Return the made-up number of a case; nobody can take it for a real one."""
    return f"{YEAR}-{index + 1:06d}"


def _others(index: int, cases: int) -> Iterator[str]:
    """Yield the numbers of cases that came in about the same time; a year of one case names itself."""
    near = range(max(0, index - NEIGHBOURS), min(cases, index + NEIGHBOURS + 1))
    yield from ([number_of(one) for one in near if one != index] or [number_of(index)])


def header(year: Year, digest: str) -> bytes:
    """Return the first line of a load: what it was made from."""
    said = {
        "load": "year",
        "playbook": year.playbook.code,
        "digest": digest,
        "seed": year.seed,
        "cases": year.cases,
    }
    return orjson.dumps(said, option=orjson.OPT_APPEND_NEWLINE)


def _recorded(walk: Walk, number: str) -> dict[str, object]:
    """Return a case as it can be replayed: how it came in, and who did what when."""
    first = walk.case.entries[0]
    return {
        "number": number,
        "at": _instant(first.at),
        **{name: first.body.facts[name] for name in ("kind", "topic", "source")},
        "end": {"position": walk.state.position, "outcome": str(walk.state.facts.get("outcome") or "")},
        "acts": [
            {"at": _instant(act.at), "step": act.step, "by": act.by, "task": act.task, "answers": act.answers}
            for act in walk.acts
        ],
    }  # fmt: skip


def _instant(at: datetime) -> str:
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds")
