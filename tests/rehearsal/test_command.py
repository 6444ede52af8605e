"""`heshi playbook …` at the keyboard."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from heshi.playbooks import queries
from heshi.playbooks.models import PlaybookVersion
from heshi.playbooks.queries import SCHEMA
from tests.playbooks.sample import TEXT


def run(*words: str) -> tuple[str, str, int]:
    out, err, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command("playbook", *words, stdout=out, stderr=err)
    except SystemExit as leaving:
        code = int(leaving.code or 0)
    return out.getvalue(), err.getvalue(), code


def real(text: str, code: str = "sample") -> str:
    """Give the sample roles that exist here, and the code under which its file lies."""
    text = text.replace("playbook: sample", f"playbook: {code}")
    return text.replace("officer", "handling_unit_user").replace("clerk", "front_desk")


def test_check_accepts_what_ships_with_heshi() -> None:
    out, err, code = run("check", "--all")

    assert (err, code) == ("", 0)
    assert out.count("可以施行") == len(queries.shelf())


def test_check_names_file_line_and_sentence_and_exits_with_one(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text(real(TEXT, "good"), "utf-8")
    bad.write_text(real(TEXT, "bad").replace("ARRIVE]", "NOWHERE]"), "utf-8")

    out, err, code = run("check", str(good), str(bad))

    assert code == 1
    assert f"{good}：可以施行" in out
    assert f"{bad} 第 23 行：没有名为“NOWHERE”的时限" in err


@pytest.mark.django_db
def test_a_file_that_would_take_the_place_of_another_is_refused(tmp_path: Path) -> None:
    hean = tmp_path / "hean.yaml"
    hean.write_text(queries.shelf()["canonical"].read_text("utf-8"), "utf-8")

    for door in ("check", "publish"):
        _out, err, code = run(door, str(hean))

        assert code == 1
        assert "文件名是“hean”，里面写的代码是“canonical”：两个要一样" in err
    assert not PlaybookVersion.objects.exists()


@pytest.mark.django_db
def test_a_bad_local_file_is_one_short_line_of_the_list(tmp_path: Path, settings: Any) -> None:
    settings.HESHI_PLAYBOOK_FOLDER = tmp_path
    (tmp_path / "broken.yaml").write_text("playbook: broken\nstart: nowhere\nstpes: {}\n", "utf-8")
    (tmp_path / "ansi.yaml").write_text("title: 六步", "gbk")

    lines = {line.split()[0]: line for line in run("list")[0].splitlines()}

    assert len(lines) == len(queries.shelf()) + 2
    assert "不能施行，请用 heshi playbook check 查看" in lines["broken"]
    assert "GBK" in lines["ansi"]


def test_check_finds_a_condition_that_can_never_be_met(tmp_path: Path) -> None:
    stuck = tmp_path / "stuck.yaml"
    stuck.write_text(
        real(TEXT, "stuck").replace(
            "needs: {plan: {present: true}}", "needs: {all: [{overdue: true}, {overdue: false}]}"
        ),
        "utf-8",
    )

    _out, err, code = run("check", str(stuck))

    assert code == 1
    assert f"{stuck}：模拟中有案件停在“办理中”" in err


def test_the_example_in_the_handbook_can_run(tmp_path: Path) -> None:
    handbook = (Path(__file__).parents[2] / "docs" / "playbooks.md").read_text("utf-8")
    example = tmp_path / "three_steps.yaml"
    example.write_text(handbook.split("```yaml\n")[1].split("```")[0], "utf-8")

    assert run("check", str(example))[1:] == ("", 0)


def test_the_example_of_days_in_the_handbook_can_run(tmp_path: Path) -> None:
    handbook = (Path(__file__).parents[2] / "docs" / "playbooks.md").read_text("utf-8")
    start = handbook.index("playbook: days_that_count")
    example = tmp_path / "days_that_count.yaml"
    example.write_text(handbook[start:].split("```")[0], "utf-8")

    assert run("check", str(example))[1:] == ("", 0)


def test_the_handbook_has_every_key_of_the_schema() -> None:
    handbook = (Path(__file__).parents[2] / "docs" / "playbooks.md").read_text("utf-8")

    assert [
        key for key in sorted(keys_of(json.loads(SCHEMA.read_text("utf-8")))) if key not in handbook
    ] == []


def keys_of(schema: Any) -> set[str]:
    """Return every key that the schema lets somebody write."""
    if isinstance(schema, list):
        return {key for each in schema for key in keys_of(each)}
    if not isinstance(schema, dict):
        return set()
    own = schema.get("properties")
    return {*(own if isinstance(own, dict) else ()), *keys_of(list(schema.values()))}


def test_show_tells_each_position_with_its_steps() -> None:
    out, _err, code = run("show", "shulan_liubu")

    assert code == 0
    assert "【已吹哨】在中心，起点" in out
    assert "派单吹哨（值班长）→ 待报到" in out


def test_draw_writes_a_file(tmp_path: Path) -> None:
    target = tmp_path / "drawing.svg"

    _out, err, code = run("draw", "yangshan_qibu", "--out", str(target))

    assert (code, err.strip()) == (0, f"已写入 {target}")
    assert target.read_text("utf-8").startswith("<svg")


def test_simulate_prints_both_numbers_and_one_json_object_last(tmp_path: Path) -> None:
    target = tmp_path / "result.json"

    out, _err, code = run("simulate", "shulan_liubu", "--cases", "50", "--seed", "3", "--out", str(target))

    last = json.loads(out.splitlines()[-1])
    assert code == 0
    assert last == json.loads(target.read_text("utf-8"))
    assert (last["cases"], last["seed"], last["measures"]["received"]) == (50, 3, [50, 50])
    assert "登记：50 / 50" in out
    assert "  没有走到的步骤：" in out
    assert "  没有遇到的拒绝（走到的步骤里）：" in out
    assert (last["steps_not_played"], last["refusals_not_played"]) == (
        named(out, "没有走到的步骤", "、"),
        named(out, "没有遇到的拒绝（走到的步骤里）", "；"),
    )


def named(out: str, what: str, between: str) -> list[str]:
    """Return what a line names."""
    (line,) = (line for line in out.splitlines() if line.startswith(f"  {what}："))
    said = line.partition("：")[2]
    return [] if said.startswith("没有，") else said.split(between)


def test_simulate_refuses_no_cases() -> None:
    assert run("simulate", "canonical", "--cases", "0")[2] == 1


@pytest.mark.django_db
def test_publish_then_list(tmp_path: Path) -> None:
    file = tmp_path / "sample.yaml"
    file.write_text(real(TEXT), "utf-8")

    first, again = run("publish", str(file)), run("publish", str(file))
    rows = {row["code"]: row for row in json.loads(run("list", "--json")[0])}

    assert first[2] == again[2] == 0
    assert list(PlaybookVersion.objects.values_list("code", "version", "status")) == [
        ("sample", 1, "published")
    ]
    assert rows["sample"]["version"] == 1
    assert rows["canonical"]["version"] is None
    assert run("show", "sample")[2] == 0


@pytest.mark.django_db
def test_a_name_nobody_knows_gets_a_sentence() -> None:
    _out, err, code = run("show", "nothing")

    assert code == 1
    assert "没有名为“nothing”的预案" in err


def test_a_file_that_is_not_there_gets_a_sentence() -> None:
    _out, err, code = run("check", "/nowhere/at/all.yaml")

    assert code == 1
    assert "读不出预案文件" in err


def test_the_handbook_tells_what_becomes_of_every_method() -> None:
    """One row for each playbook that ships: the seed, the file, what runs, what is left out and why."""
    handbook = (Path(__file__).parents[2] / "docs" / "playbooks.md").read_text("utf-8")
    rows = [
        line.strip("|").split("|") for line in handbook.split("## 自带的预案")[1].splitlines() if "`" in line
    ]
    told = {row[1].strip(" `"): row for row in rows}

    assert sorted(told) == sorted(queries.shelf())
    for code, row in told.items():
        book = queries.opened(code)
        assert len(row) == 4
        assert row[2].strip()
        assert not book.left_out or row[3].strip() != "—", code
        assert book.seed.startswith("COMMON") or not book.seed or row[0].strip().split(" ")[0] in book.seed, (
            code
        )


def test_every_local_clock_says_that_its_length_is_not_the_sources() -> None:
    for code in queries.shelf():
        for clock, spec in queries.opened(code).clocks.items():
            assert any(
                word in spec["source"] for word in ("未定义", "原文", "条例", "法", "本地约定", "规定")
            ), (code, clock)


def test_every_method_says_its_source_its_year_and_what_it_leaves_undefined() -> None:
    for code, path in queries.shelf().items():
        book, text = queries.opened(code), queries.text_of(path)
        assert book.seed, code
        assert book.source, code
        assert book.about, code
        assert book.year.get("basis"), code
        assert not book.undefined or "未定义" in text, code
        assert {"rate", "close_unrated"} <= set(book.steps) or book.gathers, code
