"""Files people train with, as they really come."""

from __future__ import annotations

import pytest

from heshi.common.refusals import Refusal
from heshi.understanding.rules.sheets import examples_of, read_sheet, texts_of

NEEDED = ("id", "title", "body", "label")
ROW = "1,路灯坏了,甲路的灯不亮,市政"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_usual_encodings_are_read(encoding: str) -> None:
    rows = read_sheet(f"id,title,body,label\n{ROW}\n".encode(encoding), needed=NEEDED)

    assert rows == [{"id": "1", "title": "路灯坏了", "body": "甲路的灯不亮", "label": "市政"}]


@pytest.mark.parametrize(
    ("content", "code", "says"),
    [
        (b"", "sheet_empty", "没有数据"),
        (b"\n\n", "sheet_empty", "没有数据"),
        (b"id,title,body,label\n", "sheet_empty", "没有数据"),
        (b"id,title,body\n1,a,b\n", "column_missing", "“label”"),
        (b"PK\x03\x04\0\0\0", "sheet_not_text", "CSV UTF-8"),
        (b"\xff\xff\xff\xff\n\x81", "sheet_not_text", "CSV UTF-8"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(content: bytes, code: str, says: str) -> None:
    with pytest.raises(Refusal, match=says) as refused:
        read_sheet(content, needed=NEEDED)

    assert refused.value.code == code


def test_line_breaks_quotes_short_rows_and_other_columns_are_kept() -> None:
    content = 'ID, Title ,body,more,label\n1,"灯""坏""了","第一行\n第二行",x,市政\n2,只有标题\n\n'

    rows = read_sheet(content.encode(), needed=NEEDED)

    assert [(row["id"], row["body"], row["label"]) for row in rows] == [
        ("1", "第一行\n第二行", "市政"),
        ("2", "", ""),
    ]
    assert texts_of(rows) == ['灯"坏"了\n第一行\n第二行', "只有标题\n"]


def test_rows_without_label_or_words_teach_nothing() -> None:
    content = f"id,title,body,label\n{ROW}\n2,,,市政\n3,有字,没标签,\n"

    assert [example.topic for example in examples_of(read_sheet(content.encode(), needed=NEEDED))] == ["市政"]


@pytest.mark.parametrize(
    ("row", "says"), [("1,a,b,x,someone", "someone"), (f"1,a,b,{'长' * 41},hazard", "40 个字")]
)
def test_labels_that_cannot_be_used_are_named(row: str, says: str) -> None:
    rows = read_sheet(f"id,title,body,label,kind\n{row}\n".encode(), needed=NEEDED)

    with pytest.raises(Refusal, match=says):
        examples_of(rows)
