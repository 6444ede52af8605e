"""Whatever people write is read the same way: values with their lines, everything wrong told at once."""

from __future__ import annotations

import pytest

from heshi.common.shaping import read_shaped, schema_of
from heshi.common.yamltext import Miswritten, read

GOOD = """\
name: 甲
on: 2026-01-31
parts:
  - {length: 4, share: 0.5, done: true, rest: null}
  - yes
"""
SCHEMA = schema_of(
    """{
      "type": "object",
      "additionalProperties": false,
      "required": ["name", "parts"],
      "properties": {
        "name": {"type": "string", "minLength": 2, "maxLength": 4},
        "code": {"type": "string", "pattern": "^[a-z]+$"},
        "day": {"type": "string", "pattern": "^[0-9-]+$", "x-says": "不是日期。"},
        "unit": {"enum": ["day", "hour"]},
        "count": {"type": ["integer", "null"], "minimum": 1, "maximum": 9},
        "share": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
        "parts": {"type": "array", "minItems": 1, "maxItems": 2, "uniqueItems": true},
        "words": {"type": "object", "minProperties": 2, "maxProperties": 3, "propertyNames": {"pattern": "^[a-z]+$"}},
        "either": {"oneOf": [{"type": "boolean"}, {"type": "array", "items": {"type": "integer"}}]}
      }
    }"""
)


class LeafletRefused(Miswritten):
    """A kind of file of this test alone."""

    code = "leaflet_refused"
    sentence = "传单有误："
    thing = "传单"


def told(text: str) -> list[str]:
    """Return what is said about a leaflet, line by line."""
    with pytest.raises(LeafletRefused) as refused:
        read_shaped("leaflet.yaml", text, SCHEMA, LeafletRefused)
    return str(refused.value).splitlines()


def test_values_are_plain_and_remember_their_lines() -> None:
    draft = read("leaflet.yaml", GOOD, LeafletRefused)

    assert draft.values == {
        "name": "甲",
        "on": "2026-01-31",
        "parts": [{"length": 4, "share": 0.5, "done": True, "rest": None}, True],
    }
    assert draft.place(("parts", 0, "share")) == ("leaflet.yaml", 4)
    assert draft.place(("parts", 1, "nothing", "here")) == ("leaflet.yaml", 5)
    assert draft.place(("nowhere",)) == ("leaflet.yaml", 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "第 1 行：传单应由“键: 值”组成，文件是空的或格式不对。"),
        ("- 一\n", "第 1 行：传单应由“键: 值”组成，文件是空的或格式不对。"),
        ("a: 1\nb: [", "第 2 行：这里不是规范的 YAML，请检查缩进、冒号和引号。"),
        ("a: 1\nb: 铃\x07", "第 2 行：这一行有看不见的控制字符，请删去或重新输入这一行。"),
        ("a: &x 1\n", "第 1 行：传单里不能用 & 和 * 引用别处，请把内容直接写出来。"),
        ("a: 1\nb: *x\n", "第 2 行：传单里不能用 & 和 * 引用别处，请把内容直接写出来。"),
        ("a: !!binary aGk=\n", "第 1 行：传单里不能用标签“tag:yaml.org,2002:binary”，请删去它，只写内容。"),
        ("a: " + "[" * 30, "第 1 行：缩进超过 24 层，请检查括号和缩进。"),
        ("a: 1\n" + "# 长\n" * 60_000, "第 1 行：文件超过 256 KB，不像是传单，请核对是否选对了文件。"),
    ],
    ids=lambda value: value[:12],
)
def test_what_cannot_be_read_is_told_by_its_line(text: str, said: str) -> None:
    assert told(text) == ["传单有误：", f"leaflet.yaml {said}"]


def test_everything_that_was_slipped_in_writing_is_told_at_once() -> None:
    with pytest.raises(LeafletRefused) as refused:
        read("leaflet.yaml", "a: 010\nb: 1:30\na: 2\n? [x]\n: 3\nc: [.inf, 1_000]\n", LeafletRefused)

    assert [(problem.line, problem.sentence.partition("，")[0]) for problem in refused.value.problems] == [
        (1, "“010”不是普通的数；如果是代码或文字"),
        (2, "“1:30”不是普通的数；如果是代码或文字"),
        (3, "“a”写了两次"),
        (4, "键应当是一个词。"),
        (6, "“.inf”不是普通的数；如果是代码或文字"),
        (6, "“1_000”不是普通的数；如果是代码或文字"),
    ]


def test_what_departs_from_the_shape_is_told_in_sentences() -> None:
    assert told(
        """\
name: 一二三四五
cuont: 3
colour: red
code: A1
day: 明天
unit: 小时
count: 12
share: 1
parts: [1, 1, 2]
words: {Ab: 1}
either: {a: 1}
"""
    ) == [
        "传单有误：",
        "leaflet.yaml 第 1 行：“name”太长了，最多 4 个字。",
        "leaflet.yaml 第 2 行：不认识的键“cuont”，是不是“count”？",
        "leaflet.yaml 第 3 行：不认识的键“colour”，请核对拼写，这里可写：name、code、day、unit、count、share、parts、words、either。",
        "leaflet.yaml 第 4 行：“A1”不是规范的代码，请用半角的小写字母、数字和下划线。",
        "leaflet.yaml 第 5 行：“明天”不是日期。",
        "leaflet.yaml 第 6 行：“unit”只能是：day、hour，现在写的是“小时”。",
        "leaflet.yaml 第 7 行：“count”的数值“12”超出允许范围，不能大于 9。",
        "leaflet.yaml 第 8 行：“share”的数值“1”超出允许范围，要小于 1。",
        "leaflet.yaml 第 9 行：“parts”最多写 2 项。",
        "leaflet.yaml 第 9 行：“parts”里有一项写了两次，请删去一处。",
        "leaflet.yaml 第 10 行：“Ab”不是规范的代码，请用半角的小写字母、数字和下划线。",
        "leaflet.yaml 第 10 行：“words”至少写 2 项。",
        "leaflet.yaml 第 11 行：“either”的写法不对，请对照说明改正。",
    ]


def test_each_kind_of_value_is_called_by_its_name() -> None:
    assert told("name:\ncount: true\nshare: 很多\nparts: {}\nwords: []\neither: [x]\n") == [
        "传单有误：",
        "leaflet.yaml 第 1 行：“name”的写法不对，这里应当是文字，现在是空的。",
        "leaflet.yaml 第 2 行：“count”的写法不对，这里应当是整数或空，现在写的是“true”。",
        "leaflet.yaml 第 3 行：“share”的写法不对，这里应当是数，现在写的是“很多”。",
        "leaflet.yaml 第 4 行：“parts”的写法不对，这里应当是列表。",
        "leaflet.yaml 第 5 行：“words”的写法不对，这里应当是“键: 值”。",
        "leaflet.yaml 第 6 行：“either”的第 1 项的写法不对，这里应当是整数，现在写的是“x”。",
    ]


def test_a_slip_is_not_told_again_as_a_wrong_shape() -> None:
    assert told("count: 012\n") == [
        "传单有误：",
        "leaflet.yaml 第 1 行：“012”不是普通的数；如果是代码或文字，请给它加上引号。",
        "leaflet.yaml 第 1 行：传单缺少“name、parts”，请补上。",
    ]
