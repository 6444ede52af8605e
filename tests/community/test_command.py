"""`heshi community`: list, make, start-campaign."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command

from heshi.common.refusals import Refusal
from heshi.community.models import Campaign, Occurrence
from heshi.playbooks.models import PlaybookVersion
from tests.cast import TOWNSHIPS
from tests.community.books import CODE


def said(*words: str) -> list[str]:
    """Return what the command prints."""
    out = io.StringIO()
    call_command("community", *words, stdout=out)
    return out.getvalue().splitlines()


def test_list_names_rhythms_campaigns_and_what_runs(book: PlaybookVersion) -> None:
    said("start-campaign", CODE, "hazards", "--by", "leader")

    lines = said("list")

    assert f"节律  {CODE}/review  研判例会  每周三、周五  综治中心的分流员" in lines
    assert f"行动  {CODE}/hazards  三十天整治隐患  30 天 3 件" in lines
    assert any(
        line.startswith("进行中  三十天整治隐患  990100  ") and line.endswith("0/3 件") for line in lines
    )


def test_make_does_now_what_the_worker_does_later(book: PlaybookVersion) -> None:
    (line,) = said("make")

    assert line == f"写下或更新 {Occurrence.objects.count()} 项该做的事，提醒 0 项，数了 0 次行动。"
    assert Occurrence.objects.count() > 0


def test_starting_in_a_township(book: PlaybookVersion) -> None:
    (line,) = said("start-campaign", CODE, "hazards", "--by", "township_dispatcher", "--place", TOWNSHIPS[0])

    made = Campaign.objects.get()
    assert (made.place, line.startswith("已发起“三十天整治隐患”：")) == (TOWNSHIPS[0], True)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["hazards", "--by", "nobody"], "没有名为“nobody”的在用账号"),
        (["hazards", "--by", "clerk"], "行动由所在地综治中心"),
        (["nothing", "--by", "leader"], "里没有写行动“nothing”"),
    ],
)
def test_what_is_refused_is_one_sentence(words: list[str], sentence: str, book: PlaybookVersion) -> None:
    with pytest.raises(Refusal, match=sentence):
        said("start-campaign", CODE, *words)

    assert not Campaign.objects.exists()
