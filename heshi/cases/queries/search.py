"""Search the words of the files. Two ways of looking, each with a bound, so that no question costs more in a bigger archive.

First the newest files are read in order; common words fill a page there. Only when they do not is the token index asked how many
files fit at all: a few are fetched outright, and for the rest the page says how far back it looked and offers to look further.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from heshi.cases.models import Case, Statement
from heshi.cases.queries.lanes import Lane, Params, cases_in_order, lanes_of, rows_of
from heshi.cases.queries.lists import LAST, Cursor, cursor_from
from heshi.cases.rules.words import SEARCHED, plain, tokens
from heshi.common.refusals import Invalid
from heshi.people.rules import Scope
from heshi.places import queries as places

PAGE: Final = 20
WORD: Final = re.compile(f"{SEARCHED.pattern}{{2,}}")
LOOK: Final = 3_000
"""So many of the newest files are read in order; so many fitting files are fetched outright."""
LONGEST: Final = 60
BEFORE, BEHIND = 24, 60


class SearchTooShort(Invalid):
    """One character fits too many files to be a question."""

    code = "search_too_short"
    sentence = "请至少输入连在一起的两个字，或者输入 12 位案件编号。"


class SearchTooLong(Invalid):
    """Nobody searches by a whole letter."""

    code = "search_too_long"
    sentence = "查找内容请控制在 60 个字以内，写最要紧的几个词就行。"


@dataclass(frozen=True, slots=True)
class Hit:
    """A file that fits, and its words around the first fit: before, the fit, behind."""

    case: Case
    excerpt: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what was found. ``looked_back_to`` is set when older files have not been looked at yet."""

    hits: Sequence[Hit]
    following: str = ""
    looked_back_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for, by whom, and from where on."""

    words: tuple[str, ...]
    tokens: list[int]
    lanes: Sequence[Lane]
    after: UUID
    size: int

    @property
    def params(self) -> Params:
        """The parameters that every statement takes."""
        given: Params = {
            "county": places.county_code(), "tokens": self.tokens, "after": self.after, "size": self.size + 1, "look": LOOK,
        }  # fmt: skip
        for lane in self.lanes:
            given |= lane.params
        return given

    @property
    def is_wide(self) -> bool:
        """Whether she sees the whole county."""
        return self.lanes[0].column == "county"


def search(scope: Scope, *, text: str, after: str = "", size: int = PAGE) -> Found:
    """Return files in sight whose words contain every word of the question, newest first.

    Raises SearchTooShort, SearchTooLong or CursorBroken.
    """
    words = words_in(text)
    lanes = lanes_of(scope)
    if not lanes:
        return Found([])
    begin = cursor_from(after).key if after else LAST
    question = Question(words, tokens(" ".join(words)), lanes, begin, size)
    keys = _newest_first(question)
    if len(keys) <= size and (horizon := _horizon(question)):
        rest = _by_index(question)
        if rest is None:
            return Found(_hits(scope, question, keys), str(Cursor(None, horizon)), _moment_of(horizon))
        keys = rest
    following = str(Cursor(None, keys[size - 1])) if len(keys) > size else ""
    return Found(_hits(scope, question, keys[:size]), following)


def words_in(text: str) -> tuple[str, ...]:
    """Return the words of a question that can be looked for; raises SearchTooShort or SearchTooLong."""
    if len(text) > LONGEST:
        raise SearchTooLong
    words = tuple(WORD.findall(plain(text)))
    if not words:
        raise SearchTooShort
    return words


WALK_ALL: Final = """
SELECT case_id FROM (
  SELECT case_id, tokens FROM cases_statement
  WHERE county = %(county)s AND case_id < %(after)s ORDER BY case_id DESC LIMIT %(look)s) AS newest
WHERE tokens @> %(tokens)s::integer[] LIMIT %(size)s
"""
LANE: Final = """
SELECT one.id FROM {source} CROSS JOIN LATERAL (
  SELECT id FROM cases_case WHERE county = %(county)s AND {column} = lane.value AND id < %(after)s
  ORDER BY id DESC LIMIT %(look)s) AS one
