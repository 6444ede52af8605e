"""The lists of the desk: who sees which cases, in which order, page by page, at the same number of questions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from heshi.cases.models import Case, Clock
from heshi.cases.queries import visible_to
from heshi.cases.queries.lists import CasePage, CursorBroken, newest, queue
from heshi.cases.queries.search import LOOK, Question, SearchTooLong, SearchTooShort, search
from heshi.cases.rules.sight import sees
from heshi.people.models import Staff
from heshi.people.queries import scope_of
from heshi.people.rules import Scope
from tests.cast import NOON, TOWNSHIPS, VILLAGES, County
from tests.files import PATH, OpenCase, walk
from tests.queries import questions

FAR = f"990100/{TOWNSHIPS[1]}/{VILLAGES[2]}"
DISPATCH = {"kind": "complaint", "topic": "18"}


def titles(page: CasePage) -> list[str]:
    return [case.title for case in page.cases]


@pytest.fixture
def three(open_case: OpenCase, county: County) -> list[Case]:
    """Three cases: at housing in the first township, at housing in the second, at labour in the second."""
    hr = county.units["dept_hr"].pk
    return [
        open_case("a", title="甲"),
        open_case("b", title="乙", path=FAR, place=VILLAGES[2]),
        open_case("c", title="丙", path=FAR, place=VILLAGES[2], unit_id=hr),
    ]


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("dispatcher", "甲乙丙"), ("clerk", "甲乙丙"), ("leader", "甲乙丙"), ("auditor", "甲乙丙"), ("township_dispatcher", "甲"),
        ("officer", "甲乙"), ("other_officer", "丙"), ("grid_worker", "甲"), ("mediator", ""), ("statistician", ""),
        ("admin_sys", ""),
    ],
)  # fmt: skip
def test_each_sees_what_the_one_predicate_gives_her(
    who: str, seen: str, three: list[Case], county: County
) -> None:
    scope = scope_of(county.staff[who])

    assert titles(queue(scope, at=NOON)) == list(seen)
    assert titles(newest(scope)) == list(reversed(seen))
    assert sorted(hit.case.title for hit in search(scope, text="路灯").hits) == sorted(seen)
    assert sorted(case.title for case in visible_to(scope)) == sorted(seen)
    in_memory = (case for case in three if sees(scope, unit_id=case.unit_id, path=case.path, kind=case.kind))
    assert sorted(case.title for case in in_memory) == sorted(seen)


def test_due_first_comes_first_and_what_does_not_run_comes_last(three: list[Case], dispatcher: Staff) -> None:
    first, second, third = three
    Case.objects.filter(pk=first.pk).update(due_at=None)
    Case.objects.filter(pk=third.pk).update(due_at=NOON)

    found = queue(scope_of(dispatcher), at=NOON)

    assert titles(found) == [third.title, second.title, first.title]


@pytest.mark.parametrize("who", ["dispatcher", "township_dispatcher", "officer", "auditor"])
def test_pages_neither_lose_nor_repeat_a_case(who: str, open_case: OpenCase, county: County) -> None:
    for index in range(11):
        made = open_case(f"n{index}", title=f"{index}")
        due = None if index % 4 == 0 else NOON + timedelta(days=index % 3)
        Case.objects.filter(pk=made.pk).update(due_at=due)
    scope = scope_of(county.staff[who])
    whole = titles(queue(scope, at=NOON)), titles(newest(scope))

    assert len(whole[0]) == len(whole[1]) == 11
    assert _paged(lambda after: queue(scope, at=NOON, after=after, size=3)) == whole[0]
    assert _paged(lambda after: newest(scope, after=after, size=3)) == whole[1]


def _paged(fetch: Callable[[str], CasePage]) -> list[str]:
    found: list[str] = []
    after = ""
    while True:
        page = fetch(after)
        found += titles(page)
        after = page.following
        if not after:
            return found


def test_mine_is_what_waits_for_my_side(
    three: list[Case], county: County, dispatcher: Staff, officer: Staff
) -> None:
    walk(three[0], (dispatcher, "dispatch", DISPATCH | {"unit": str(county.housing.pk)}))
    centre, town, unit = (
        scope_of(county.staff[who]) for who in ("dispatcher", "township_dispatcher", "officer")
    )

    assert titles(queue(centre, at=NOON, only="mine")) == ["乙", "丙"]
    assert titles(queue(town, at=NOON, only="mine")) == []
    assert titles(queue(unit, at=NOON, only="mine")) == ["甲"]


def test_overdue_and_one_unit(
    three: list[Case], county: County, dispatcher: Staff, township_dispatcher: Staff
) -> None:
    past = NOON - timedelta(days=1)
    Case.objects.filter(pk=three[1].pk).update(due_at=past)
    Clock.objects.filter(case=three[1], state="running").update(due_at=past)
    centre, town = scope_of(dispatcher), scope_of(township_dispatcher)

    assert titles(queue(centre, at=NOON, only="overdue")) == ["乙"]
    assert titles(queue(centre, at=NOON, unit=county.units["dept_hr"].pk)) == ["丙"]
    assert titles(queue(town, at=NOON, unit=county.housing.pk)) == ["甲"]
    assert titles(queue(town, at=NOON, unit=county.housing.pk, only="overdue")) == []


def test_a_closed_case_leaves_the_queue_and_stays_in_the_list(three: list[Case], dispatcher: Staff) -> None:
    walk(three[0], (None, "withdraw", {}))

    assert titles(queue(scope_of(dispatcher), at=NOON)) == ["乙", "丙"]
    assert titles(newest(scope_of(dispatcher))) == ["丙", "乙", "甲"]


@pytest.mark.parametrize("after", ["x", "%%%", "AAAA", "MjAyNi0wMy0wMnww", "🙂", "a" * 5000])
def test_a_broken_address_is_refused(after: str, three: list[Case], dispatcher: Staff) -> None:
    with pytest.raises(CursorBroken):
        queue(scope_of(dispatcher), at=NOON, after=after)


def test_search_takes_every_word_and_shows_where_it_is_said(open_case: OpenCase, dispatcher: Staff) -> None:
    open_case("a", title="电梯", body="小区电梯坏了三天，老人上不了楼。")
    open_case("b", title="停水", body="小区停水，物业不管。")
    scope = scope_of(dispatcher)

    (hit,) = search(scope, text="电梯  小区").hits

    assert (hit.case.title, hit.excerpt) == ("电梯", ("小区", "电梯", "坏了三天，老人上不了楼。"))
    assert [hit.case.title for hit in search(scope, text="小区").hits] == ["停水", "电梯"]
    assert search(scope, text="飞机").hits == []


def test_search_pages(open_case: OpenCase, dispatcher: Staff) -> None:
    for index in range(5):
        open_case(f"n{index}", title=f"{index}")
    scope = scope_of(dispatcher)

    first = search(scope, text="路灯", size=2)
    second = search(scope, text="路灯", size=2, after=first.following)
    third = search(scope, text="路灯", size=2, after=second.following)

    assert [[hit.case.title for hit in page.hits] for page in (first, second, third)] == [
        ["4", "3"],
        ["2", "1"],
        ["0"],
    ]
    assert third.following == ""


@pytest.mark.parametrize("who", ["dispatcher", "township_dispatcher", "officer"])
def test_search_finds_old_files_by_the_index_and_says_how_far_it_looked(
    who: str, open_case: OpenCase, county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert LOOK > 2
    monkeypatch.setattr("heshi.cases.queries.search.LOOK", 2)
    monkeypatch.setattr("heshi.cases.queries.search.GLANCE", 1)
    monkeypatch.setattr(Question, "look", 2)
    open_case("old", title="旧", body="水井干了。")
    for index in range(4):
        open_case(f"n{index}", title=f"{index}", body="路灯坏了。")
    scope = scope_of(county.staff[who])

    by_index = search(scope, text="水井")
    partly = search(scope, text="路灯", size=3)
    onward = search(scope, text="路灯", size=3, after=partly.following)

    assert ([hit.case.title for hit in by_index.hits], by_index.looked_back_to) == (["旧"], None)
    assert ([hit.case.title for hit in partly.hits], partly.looked_back_to) == (["3", "2"], NOON)
    assert [hit.case.title for hit in onward.hits] == ["1", "0"]


@pytest.mark.parametrize("text", ["灯", "。，！", " ", "a", "\x00", "😀😀"])
def test_one_character_is_no_question(text: str, dispatcher: Staff) -> None:
    with pytest.raises(SearchTooShort):
        search(scope_of(dispatcher), text=text)


def test_a_letter_is_no_question(dispatcher: Staff) -> None:
    with pytest.raises(SearchTooLong):
        search(scope_of(dispatcher), text="路灯" * 40)


@pytest.mark.parametrize("who", ["dispatcher", "township_dispatcher", "officer", "auditor"])
def test_three_rows_cost_as_many_questions_as_one(who: str, open_case: OpenCase, county: County) -> None:
    scope = scope_of(county.staff[who])
    open_case("0")
    _counted(scope)  # what is read once in a process
    one = _counted(scope)

    open_case("1")
    open_case("2")

    assert _counted(scope) == one
    assert max(one) <= 6


def _counted(scope: Scope) -> list[int]:
    looks: list[Callable[[], object]] = [
        lambda: queue(scope, at=NOON), lambda: queue(scope, at=NOON, only="mine"), lambda: newest(scope),
        lambda: search(scope, text="路灯"),
    ]  # fmt: skip
    counts = []
    for look in looks:
        with questions() as asked:
            look()
        counts.append(len(asked))
    return counts


def test_the_unit_of_another_county_is_nobody(dispatcher: Staff, three: list[Case]) -> None:
    assert titles(queue(scope_of(dispatcher), at=NOON, unit=UUID(int=5))) == []
    assert PATH != FAR
