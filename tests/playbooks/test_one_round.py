"""Everything that is wrong with a file is told in one round, and nothing that is only wrong because of something else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from heshi.playbooks import queries
from heshi.playbooks.rules import PlaybookRefused, load
from tests.playbooks.sample import FILE, KNOWN, TEXT


def told(*changes: tuple[str, str]) -> list[str]:
    """Return what is told of the sample with these changes, without the name of the file."""
    text = TEXT
    for words, instead in changes:
        assert words in text
        text = text.replace(words, instead, 1)
    try:
        load(file=FILE, text=text, fragments={}, known=KNOWN, schema=queries.schema())
    except PlaybookRefused as refusal:
        return [str(problem).removeprefix(f"{FILE} ") for problem in refusal.problems]
    return []


MISREAD = ("    to: acting\n", "    to: acting\n    to: done\n")
MISSHAPEN = ('tells: [{who: unit, say: "案件 {number} 请接办。"}]', "tells: [{who: unit}]")
UNKNOWN_KEY = ("title: 三步办理", "title: 三步办理\ntitel: 四步办理")
VAIN = ("start: received", "without: {looked: 写错了名字}\nstart: received")
UNJOINED = ("start: received", "include: [nothing]\nstart: received")
UNKNOWN_CLOCK = ("stop: [ARRIVE, HL.NORMAL]", "stop: [ARRIVE, NOWHERE]")
UNKNOWN_ROLE = ("who: [officer]", "who: [mayor]")
ISLAND = ("  done: {label", "  island: {label: 孤岛, resident: 没人来。}\n  done: {label")


def test_misread_misjoined_misshapen_and_wrong_are_told_together() -> None:
    found = told(MISREAD, MISSHAPEN, UNKNOWN_KEY, VAIN, UNKNOWN_CLOCK, UNKNOWN_ROLE, ISLAND)

    assert found == [
        "第 3 行：不认识的键“titel”，是不是“title”？",
        "第 5 行：片段里没有“looked”，without 只能写片段里的步骤、环节、分项和时限。",
        "第 16 行：环节“孤岛”永远走不到，请写明哪一步会到这里。",
        "第 16 行：环节“孤岛”没有出口，案件会停在这里。",
        "第 24 行：“to”写了两次，请删去一处。",
        "第 28 行：“tells”的第 1 项缺少“say”，请补上。",
        "第 31 行：没有名为“mayor”的角色。",
        "第 48 行：没有名为“NOWHERE”的时限，请先在时限库或本预案 clocks 里写明。",
    ]


def test_without_a_fragment_only_that_is_told_which_does_not_depend_on_it() -> None:
    """What the fragment would have brought is not there, and nobody should look for it."""
    found = told(MISREAD, UNJOINED, UNKNOWN_CLOCK, ISLAND)

    assert found == ["第 4 行：没有名为“nothing”的公共片段。", "第 23 行：“to”写了两次，请删去一处。"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("{title: 报到, length: 4,", "{title: 报到, length: 四,"), "第 10 行：“length”的写法不对"),
        (("  acting: {label: 办理中, resident:", "  acting: {lable: 办理中, resident:"), "第 13 行："),
        (("    label: 商量\n", ""), "第 25 行：“plan”缺少“label”，请补上。"),
        (("      plan: {label: 打算怎么办, type: text}", "      plan: {label: 打算怎么办, type: txt}"), "第 31 行：“type”只能是"),
        (("    answers: true", "    answer: true"), "不认识的键“answer”，是不是“answers”？"),
    ],
)  # fmt: skip
def test_what_follows_from_another_mistake_is_not_told(change: tuple[str, str], says: str) -> None:
    found = told(change)

    assert any(says in one for one in found), found
    assert not any("永远走不到" in one or "不存在" in one or "没有任何步骤" in one for one in found)
    assert not any("没有名为“ARRIVE”" in one or "没有答复群众" in one or "没有出口" in one for one in found)
    assert len(found) <= 2


def test_a_mistake_elsewhere_is_found_beside_one_that_sets_a_step_aside() -> None:
    found = told(("    label: 商量\n", ""), ("outcomes: [solved]", "outcomes: [happy]"))

    assert found == ["第 14 行：没有结果代码“happy”。", "第 25 行：“plan”缺少“label”，请补上。"]


# --- who sees the case ------------------------------------------------------------------------------

ONLY_ITS_OWN = (
    "能往下办的经办人只看得见本单位的案件，谁也看不见它；"
    "请让前面的步骤填写 unit（承办单位），或者让中心的人也能办。"
)
NO_UNIT = (
    "      unit: {label: 承办单位, type: unit, required: true}",
    "      memo: {label: 说明, type: text}",
)
NAMED_THERE = (
    "      plan: {label: 打算怎么办, type: text}",
    "      plan: {label: 打算怎么办, type: text}\n      unit: {label: 给谁, type: unit, required: true}",
)
BY_UNIT = ("who: [officer, clerk]\n    from: [acting]", "who: [officer]\n    from: [acting]")


def test_the_next_actor_must_be_able_to_see_the_case() -> None:
    """The clerk forgot to ask for the unit: whoever works at one never sees a case that still lies with the centre."""
    clerk = ("roles: {clerk: 窗口,", "roles: {front_desk: 窗口,")
    found = seen(NO_UNIT, BY_UNIT, clerk)

    assert found == [f"第 13 行：案件到“办理中”时可能还没有承办单位，{ONLY_ITS_OWN}"]


@pytest.mark.parametrize(
    "mended",
    [
        [BY_UNIT],
        [NO_UNIT],
        [NO_UNIT, BY_UNIT, ("holder: centre}", "holder: unit}")],
        [NO_UNIT, BY_UNIT, ("resident: 承办单位正在办理。}", "resident: 中心正在办理。, holder: centre}")],
        [NO_UNIT, BY_UNIT, ("商量\n    who: [officer]", "商量\n    who: [clerk]"), NAMED_THERE],
    ],
    ids=[
        "unit is asked for",
        "the centre can act too",
        "cases come in at a unit",
        "it stays with the centre's own people",
        "the centre names one there",
    ],
)
def test_where_somebody_sees_it_nothing_is_said(mended: list[tuple[str, str]]) -> None:
    assert seen(*mended, ("roles: {clerk: 窗口,", "roles: {front_desk: 窗口,")) == []


def seen(*changes: tuple[str, str]) -> list[str]:
    """Return what is told when the roles are those of a real county."""
    text = TEXT
    for words, instead in changes:
        assert words in text
        text = text.replace(words, instead, 1)
    text = text.replace("[officer, clerk]", "[officer, front_desk]").replace("[clerk]", "[front_desk]")
    roles = {"front_desk", "officer", "resident", "system"}
    known = replace(KNOWN, roles=roles, bound=frozenset({"officer"}))
    try:
        load(file=FILE, text=text, fragments={}, known=known, schema=queries.schema())
    except PlaybookRefused as refusal:
        return [str(problem).removeprefix(f"{FILE} ") for problem in refusal.problems]
    return []
