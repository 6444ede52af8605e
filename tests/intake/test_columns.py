"""Which column is what: guessed from Chinese and English headings, or as a person says."""

from __future__ import annotations

import pytest

from heshi.common.refusals import Refusal
from heshi.intake.rules.columns import (
    BodyColumnMissing,
    ColumnTwice,
    ColumnUnknown,
    FieldTwice,
    FieldUnknown,
    Headings,
    TimeNotUnderstood,
    check_time,
    counts_rows,
    guessed,
    mapped,
    places_of,
)
from heshi.intake.terms import FIELDS, HEADINGS

ENGLISH = Headings(("id", "reporter", "title", "body", "created_at"))
CHINESE = Headings(("留言编号", "留言用户", "留言主题", "留言时间", "留言详情*", "联系 电话（必填）"))


def test_english_and_chinese_headings_are_recognised() -> None:
    assert guessed(ENGLISH).mapped == {"source_key": 0, "name": 1, "title": 2, "body": 3, "said_at": 4}
    assert guessed(CHINESE).mapped == {
        "source_key": 0,
        "name": 1,
        "title": 2,
        "said_at": 3,
        "body": 4,
        "phone": 5,
    }


def test_every_field_has_headings_and_no_heading_means_two_things() -> None:
    every = [heading for headings in HEADINGS.values() for heading in headings]

    assert set(HEADINGS) == set(FIELDS)
    assert len(every) == len(set(every))


def test_what_a_person_says_goes_before_the_guess() -> None:
    chosen = places_of(ENGLISH, ["title=body", "body=title", "reporter="])

    assert mapped(ENGLISH, chosen) == {"source_key": 0, "said_at": 4, "title": 3, "body": 2}


@pytest.mark.parametrize(
    ("headings", "pairs", "refused"),
    [
        (Headings(("甲", "乙")), [], BodyColumnMissing),
        (ENGLISH, ["body="], BodyColumnMissing),
        (ENGLISH, ["没有=body"], ColumnUnknown),
        (ENGLISH, ["#6=body"], ColumnUnknown),
        (ENGLISH, ["title#2=body"], ColumnUnknown),
        (Headings(("内容", "时间", "时间")), ["时间=said_at"], ColumnTwice),
        (ENGLISH, ["title=colour"], FieldUnknown),
        (ENGLISH, ["title"], FieldUnknown),
        (ENGLISH, ["title=body", "id=body"], FieldTwice),
    ],
)
def test_wrong_mapping_is_refused(headings: Headings, pairs: list[str], refused: type[Refusal]) -> None:
    with pytest.raises(refused):
        mapped(headings, places_of(headings, pairs))


def test_of_two_columns_of_one_name_the_place_tells_which() -> None:
    headings = Headings(("内容", "时间", "时间", ""))

    assert guessed(headings).twice == {"said_at": [1, 2]}
    assert mapped(headings, places_of(headings, ["时间#2=said_at", "#4=name"])) == {
        "body": 0,
        "said_at": 2,
        "name": 3,
    }
    assert mapped(headings, {2: "said_at"}) == {"body": 0, "said_at": 2}


@pytest.mark.parametrize("heading", ["序号", "No.", "行号", "序"])
def test_a_count_of_rows_is_never_a_number_of_matters(heading: str) -> None:
    assert guessed(Headings((heading, "内容"))).mapped == {"body": 1}


def test_a_number_that_counts_the_rows_one_by_one_is_a_count_whatever_it_is_called() -> None:
    headings, sample = Headings(("编号", "内容")), [[str(count), "说的话"] for count in range(1, 20)]

    assert guessed(headings, sample).mapped == {"body": 1}
    assert guessed(headings, sample).counting == {0}
    assert mapped(headings, {0: "source_key"}, sample) == {
        "source_key": 0,
        "body": 1,
    }  # what was chosen is used
    assert not counts_rows(["2024001", "2024017", "2024018", "2024030"])
    assert not counts_rows(["1", "2"])  # too few to tell


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("诉求人信息·姓名", "name"), ("来访人姓名", "name"), ("投诉人电话", "phone"), ("诉求主要内容", "body"), ("信访日期", "said_at"),
        ("承办人姓名", ""), ("办理时限时间", ""), ("派单时间", ""), ("答复内容", "result"), ("办结时间", "closed_at"), ("回访时间", ""),
        ("他说后来到了派出所的时间", ""),
    ],
)  # fmt: skip
def test_headings_nobody_listed(heading: str, field: str) -> None:
    assert next(iter(guessed(Headings((heading,))).mapped), "") == field


def test_a_time_is_asked_about_and_never_made_up() -> None:
    headings = Headings(("内容", "来的那个时间段"))
    columns = mapped(headings, {})

    with pytest.raises(TimeNotUnderstood) as asked:
        check_time(headings, columns, timeless=False)

    assert "“来的那个时间段”像是时间" in str(asked.value)
    check_time(headings, columns, timeless=True)
    check_time(headings, mapped(headings, {1: "said_at"}), timeless=False)
    check_time(Headings(("内容", "办结期限时间")), {"body": 0}, timeless=False)
