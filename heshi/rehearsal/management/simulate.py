"""The door `heshi playbook simulate`: some made-up cases, or a whole made-up year beside the source's own figures."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NotRequired, TypedDict, cast

from heshi.common.refusals import Invalid
from heshi.playbooks import queries
from heshi.playbooks.rules import Playbook
from heshi.playbooks.terms import ALL_KINDS, INTERNAL_KINDS
from heshi.rehearsal.rules.measuring import MEASURES, WHOLES
from heshi.rehearsal.rules.tallying import SimulationResult, simulate
from heshi.rehearsal.rules.year import YEAR, Year

TRIAL_CASES: Final = 200
USUAL_CASES: Final = 1000
NO_PREDICTION: Final = "模拟只说明这套办法在这些假设下走得通、走成什么样，不预测实际，也不能当作成绩。"


class PrintedFigure(TypedDict):
    """A figure that the source prints, with its two numbers where it gives them."""

    says: str | float
    part: NotRequired[float]
    whole: NotRequired[float]
    measure: NotRequired[str]
    note: NotRequired[str]


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what may be said at this door."""
    parser.add_argument("name")
    parser.add_argument("--cases", type=int, help="多少件，不写为 1000；与 --year 同写时代替预案的年办件量")
    parser.add_argument("--year", action="store_true", help="按预案的年办件量模拟一年")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path)


def try_out(playbook: Playbook) -> SimulationResult:
    """Walk some cases with every answer that a condition waits for; raises DeadEnd."""
    return simulate(playbook, cases=TRIAL_CASES, seed=1)


def some_cases(playbook: Playbook, *, cases: int | None, seed: int) -> SimulationResult:
    """Return what becomes of so many cases; raises Invalid when there are none, or DeadEnd."""
    return simulate(playbook, cases=wanted(cases, USUAL_CASES), seed=seed)


def year_of(playbook: Playbook, *, cases: int | None, seed: int, recording: bool) -> Year:
    """Return the year that was asked for; raises Invalid where nobody says how large it is."""
    if not playbook.year and cases is None:
        raise Invalid(
            f"预案“{playbook.title}”没有写 year（一年办多少件、依据什么），请补上，或者另写 --cases 1000 这样的数。"
        )
    size = wanted(cases, playbook.year.get("cases", 0))
    return Year(playbook, size, seed, recording=recording)


def digest_of(name: str, playbook: Playbook) -> str:
    """Return the fingerprint that this playbook has, or would have when published."""
    path = Path(name) if Path(name).is_file() else queries.files().get(name)
    if playbook.digest or path is None:
        return playbook.digest
    return queries.fingerprint(queries.whole(queries.text_of(path)))


def wanted(cases: int | None, usual: int) -> int:
    """Return how many cases were asked for; raises Invalid when that is none."""
    size = usual if cases is None else cases
    if size < 1:
        raise Invalid("件数要大于零，请写 --cases 1000 这样的数。")
    return size


def summed(playbook: Playbook, result: SimulationResult) -> Iterator[str]:
    """Yield the result in words, each share with its two numbers, beside what the source prints."""
    yield f"{playbook.title}：{result.cases} 件虚构案件，各种填法一样常见，种子 {result.seed}。只说明流程通不通，不预测实际。"
    yield from headlines(playbook, result)
    ends = "，".join(f"{playbook.positions[code].label} {count}" for code, count in result.ends.items())
    yield f"  落在：{ends}"
    yield f"  平均 {result.mean_steps} 步，{result.mean_days} 天"
    yield from _unmeasured(playbook)
    yield from not_played(result)


def summed_year(playbook: Playbook, result: SimulationResult) -> Iterator[str]:
    """Yield a year's result in words."""
    own = result.cases == playbook.year.get("cases")
    basis = f"依据：{playbook.year['basis']}" if own else "件数是另给的"
    yield f"{playbook.title}：模拟 {YEAR} 年一年登记的 {result.cases} 件虚构案件（{basis}），种子 {result.seed}。"
    yield NO_PREDICTION
    yield from headlines(playbook, result)
    yield f"  每件平均 {result.mean_steps} 步，{result.mean_days} 天"
    yield from _unmeasured(playbook)
    yield from not_played(result)


def not_played(result: SimulationResult) -> Iterator[str]:
    """Yield the steps that nobody took and the refusals that nobody met; what was all played is said, too."""
    yield f"  没有走到的步骤：{'、'.join(result.steps_not_played) or '没有，每一步都走到了'}"
    missing = "；".join(result.refusals_not_played) or "没有，每一种都遇到了"
    yield f"  没有遇到的拒绝（走到的步骤里）：{missing}"


def _counted(playbook: Playbook) -> Iterator[str]:
    """Say why nothing is counted, where the office makes these files itself."""
    if playbook.gathers and playbook.gathers.kind in INTERNAL_KINDS:
        yield f"  “{ALL_KINDS[playbook.gathers.kind]}”是单位自己立的案件，不进统计，下面各数为零。"


def headlines(playbook: Playbook, result: SimulationResult) -> Iterator[str]:
    """Yield each measure with what it is a part of, and the source's own figure for it."""
    yield from _counted(playbook)
    for measure, (part, whole) in result.measures.items():
        line = f"  {MEASURES[measure]}：{part} / {whole} · {_share(part, whole)}"
        if measure != "received":
            line += f"（占{MEASURES[WHOLES[measure]]}）"
        if measure == "satisfied":
            rated, answered = result.measures["rated"]
            line += f"，参评 {rated} / {answered} · {_share(rated, answered)}"
        yield line + "".join(f"｜原文“{name}”{_printed(said)}" for name, said in _of(playbook, measure))


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "—"


def _of(playbook: Playbook, measure: str) -> Iterator[tuple[str, PrintedFigure]]:
    for name, said in playbook.reference.items():
        if isinstance(said, Mapping) and said.get("measure") == measure:
            yield name, cast("PrintedFigure", said)


def _unmeasured(playbook: Playbook) -> Iterator[str]:
    """Yield the source's figures for which the simulation has none of its own."""
    for name, said in playbook.reference.items():
        if not isinstance(said, Mapping):
            yield f"  原文数字（仅供对照）：{name} {said}"
        elif not said.get("measure"):
            yield f"  原文数字（仅供对照）：{name} {_printed(cast('PrintedFigure', said))}"


def _printed(said: PrintedFigure) -> str:
    """Return a figure as it is printed in the source, with its two numbers where it gives them."""
    part, whole = said.get("part"), said.get("whole")
    numbers = " / ".join(f"{number:g}" if number is not None else "未写明" for number in (part, whole))
    given = part is not None or whole is not None
    missing = "，原文没有写明分子分母" if "%" in str(said["says"]) or "％" in str(said["says"]) else ""
    note = f"，{said['note']}" if said.get("note") else ""
    return f"{said['says']}{f'（{numbers}）' if given else missing}{note}"
