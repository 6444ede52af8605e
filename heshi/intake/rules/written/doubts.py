"""What a person has to look at."""

from __future__ import annotations

import unicodedata
from typing import Final, NamedTuple

NOTHING: Final = frozenset(
    {
        "", "-", "--", "---", "—", "——", "–", "/", "\\", "0", "无", "没有", "未知", "未留", "不详", "保密", "匿名", "空", "暂无", "未提供",
        "不愿透露", "无电话", "无手机", "没有电话", "未填", "未填写", "不清楚", "n/a", "na", "none", "null", "nil", "(空)", "(无)", "?",
    }
)  # fmt: skip
"""What forms, people and programs write where there is nothing to write."""


class Doubt(NamedTuple):
    """A field beside the words that could not be read, or only in part: which, what was written, and why (a key of `terms.DOUBTS`)."""

    field: str
    text: str
    why: str


def plain_of(text: str) -> str:
    """Return the text in ordinary widths and without marks that cannot be seen, to be read and never to be kept."""
    composed = unicodedata.normalize("NFKC", text)
    return "".join(
        sign for sign in composed if unicodedata.category(sign) not in {"Cf", "Cc"} or sign in "\n\t"
    ).strip()


def is_nothing(plain: str) -> bool:
    """Return whether this says that there is nothing."""
    return plain.strip(" .。").lower() in NOTHING