"""
# The sum of the empty array keeps the token index out of it: here every file is read in order.
WALK_LANES: Final = """
WITH newest AS MATERIALIZED (SELECT id FROM ({lanes}) AS seen ORDER BY id DESC LIMIT %(look)s)
SELECT newest.id FROM newest CROSS JOIN LATERAL (
  SELECT 1 FROM cases_statement
  WHERE county = %(county)s AND case_id = newest.id AND (tokens || '{{}}'::integer[]) @> %(tokens)s::integer[] LIMIT 1) AS said
ORDER BY newest.id DESC LIMIT %(size)s
"""
HORIZON_ALL: Final = """
SELECT case_id FROM (
  SELECT case_id FROM cases_statement
  WHERE county = %(county)s AND case_id < %(after)s ORDER BY case_id DESC LIMIT %(look)s) AS newest
"""
HORIZON_LANES: Final = "SELECT id FROM ({lanes}) AS seen ORDER BY id DESC LIMIT %(look)s"
PROBE: Final = """
SELECT count(*) FROM (SELECT 1 FROM cases_statement WHERE tokens @> %(tokens)s::integer[] LIMIT %(look)s + 1) AS fitting
"""
FETCH: Final = """
SELECT DISTINCT case_id FROM cases_statement AS said {join}
WHERE said.tokens @> %(tokens)s::integer[] AND said.county = %(county)s AND said.case_id < %(after)s {sight}
ORDER BY case_id DESC LIMIT %(size)s
"""
JOIN: Final = "JOIN cases_case AS seen ON seen.county = said.county AND seen.id = said.case_id"


def _newest_first(question: Question) -> list[UUID]:
    """Return the fitting ones among the newest files."""
    statement = WALK_ALL if question.is_wide else WALK_LANES.format(lanes=_lanes(question))
    return list(dict.fromkeys(key for (key,) in rows_of(statement, question.params)))


def _horizon(question: Question) -> UUID | None:
    """Return the oldest file that was read in order; None when there is none older in sight."""
    statement = HORIZON_ALL if question.is_wide else HORIZON_LANES.format(lanes=_lanes(question))
    oldest = f"SELECT count(*), min(key::text)::uuid FROM ({statement}) AS looked(key)"  # noqa: S608 -- both are constants of this file
    ((count, key),) = rows_of(oldest, question.params)
    return key if count == LOOK else None


def _by_index(question: Question) -> list[UUID] | None:
    """Return the fitting files by the token index, newest first; None when there are too many to fetch."""
    ((count,),) = rows_of(PROBE, question.params)
    if count > LOOK:
        return None
    sight = " OR ".join(f"seen.{lane.column} = ANY(%(lane_{lane.column})s)" for lane in question.lanes)
    parts = {"join": "", "sight": ""} if question.is_wide else {"join": JOIN, "sight": f"AND ({sight})"}
    return [key for (key,) in rows_of(FETCH.format(**parts), question.params)]


def _lanes(question: Question) -> str:
    return " UNION ".join(LANE.format(source=lane.source, column=lane.column) for lane in question.lanes)


def _hits(scope: Scope, question: Question, keys: Sequence[UUID]) -> list[Hit]:
    cases = cases_in_order(scope, keys)
    said = dict(
        Statement.objects.filter(county=places.county_code(), case__in=cases)
        .order_by("-said_at").values_list("case_id", "body")
    ) if cases else {}  # fmt: skip
    return [Hit(case, excerpt_of(said.get(case.pk, ""), question.words)) for case in cases]


def excerpt_of(body: str, words: Sequence[str]) -> tuple[str, str, str]:
    """Return the words around the first fit; the beginning when the fit lies in the title or the place."""
    flat = " ".join(body.split())
    spelled = flat.lower()
    start, word = min(((at, word) for word in words if (at := spelled.find(word)) >= 0), default=(-1, ""))
    if start < 0:
        return "", "", flat[: BEFORE + BEHIND]
    end = start + len(word)
    before = flat[max(0, start - BEFORE) : start]
    return ("…" if start > BEFORE else "") + before, flat[start:end], flat[end : end + BEHIND]


def _moment_of(key: UUID) -> datetime:
    """Return when a time-ordered key was made."""
    return Case.objects.values_list("opened_at", flat=True).get(county=places.county_code(), pk=key)
