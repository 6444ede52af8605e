"""Pure answers about a case: tokens, chain, numbers."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from heshi.cases.rules import GENESIS, Link, digest, first_break, tokens

CASE = UUID("01890000-0000-7000-8000-000000000001")
TEXTS = st.text(max_size=60)


def link(number: int, **changed: object) -> Link:
    """Return an event as the chain sees it."""
    told = {
        "county": 990100, "case_id": CASE, "number": number, "step": "note", "came_from": "a", "went_to": "a",
        "actor_kind": "staff", "actor_id": None, "actor_label": "窗口甲", "at": datetime(2026, 3, 2, tzinfo=UTC),
        "as_written": {"facts": {}},
    }  # fmt: skip
    return Link(**(told | changed))  # type: ignore[arg-type]


def chained(*links: Link) -> list[tuple[Link, str]]:
    """Return links with the digests of an honest chain."""
    made, previous = [], GENESIS
    for each in links:
        previous = digest(previous, each)
        made.append((each, previous))
    return made


def test_neighbours_in_a_word_are_tokens_and_neighbours_across_a_mark_are_not() -> None:
    assert len(tokens("路灯坏了，很久")) == 4
    assert set(tokens("路灯")) <= set(tokens("村口路灯坏了"))
    assert not set(tokens("了很")) & set(tokens("路灯坏了，很久"))


def test_full_width_and_capital_letters_are_one_spelling() -> None:
    assert tokens("Ａ３区") == tokens("a3区")


@given(TEXTS, TEXTS, TEXTS)
def test_whatever_stands_in_a_text_is_found_in_it(before: str, asked: str, after: str) -> None:
    joined = f"{before}，{asked}，{after}"

    assert set(tokens(asked)) <= set(tokens(joined))


@given(TEXTS)
def test_tokens_are_distinct_and_fit_the_column(text: str) -> None:
    found = tokens(text)

    assert len(found) == len(set(found))
    assert all(-(2**31) <= token < 2**31 for token in found)


def test_an_honest_chain_has_no_break() -> None:
    assert first_break(chained(link(1), link(2), link(3))) is None


def test_a_changed_event_breaks_the_chain_there() -> None:
    honest = chained(link(1), link(2), link(3))
    honest[1] = (link(2, as_written={"facts": {"kind": "dispute"}}), honest[1][1])

    assert first_break(honest) == 2


def test_a_missing_event_breaks_the_chain_there() -> None:
    honest = chained(link(1), link(2), link(3))

    assert first_break([honest[0], honest[2]]) == 2


def test_the_key_order_of_a_body_does_not_matter() -> None:
    one, other = link(1, as_written={"a": 1, "b": 2}), link(1, as_written={"b": 2, "a": 1})

    assert digest(GENESIS, one) == digest(GENESIS, other)
