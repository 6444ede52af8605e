"""A made-up year goes through the real engine as it went through the simulation."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from heshi.cases.models import Attachment, Case, Event
from heshi.cases.queries.checking import broken_chains, replay_differences
from heshi.cli.bench import year as bench
from heshi.cli.bench.cast import Cast, MadeUpAct, MadeUpCase, cast_for
from heshi.cli.bench.replaying import _in_order, real
from heshi.common.values import Json
from heshi.playbooks import queries
from heshi.playbooks.actions import publish_text
from heshi.rehearsal.rules.answering import UNITS
from heshi.rehearsal.rules.year import Year, walked_portion
from tests.cast import NOON, County

BEGINS = datetime.fromisoformat("2026-01-01T00:00:00+08:00")


@pytest.fixture
def cast(county: County) -> Cast:
    """The county with the units of a load, and the common playbook in force."""
    version = publish_text(text=queries.text_of(queries.shelf()["canonical"]), at=NOON)
    return cast_for(version.pk, BEGINS)


def act(step: str, at: str = "2026-01-02T08:00:00+08:00", **answers: Json) -> MadeUpAct:
    return {"at": at, "step": step, "by": "mediator", "task": 0, "answers": answers}


def case(number: str, at: str, *acts: MadeUpAct) -> MadeUpCase:
    return {
        "number": number, "at": at, "source": "window", "kind": "dispute", "topic": "18",
        "end": {"position": "closed", "outcome": ""}, "acts": list(acts),
    }  # fmt: skip


def cases_of(cast: Cast, count: int) -> list[MadeUpCase]:
    lines = walked_portion(Year(cast.playbook, count, 5, recording=True), 0)[1]
    return [json.loads(line) for line in lines.splitlines()]


def test_the_real_engine_takes_every_act_and_ends_where_the_simulation_did(cast: Cast) -> None:
    cases = cases_of(cast, 12)

    done = real(cases, cast)

    assert done.refused == {}
    assert done.ended_alike == len(cases)
    assert done.acts == len(cases) + sum(len(one["acts"]) for one in cases)
    assert Event.objects.filter(step="register").count() == len(cases) + 1
    assert list(broken_chains()) == []
    assert list(replay_differences()) == []


def test_what_is_written_is_noted_act_by_act(cast: Cast) -> None:
    done = real(cases_of(cast, 2), cast)

    acts = [writes for measured, writes in done.written if measured]
    assert len(acts) == done.acts
    assert all(writes for writes in acts)
    assert done.statements > done.acts


def test_a_refused_act_is_counted_and_not_measured(cast: Cast) -> None:
    (first, *_others) = cases_of(cast, 3)
    first["acts"] = [{**first["acts"][0], "step": "rate", "by": "resident", "answers": {}}]

    done = real([first], cast)

    assert (done.acts, dict(done.refused)) == (1, {"rate: step_not_here": 1})
    assert done.ended_alike == 0


def test_acts_of_all_cases_go_in_the_order_of_time() -> None:
    cases = [
        case("a", "2026-01-01T08:00:00+08:00", act("note", "2026-01-03T08:00:00+08:00")),
        case("b", "2026-01-02T08:00:00+08:00", act("note", "2026-01-02T08:00:00+08:00")),
    ]

    found = [(one["number"], done is None) for _at, one, done in _in_order(cases)]

    assert found == [("a", True), ("b", True), ("b", False), ("a", False)]


def test_made_up_names_stand_for_real_ones(cast: Cast) -> None:
    code = next(iter(UNITS))

    assert cast.answers(
        act("ask_assist", assistants=[code], assist_words="来帮忙"), cast.centre, "system"
    ) == {
        "assistants": [str(cast.units[code])],
        "assist_words": "来帮忙",
    }
    assert cast.answers(act("join", into="2026-000001"), cast.centre, "system") == {"into": cast.main}
    assert cast.answers(act("dispatch", unit=code), cast.centre, "system") == {"unit": str(cast.units[code])}
    sent = cast.answers(act("supply", supplied_papers=["合同 1"]), cast.centre, "resident")
    assert sent == {"supplied_papers": [str(Attachment.objects.get(waits_for=cast.centre).pk)]}
    assert Case.objects.get(number=cast.main).is_open
    assert cast.actor("mediator").roles == {"mediator"}
    assert (cast.actor("resident").kind, cast.actor("system").kind) == ("resident", "system")


@pytest.mark.parametrize("text", ["", "不是\n", "{}\n{}\n", '{"playbook": "canonical"}\n'])
def test_a_file_that_is_no_load_gets_one_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "load.jsonl"
    path.write_text(text, "utf-8")

    with pytest.raises(SystemExit, match=r"读不出.*请先用 heshi playbook simulate"):
        bench.measure(path)


def test_a_file_that_is_not_there_gets_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="读不出"):
        bench.measure(tmp_path / "none.jsonl")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("playbook", "said"), [("canonical", "是用另一版“canonical”做的"), ("nothing", "没有名为“nothing”的预案")]
)
def test_a_load_of_another_version_is_refused(tmp_path: Path, playbook: str, said: str) -> None:
    load = bench.Load(tmp_path / "load.jsonl", playbook, "another", 1, 1, BEGINS)

    with pytest.raises(SystemExit, match=said):
        bench._published(load)
