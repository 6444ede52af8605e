"""A made-up year: the same for every number of cores, told with both numbers of every share, and written so that it can be replayed."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.core.management import call_command

from heshi.playbooks import queries
from heshi.playbooks.rules import Playbook, Situation, Task, after, decide
from heshi.rehearsal.management.simulate import NO_PREDICTION
from heshi.rehearsal.management.yearly import simulated
from heshi.rehearsal.rules.answering import UNITS
from heshi.rehearsal.rules.habits import KINDS
from heshi.rehearsal.rules.year import PORTION, Year, arrival, header, number_of, walked_portion
from tests.playbooks.sample import TEXT, sample, shelved

REFERENCED = f"""\
{TEXT}year: {{cases: 40, basis: 测试}}
reference:
  满意率: {{says: 97.94 %, measure: satisfied}}
  化解率: {{says: 99 %以上, part: 1064, whole: 1075, measure: solved, note: 三年合计}}
  队伍: {{says: 59 人}}
  去年受理: 1200
"""
SHARE = re.compile(r"\d+(\.\d)?%")
OF_TWO = re.compile(r"\d+ / \d+ · \d+\.\d%")


def run(*words: str) -> tuple[str, str, int]:
    out, err, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command("playbook", "simulate", *words, stdout=out, stderr=err)
    except SystemExit as leaving:
        code = int(leaving.code or 0)
    return out.getvalue(), err.getvalue(), code


@pytest.fixture
def referenced(tmp_path: Path) -> Path:
    """A file with a year of forty cases and figures of its source."""
    path = tmp_path / "sample.yaml"
    path.write_text(
        REFERENCED.replace("officer", "handling_unit_user").replace("clerk", "front_desk"), "utf-8"
    )
    return path


def year(playbook: Playbook, cases: int, *, seed: int = 1, recording: bool = True) -> Year:
    return Year(playbook, cases, seed, recording)


def loaded(playbook: Playbook, cases: int) -> list[dict[str, Any]]:
    return [json.loads(line) for line in walked_portion(year(playbook, cases), 0)[1].splitlines()]


def test_the_result_does_not_depend_on_the_number_of_cores() -> None:
    alone, together = bytearray(), bytearray()
    whole = year(sample(), 2 * PORTION + 7)

    one = simulated(whole, alone.extend, cores=1)
    two = simulated(whole, together.extend, cores=2)

    assert one == two
    assert alone == together
    assert alone.count(b"\n") == one.cases == 2 * PORTION + 7


def test_another_seed_is_another_year() -> None:
    assert walked_portion(year(sample(), 20), 0)[1] != walked_portion(year(sample(), 20, seed=2), 0)[1]


def test_the_numbers_add_up_over_the_portions() -> None:
    cases = PORTION + 30

    result = simulated(year(sample(), cases, recording=False), len, cores=1)

    assert result.measures["received"] == (cases, cases)
    assert result.measures["closed"] == (cases, cases)
    assert sum(result.ends.values()) == sum(result.outcomes.values()) == cases
    assert result.positions["received"] >= cases


def test_more_comes_in_on_working_days_and_later_cases_come_later() -> None:
    random = Random(1)

    moments = [arrival(index, 4000, random) for index in range(4000)]

    days = Counter(moment.weekday() for moment in moments)
    assert moments == sorted(moments)
    assert {moment.year for moment in moments} == {2026}
    assert (moments[0].month, moments[-1].month) == (1, 12)
    assert min(days[day] for day in range(5)) > 1.5 * max(days[5], days[6])
    assert sum(9 <= moment.hour < 18 for moment in moments) > 2000


def test_what_comes_in_is_what_the_playbook_says_or_what_comes_in_at_a_county() -> None:
    own = sample(f"{TEXT}year: {{cases: 10, basis: 测试, kinds: {{hazard: 3, dispute: 1}}}}\n")

    assert {case["kind"] for case in loaded(own, 100)} == {"hazard", "dispute"}
    assert {case["kind"] for case in loaded(sample(), 400)} == set(KINDS)


def test_a_gathered_case_is_of_the_kind_it_gathers() -> None:
    own = sample(f"{TEXT}gathers: {{least: 3, who: [clerk], kind: complaint}}\n")

    assert {case["kind"] for case in loaded(own, 30)} == {"complaint"}


def test_a_load_says_what_it_was_made_from() -> None:
    said = json.loads(header(year(sample(), 40), "abc"))

    assert said == {"load": "year", "playbook": "sample", "digest": "abc", "seed": 1, "cases": 40}


def test_every_case_of_a_load_plays_again_to_the_same_end() -> None:
    playbook = shelved("canonical")

    cases = loaded(playbook, 60)

    assert [case["number"] for case in cases] == [number_of(index) for index in range(60)]
    assert any(act["task"] for case in cases for act in case["acts"])
    for case in cases:
        assert set(case) == {"number", "at", "kind", "topic", "source", "end", "acts"}
        moments = [datetime.fromisoformat(act["at"]) for act in case["acts"]]
        assert [datetime.fromisoformat(case["at"]), *moments] == sorted(
            [datetime.fromisoformat(case["at"]), *moments]
        )
        assert replayed(playbook, case) == case["end"]


def replayed(playbook: Playbook, case: dict[str, Any]) -> dict[str, str]:
    """Take every act of a case again with the engine; conditions on time and on the unit's presence hold as they did."""
    facts = {"kind": case["kind"], "topic": case["topic"], "source": case["source"], "late": ("RATE.WAIT",)}
    facts |= {"waited": True}
    position, tasks = playbook.start, tuple[Task, ...]()
    for act in case["acts"]:
        by = frozenset({act["by"]})
        wanted = {
            test.how: test.value
            for test in playbook.steps[act["step"]].needs.tests()
            if test.fact == "running"
        }
        still = (*playbook.clocks, "PM.CONFIRM", wanted.get("has", ""))
        facts["running"] = tuple(clock for clock in still if clock != wanted.get("lacks"))
        outcome = decide(
            playbook, Situation(position, facts, by, tasks, act["task"], UNITS), act["step"], act["answers"]
        )
        position, facts, tasks = outcome.position, {**facts, **outcome.facts}, after(tasks, outcome.tasks)
    return {"position": position, "outcome": facts.get("outcome", "")}


