"""Which column is what: guessed from Chinese and English headings, or as a person says."""

from __future__ import annotations

import pytest

from heshi.common.refusals import Refusal
from heshi.intake.rules.columns import (
    BodyColumnMissing,
    ColumnUnknown,
    FieldTwice,
    FieldUnknown,
    Headings,
    guessed,
    mapped,
    parsed_pairs,
)
from heshi.intake.terms import FIELDS, HEADINGS

ENGLISH = Headings(("id", "reporter", "title", "body", "created_at"))
CHINESE = Headings(("留言编号", "留言用户", "留言主题", "留言时间", "留言详情*", "联系 电话（必填）"))


def test_english_and_chinese_headings_are_recognised() -> None:
    assert guessed(ENGLISH) == {"source_key": 0, "name": 1, "title": 2, "body": 3, "said_at": 4}
    assert guessed(CHINESE) == {"source_key": 0, "name": 1, "title": 2, "said_at": 3, "body": 4, "phone": 5}


def test_every_field_has_headings_and_no_heading_means_two_things() -> None:
    every = [heading for headings in HEADINGS.values() for heading in headings]

    assert set(HEADINGS) == set(FIELDS)
    assert len(every) == len(set(every))


def test_what_a_person_says_goes_before_the_guess() -> None:
    chosen = parsed_pairs(["title=body", "body=title", "reporter="])

    assert mapped(ENGLISH, chosen) == {"source_key": 0, "said_at": 4, "title": 3, "body": 2}


@pytest.mark.parametrize(
    ("headings", "pairs", "refused"),
    [
        (Headings(("甲", "乙")), [], BodyColumnMissing),
        (ENGLISH, ["body="], BodyColumnMissing),
        (ENGLISH, ["没有=body"], ColumnUnknown),
        (ENGLISH, ["title=colour"], FieldUnknown),
        (ENGLISH, ["title"], FieldUnknown),
        (ENGLISH, ["title=body", "id=body"], FieldTwice),
    ],
)
def test_wrong_mapping_is_refused(headings: Headings, pairs: list[str], refused: type[Refusal]) -> None:
    with pytest.raises(refused):
        mapped(headings, parsed_pairs(pairs))
