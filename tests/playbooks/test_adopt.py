"""A shipped playbook becomes a local one: copied, renamed, ready to edit, and found by every door."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings

from heshi.playbooks import queries
from heshi.playbooks.models import PlaybookVersion
from tests.rehearsal.test_command import run

pytestmark = pytest.mark.django_db
SIX_STEPS = queries.shelf()["shulan_liubu"].read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    """Give the county an empty folder of its own."""
    with override_settings(HESHI_PLAYBOOK_FOLDER=tmp_path / "playbooks"):
        yield tmp_path / "playbooks"


def test_a_copy_differs_in_its_code_only_and_keeps_the_comments(folder: Path) -> None:
    out, err, code = run("adopt", "shulan_liubu", "--as", "hean_liubu")

    copy = (folder / "hean_liubu.yaml").read_text("utf-8")
    assert (err, code) == ("", 0)
    assert "已抄到" in out
    assert "可以施行" in out
    assert copy == SIX_STEPS.replace("playbook: shulan_liubu", "playbook: hean_liubu", 1)
    assert "# 原文数字" in copy
    assert run("diff", "shulan_liubu", "hean_liubu")[2] == 0


def test_every_door_finds_the_copy() -> None:
    run("adopt", "shulan_liubu", "--as", "hean_liubu")

    doors = (("check", "hean_liubu"), ("check", "--all"), ("show", "hean_liubu"), ("draw", "hean_liubu"),
             ("simulate", "hean_liubu", "--cases", "20"), ("publish", "hean_liubu"))  # fmt: skip
    assert [run(*words)[2] for words in doors] == [0] * len(doors)
    rows = {row["code"]: row for row in json.loads(run("list", "--json")[0])}

    assert list(PlaybookVersion.objects.values_list("code", "version")) == [("hean_liubu", 1)]
    local, shipped = rows["hean_liubu"], rows["shulan_liubu"]
    assert (local["version"], local["shelf"], local["seed"]) == (1, False, "II-2")
    assert local["digest"] == local["file_digest"]
    assert (shipped["version"], shipped["shelf"], shipped["seed"]) == (None, True, "II-2")
    book = queries.opened("shulan_liubu")
    assert (shipped["positions"], shipped["steps"]) == (len(book.positions), len(book.steps))
    assert len(shipped["file_digest"]) == 64
    assert rows["yangshan_qibu"]["seed"] == "III-18"


def test_another_folder_can_be_named(tmp_path: Path, folder: Path) -> None:
    _out, _err, code = run("adopt", "canonical", "--as", "hean", "--folder", str(tmp_path / "elsewhere"))

    assert code == 0
    assert (tmp_path / "elsewhere" / "hean.yaml").is_file()
    assert not folder.exists()


@pytest.mark.parametrize(
    ("name", "code", "sentence"),
    [
        ("shulan_liubu", "canonical", "已经有名为“canonical”的预案"),
        ("shulan_liubu", "mine", "已经有名为“mine”的预案"),
        ("shulan_liubu", "published", "已经有名为“published”的预案"),
        ("shulan_liubu", "Mine", "“Mine”不能作预案的名字"),
        ("shulan_liubu", "../mine", "“../mine”不能作预案的名字"),
        ("shulan_liubu", "六步", "“六步”不能作预案的名字"),
        ("shulan_liubu", "ab", "“ab”不能作预案的名字"),
        ("shulan_liubu", "a" * 49, "不能作预案的名字"),
        ("nothing", "other", "没有名为“nothing”的预案"),
    ],
)
def test_what_cannot_be_adopted_is_refused_and_nothing_is_written(
    folder: Path, name: str, code: str, sentence: str
) -> None:
    folder.mkdir()
    (folder / "mine.yaml").write_text("# 我的\n", "utf-8")
    PlaybookVersion.objects.create(code="published", version=1, title="已施行", texts={"main": SIX_STEPS})

    _out, err, exit_code = run("adopt", name, "--as", code)

    assert exit_code == 1
    assert sentence in err
    assert [(file.name, file.read_text("utf-8")) for file in folder.iterdir()] == [("mine.yaml", "# 我的\n")]


def test_a_folder_that_cannot_be_written_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("这里是文件", "utf-8")

    _out, err, code = run("adopt", "canonical", "--as", "hean", "--folder", str(tmp_path / "file"))

    assert code == 1
    assert "写不进文件夹" in err


def test_a_file_just_being_written_does_not_hide_the_others(folder: Path) -> None:
    folder.mkdir()
    (folder / "half.yaml").write_text("playbook: half\n", "utf-8")

    out, _err, code = run("list", "--json")
    rows = {row["code"]: row for row in json.loads(out)}

    assert code == 0
    assert "预案有误，未载入" in rows["half"]["title"]
    assert rows["canonical"]["positions"] > 0