def test_a_year_is_told_beside_the_figures_of_its_source(referenced: Path) -> None:
    out, err, code = run(str(referenced), "--year")

    assert (err, code) == ("", 0)
    assert out.splitlines()[:2] == [
        "三步办理：模拟 2026 年一年登记的 40 件虚构案件（依据：测试），种子 1。",
        NO_PREDICTION,
    ]
    assert "｜原文“化解率”99 %以上（1064 / 1075），三年合计" in line(out, "已解决")
    assert "｜原文“满意率”97.94 %，原文没有写明分子分母" in line(out, "满意")
    assert "参评" in line(out, "满意")
    assert "（占已答复）" in line(out, "已答复未解决")
    assert "原文数字（仅供对照）：队伍 59 人" in out
    assert "原文数字（仅供对照）：去年受理 1200" in out
    assert json.loads(out.splitlines()[-1])["cases"] == 40


def test_no_share_stands_without_its_two_numbers(referenced: Path) -> None:
    out, _err, _code = run(str(referenced), "--year")

    own = [each.split("｜")[0] for each in out.splitlines()[2:-1]]
    assert sum(len(SHARE.findall(each)) for each in own) == sum(len(OF_TWO.findall(each)) for each in own) > 5


def line(out: str, measure: str) -> str:
    return next(each for each in out.splitlines() if each.startswith(f"  {measure}："))


def test_a_year_is_written_as_a_load(referenced: Path, tmp_path: Path) -> None:
    target = tmp_path / "load.jsonl"

    _out, err, code = run(str(referenced), "--year", "--seed", "4", "--out", str(target))

    said, *cases = [json.loads(each) for each in target.read_text("utf-8").splitlines()]
    digest = queries.fingerprint(queries.whole(referenced.read_text("utf-8")))
    assert (err, code) == ("", 0)
    assert said == {"load": "year", "playbook": "sample", "digest": digest, "seed": 4, "cases": 40}
    assert len(cases) == 40


def test_the_volume_can_be_another(referenced: Path) -> None:
    out, _err, code = run(str(referenced), "--year", "--cases", "7")

    assert code == 0
    assert "登记的 7 件虚构案件（件数是另给的）" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--year"], "没有写 year（一年办多少件、依据什么），请补上，或者另写 --cases 1000 这样的数。"),
        (["--year", "--cases", "0"], "件数要大于零"),
        (
            ["--year", "--cases", "5", "--out", "/nowhere/at/all"],
            "写不进“/nowhere/at/all”，请换一个可写的位置。",
        ),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(referenced: Path, words: list[str], said: str) -> None:
    referenced.write_text(
        referenced.read_text("utf-8").replace("year: {cases: 40, basis: 测试}\n", ""), "utf-8"
    )

    out, err, code = run(str(referenced), *words)

    assert (out, code) == ("", 1)
    assert said in err
    assert err.strip().count("\n") == 0
