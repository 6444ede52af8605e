"""What comes in through any door is tidied, checked, and never changed in meaning."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from heshi.common.refusals import Refusal
from heshi.intake.rules.report import (
    TITLE_LIMIT,
    Report,
    ReportEmpty,
    ReportKeyMissing,
    ReportTooLong,
    cleaned,
)

SAID = Report(source="web", source_key="k-1", body="楼道的灯坏了三天。请修一修。")


def identity(first: str) -> str:
    """Return a made-up number with the check digit of GB 11643."""
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    total = sum(int(digit) * weight for digit, weight in zip(first, weights, strict=True))
    return first + "10X98765432"[total % 11]


def test_words_are_kept_and_a_title_is_made_of_the_first_ones() -> None:
    report = cleaned(replace(SAID, body="\n  楼道的灯坏了三天。\r\n请修一修。\x00 "))

    assert report == replace(SAID, title="楼道的灯坏了三天", body="楼道的灯坏了三天。\n请修一修。")


def test_script_tags_and_emoji_are_words_like_others() -> None:
    body = "<script>alert(1)</script> 🙂 'drop table'; \u202e倒着"

    assert cleaned(replace(SAID, body=body)).body == "<script>alert(1)</script> 🙂 'drop table'; 倒着"


def test_a_long_title_is_cut_where_people_see_it() -> None:
    title = cleaned(replace(SAID, title="长" * 100)).title

    assert (len(title), title[-1]) == (TITLE_LIMIT, "…")


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"body": " \n\x00 "}, ReportEmpty),
        ({"body": "长" * 20_001}, ReportTooLong),
        ({"source_key": ""}, ReportKeyMissing),
        ({"source_key": " \x00"}, ReportKeyMissing),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_sentence(
    changes: dict[str, object], refused: type[Refusal]
) -> None:
    with pytest.raises(refused) as said:
        cleaned(replace(SAID, **changes))  # type: ignore[arg-type]

    assert str(said.value).endswith("。")


@pytest.mark.parametrize(
    ("changes", "kept", "why"),
    [
        ({"name": "名" * 61}, {"name": "名" * 60}, "too_long"),
        ({"kind": "gossip"}, {"kind": ""}, "kind_unknown"),
        ({"phone": "12345678901"}, {"phone": ""}, "phone_unreadable"),
        ({"phone": "138****8001"}, {"phone": ""}, "phone_covered"),
        ({"email": "somewhere"}, {"email": ""}, "email_wrong"),
        ({"identity_no": "990100199001010011"}, {"identity_no": ""}, "identity_wrong"),
        ({"identity_no": identity("99010019901301001")}, {"identity_no": ""}, "identity_wrong"),
        ({"lon": 181.0, "lat": 30.0}, {"lon": None, "lat": None}, "point_unreadable"),
        ({"lon": 110.0}, {"lon": None, "lat": None}, "point_unreadable"),
        ({"lon": float("nan"), "lat": 30.0}, {"lon": None, "lat": None}, "point_unreadable"),
        ({"lon": 0.0, "lat": 0.0}, {"lon": None, "lat": None}, "point_nowhere"),
    ],
)
def test_a_doubtful_extra_never_rejects_a_persons_words(
    changes: dict[str, object], kept: dict[str, object], why: str
) -> None:
    report = cleaned(replace(SAID, **changes))  # type: ignore[arg-type]

    assert report.body == SAID.body
    assert {name: getattr(report, name) for name in kept} == kept
    assert [doubt.why for doubt in report.doubts] == [why]
    assert all(str(value) in report.doubts[0].text for value in changes.values())


@pytest.mark.parametrize("nothing", ["无", "未留", "-", "/", "0", "匿名", "保密", "null", "N/A", " — "])
def test_where_nothing_is_said_there_is_no_doubt(nothing: str) -> None:
    report = cleaned(replace(SAID, phone=nothing, email=nothing, identity_no=nothing, kind=nothing))

    assert (report.phone, report.email, report.identity_no, report.kind, report.doubts) == (
        "",
        "",
        "",
        "",
        (),
    )


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("138-0013-8000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("0971 8123456", "09718123456"),
        ("8123456", "8123456"),
        ("  ", ""),
        ("", ""),
    ],
)
def test_telephone_is_kept_as_digits(typed: str, kept: str) -> None:
    assert cleaned(replace(SAID, phone=typed)).phone == kept


def test_identity_number_is_checked_by_its_own_digit_and_date() -> None:
    number = identity("99010019900101001")

    assert cleaned(replace(SAID, identity_no=f" {number[:6]} {number[6:].lower()} ")).identity_no == number


def test_cleaning_is_cheap() -> None:
    report = replace(
        SAID, body="小区门口的路灯坏了很久。" * 30, phone="13800138000", name="居民甲", place_text="和安县"
    )

    began = time.perf_counter()
    for _each in range(2_000):
        cleaned(report)

    assert (time.perf_counter() - began) / 2_000 < 60e-6
