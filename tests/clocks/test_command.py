"""The command answers in the words of the counter, and refuses in one sentence."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command

from heshi.common.refusals import Refusal


def said(*words: str) -> str:
    out = StringIO()
    call_command("clocks", *words, stdout=out)
    return out.getvalue()


def test_list_names_every_clock_of_a_family() -> None:
    lines = said("list", "--family", "petition").splitlines()

    assert len(lines) == 11
    assert lines[5].split(maxsplit=1) == ["XF.HANDLE", "信访事项办结 · 受理之日起60日 · 信访工作条例第34条"]


def test_show_says_who_may_lengthen_it() -> None:
    assert "延长：30日，最多1次，由本机关、单位负责人批准" in said("show", "XF.HANDLE")
    assert "时间由各方约定，次数由各方约定" in said("show", "PM.MEDIATE")
    assert "性质：可调整的设定，非法定" in said("show", "HL.STD")


def test_due_tells_the_day_as_people_say_it() -> None:
    assert "到期：2026-05-06 24:00" in said("due", "XF.HANDLE", "--from", "2026-03-02")
    assert "到期：2026-03-03 09:30" in said("due", "HL.URGENT", "--from", "2026-03-02T09:30")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("show", "NO.SUCH"), "时限库里没有“NO.SUCH”"),
        (("due", "XF.HANDLE", "--from", "昨天"), "“昨天”不是日期或时间"),
        (("due", "XF.HANDLE", "--from", "2026-12-01"), "2027年的放假调休安排尚未载入"),
    ],
)
def test_refusals_are_one_sentence(words: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(Refusal, match=sentence):
        said(*words)
