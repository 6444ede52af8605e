"""The small pieces that every door uses."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.http import QueryDict
from django.test import RequestFactory

from heshi.cases.actions import CaseMoved
from heshi.common.keys import key_from, new_key
from heshi.common.refusals import Refusal
from heshi.playbooks.queries import playbook
from heshi.playbooks.rules import Ask
from heshi.web.kit.answers import in_words
from heshi.web.kit.asks import AskForm
from heshi.web.kit.paging import address, pager
from heshi.web.kit.steps import SeenCase, SentStep, buttons_of, pressed, task_in
from tests.cast import VILLAGES, County

SEEN = SeenCase(3, {"kind": "complaint", "topic": "18", "place": "", "unit": ""})


def test_an_address_asks_only_for_what_there_is() -> None:
    assert address("desk:queue", asked={"only": "mine", "unit": ""}) == "/desk/?only=mine"
    assert address("playbooks:try", "canonical") == "/desk/playbooks/canonical/try/"
    assert (
        address("desk:search", asked={"q": "路灯 & 电"}) == "/desk/search/?q=%E8%B7%AF%E7%81%AF+%26+%E7%94%B5"
    )


@pytest.mark.parametrize(
    ("asked", "following", "shown"),
    [
        ("", "", {"first": "", "following": ""}),
        ("", "m1", {"first": "", "following": "/desk/?only=mine&after=m1"}),
        ("?after=m1", "", {"first": "/desk/?only=mine", "following": ""}),
    ],
)
def test_a_list_says_where_it_began_and_where_it_goes_on(
    asked: str, following: str, shown: dict[str, str]
) -> None:
    request = RequestFactory().get(f"/desk/{asked}")

    assert pager(request, "desk:queue", following, kept={"only": "mine", "unit": ""}) == shown


@pytest.mark.parametrize(("text", "task"), [("3", 3), ("", 0), ("x", 0), ("-1", 0), ("１", 0), ("99999", 0)])
def test_a_task_is_named_by_a_small_number_or_not_at_all(text: str, task: int) -> None:
    assert task_in(text) == task


def test_a_text_that_is_no_key_is_nobodys_key() -> None:
    key = new_key()

    assert [key_from(text) for text in (str(key), "", "x", "18")] == [key, None, None, None]


def ask(kind: str, **more: Any) -> Ask:
    return Ask(name="asked", type=kind, label="问的", **more)


def test_every_answer_is_said_in_words(county: County) -> None:
    unit, named = str(county.housing.pk), str(county.staff["mediator"].pk)

    assert [
        in_words(ask("yes_no"), answer=False),
        in_words(ask("score"), 2),
        in_words(ask("unit"), unit),
        in_words(ask("units"), [unit, str(county.centre.pk)]),
        in_words(ask("staff"), named),
        in_words(ask("staff"), "经办人甲（假设）"),
        in_words(ask("topic"), "18"),
        in_words(ask("place"), VILLAGES[0]),
        in_words(ask("kind"), "complaint"),
        in_words(ask("choice", options={"a": "甲"}), "a"),
        in_words(ask("lines"), ["一", "二"]),
        in_words(ask("number"), 3),
        in_words(ask("number"), 3.0),
        in_words(ask("money"), 1200.5),
        in_words(ask("date"), "2026-11-30"),
        in_words(ask("date"), "过几天"),
        in_words(ask("moment"), "2026-03-01T22:40+08:00"),
    ] == [
        "否", "2 分 · 不满意", "县住房和城乡建设局", "县住房和城乡建设局、和安县综治中心", "调解员甲", "经办人甲（假设）", "其他",
        "甲镇 甲一村", "投诉", "甲", "一、二", "3", "3", "1200.5", "2026年11月30日", "过几天", "2026年3月1日 22:40",
    ]  # fmt: skip


@pytest.mark.parametrize("typed", ["2026-03-01T22:40", "2026-03-01 22:40", "2026年3月1日 22:40"])
def test_a_moment_is_typed_in_chinese_time_and_shown_again_as_the_picker_wants_it(typed: str) -> None:
    form = AskForm(
        [ask("moment", required=True)],
        {},
        data=QueryDict(urlencode({"asked": typed})),
        initial={},
        auto_id="%s",
    )

    assert form.is_valid()
    assert form.cleaned_data["asked"] == "2026-03-01T22:40+08:00"
    assert 'type="datetime-local"' in str(form["asked"])


def test_a_moment_without_a_time_is_refused_and_stays_in_the_field() -> None:
    form = AskForm(
        [ask("moment", required=True)], {}, data=QueryDict("asked=2026-03-01"), initial={}, auto_id="%s"
    )

    assert not form.is_valid()
    assert form.errors["asked"] == ["“问的”填得不对，请改一下。"]
    assert "2026-03-01" in str(form["asked"])


def press(books: dict[str, UUID], given: str, *, against: Refusal | None = None) -> Any:
    """Press “refuse” on a case whose page showed revision 3; ``against`` is what is found when it comes to it."""
    step = playbook(books["shulan_liubu"]).steps["refuse"]

    def take(answers: dict[str, object]) -> dict[str, object]:
        if against:
            raise against
        return answers

    def allowed() -> None:
        if against:
            raise against

    def unmoved(revision: int) -> None:
        if revision != SEEN.revision:
            raise CaseMoved(number="1")

    return pressed(
        SEEN, step, QueryDict(given), task=0, unmoved=unmoved, take=take, allowed=allowed,
        newest=lambda: SeenCase(4, SEEN.known),
    )  # fmt: skip


def test_a_good_press_gives_what_came_of_it(books: dict[str, UUID]) -> None:
    answers = press(books, "revision=3&refuse_reason=归法院管&outcome=not_accepted")

    assert answers == {"refuse_reason": "归法院管", "outcome": "not_accepted"}


def test_half_a_form_comes_back_as_it_was_beside_the_other_buttons(books: dict[str, UUID]) -> None:
    sent = press(books, "revision=3&refuse_reason=归法院管")

    steps = playbook(books["shulan_liubu"]).steps
    buttons = buttons_of(SEEN, [steps["note"], steps["refuse"]], sent=sent, lies_open=steps["note"])
    assert (sent.status, sent.refusal, [button.is_open for button in buttons]) == (422, None, [False, True])
    assert sent.said(buttons) == {
        "refusal": "",
        "possible": True,
        "form": sent.button.form,
        "typed": [],
    }
    assert sent.button.form["refuse_reason"].value() == "归法院管"


@pytest.mark.parametrize("given", ["revision=2", "", "revision=x"])
def test_whoever_saw_an_older_page_is_told_first_and_may_send_again(
    given: str, books: dict[str, UUID]
) -> None:
    sent = press(books, f"{given}&refuse_reason=归法院管&outcome=")

    assert isinstance(sent, SentStep)
    assert (sent.status, type(sent.refusal)) == (409, CaseMoved)
    assert [sent.button.form[name].value() for name in ("revision", "refuse_reason")] == ["4", "归法院管"]


def test_what_is_no_longer_possible_gives_the_typed_words_back(books: dict[str, UUID]) -> None:
    sent = press(
        books, "revision=3&refuse_reason=归法院管&outcome=not_accepted", against=CaseMoved(number="1")
    )

    assert sent.said([]) == {
        "refusal": str(CaseMoved(number="1")), "possible": False, "form": None,
        "typed": [(str(field.label), words) for field, words in zip(sent.button.form, ("归法院管", "不予受理"), strict=False)],
    }  # fmt: skip
