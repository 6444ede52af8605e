"""A playbook that cannot run is refused with file, line and a sentence."""

from __future__ import annotations

import pytest

from heshi.playbooks import queries
from heshi.playbooks.rules import PlaybookRefused, load
from tests.playbooks.sample import FILE, KNOWN, TEXT, line_of, sample

# what is wrong, (words to replace, their replacement), words on the line that is named, sentence
WRONG = [
    (
        "unknown key",
        ("    label: 派单\n", "    label: 派单\n    colour: red\n"),
        "colour: red",
        "不认识的键“colour”，请核对拼写，这里可写：label、who、from、to、needs、",
    ),
    ("misspelt key", ("    label: 派单\n", "    lable: 派单\n"), "lable: ", "不认识的键“lable”，是不是“label”？"),
    (
        "unreachable position",
        ("  done:", "  lost: {label: 孤岛, resident: 没有人会到这里来。}\n  done:"),
        "lost:",
        "环节“孤岛”永远走不到，请写明哪一步会到这里。",
    ),
    (
        "position without exit",
        ("    to: acting\n", "    to: [{when: {kind: hazard}, then: stuck}, {then: acting}]\n"),
        "stuck: {",
        "环节“死角”没有出口，案件会停在这里。",
    ),
    ("step nobody may take", ("    who: [officer]\n", "    who: []\n"), "who: []", "步骤“商量”没有人可以办理，请在 who 里写明角色。"),
    ("unknown role", ("    who: [officer]\n", "    who: [ghost]\n"), "who: [ghost]", "没有名为“ghost”的角色。"),
    (
        "unknown clock",
        ("clocks: {start: [ARRIVE]}", "clocks: {start: [NO.SUCH]}"),
        "NO.SUCH",
        "没有名为“NO.SUCH”的时限，请先在时限库或本预案 clocks 里写明。",
    ),
    (
        "end without an answer",
        ("    answers: true\n", ""),
        "done:",
        "终点“办结”可能在没有答复群众时就到达，请让前面某一步写明 answers: true。",
    ),
    (
        "only circles",
        ("      - {then: done}", "      - {then: received}"),
        "done:",
        "环节“办结”永远走不到，请写明哪一步会到这里。",
    ),
    ("unknown position", ("    to: acting\n", "    to: nowhere\n"), "to: nowhere", "环节“nowhere”不存在。"),
    ("unknown start", ("start: received", "start: nowhere"), "start: nowhere", "起点“nowhere”不在环节表里。"),
    (
        "table without last line",
        ("      - {then: done}", "      - {when: {size: small}, then: done}"),
        "to:\n",
        "去向表的最后一行不能带条件，否则会有案件无处可去。",
    ),
    ("fact nobody fills", ("needs: {plan:", "needs: {mystery:"), "  reply:", "条件用到的“mystery”没有任何步骤会填写。"),
    ("unknown outcome", ("outcomes: [solved]", "outcomes: [happy]"), "outcomes: [happy]", "没有结果代码“happy”。"),
    ("unknown colour", ("  - {then: blue}", "  - {then: pink}"), "pink", "没有颜色“pink”，只有：red"),
    (
        "clock that never ran",
        ("clocks: {stop: [ARRIVE, HL.NORMAL]}", "clocks: {stop: [HL.DISPATCH]}"),
        "HL.DISPATCH]",
        "时限“HL.DISPATCH”从未开始，不能停止。",
    ),
    ("stranger told", ("{who: unit, say", "{who: mayor, say"), "who: mayor", "不知道要告诉谁：“mayor”。"),
    ("unfillable notice", ("案件 {number} 请接办", "案件 {phone} 请接办"), "{phone}", "通知里的“phone”无法填写。"),
    ("missing label", ("    label: 派单\n", ""), "  dispatch:", "“dispatch”缺少“label”，请补上。"),
    ("word for a number", ("length: 4", "length: four"), "length: four", "“length”的写法不对，这里应当是整数，现在写的是“four”。"),
    ("key twice", ("    to: same\n", "    to: same\n    to: same\n"), None, "“to”写了两次，请删去一处。"),
    ("bad yaml", ("source: 测试\nstart", "source: [测试\nstart"), None, "这里不是规范的 YAML，请检查缩进、冒号和引号。"),
    ("choice without options", (", options: {small: 小事, big: 大事}", ""), "size:", "“大小”是选择题，请写明 options。"),
    ("unknown fragment", ("start: received", "include: [nothing]\nstart: received"), "include:", "没有名为“nothing”的公共片段。"),
]  # fmt: skip
STUCK = "  stuck: {label: 死角, resident: 进得来出不去的地方。}\n"


@pytest.mark.parametrize(
    ("change", "where", "sentence"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG]
)
def test_what_is_wrong_is_named_with_file_line_and_sentence(
    change: tuple[str, str], where: str | None, sentence: str
) -> None:
    assert change[0] in TEXT
    text = TEXT.replace(*change, 1)
    if "stuck" in change[1]:
        text = text.replace("steps:\n", f"{STUCK}steps:\n", 1)

    with pytest.raises(PlaybookRefused) as refused:
        sample(text)

    found = [problem for problem in refused.value.problems if problem.sentence.startswith(sentence)]
    assert found, [str(problem) for problem in refused.value.problems]
    assert found[0].file == FILE
    if where:
        assert found[0].line == line_of(text, where)
    assert f"{FILE} 第 {found[0].line} 行：{found[0].sentence}" in str(refused.value)


def test_every_problem_is_said_at_once() -> None:
    text = TEXT.replace("who: [officer]\n", "who: []\n").replace("start: [ARRIVE]", "start: [NO.SUCH]")

    with pytest.raises(PlaybookRefused) as refused:
        sample(text)

    assert len(refused.value.problems) == 2


def test_a_problem_in_a_fragment_names_the_fragment() -> None:
    fragment = "steps:\n  sigh:\n    label: 叹气\n    who: [ghost]\n    from: open\n    to: same\n"

    with pytest.raises(PlaybookRefused) as refused:
        load(
            file=FILE,
            text=TEXT.replace("start: received", "include: [moods]\nstart: received", 1),
            fragments={"moods": fragment},
            known=KNOWN,
            schema=queries.schema(),
        )

    (problem,) = refused.value.problems
    assert (problem.file, problem.line) == ("fragments/moods.yaml", 4)


@pytest.mark.parametrize(
    "text", ["", "[]", "只有一句话", "a: !!python/object/apply:os.system [ls]", "? [a]\n: b"]
)
def test_what_is_no_playbook_at_all_gets_a_sentence(text: str) -> None:
    with pytest.raises(PlaybookRefused):
        sample(text)
