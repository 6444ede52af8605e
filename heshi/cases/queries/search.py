"""Search the words of the files. Two ways of looking, each with a bound, so that no question costs more in a bigger archive.

A glance at the newest files answers most questions. Rare words are fetched by the token index, at most so many files. Common
words are looked for in the newest files one after the other, at most so many. Which is which the glance and the size of the
archive say; when they are wrong, the other way is tried. What lies beyond both bounds is told: the page says how far back it
looked and offers to look further.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Subquery

from heshi.cases.models import Case, Statement
from heshi.cases.queries.lanes import Keyed, Lane, cases_in_order, lanes_of
from heshi.cases.queries.lists import LAST, Cursor, cursor_from
from heshi.cases.rules.words import SEARCHED, plain, tokens
from heshi.common.refusals import Invalid
from heshi.common.statements import Params, rows_of, run
from heshi.people.rules import Scope
from heshi.places import queries as places

PAGE: Final = 20
WORD: Final = re.compile(f"{SEARCHED.pattern}{{2,}}")
LOOK: Final = 2_000
"""At most so many of the newest files are read in order; at most so many fitting files are fetched outright."""
COMMON: Final = 10 * LOOK
"""Words expected in more files than this are not asked of the index at all."""
GLANCE: Final = 600
"""The very newest files are read first of all: whatever is talked about these days fills its page from them."""
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
            "county": places.county_code(), "tokens": self.tokens, "after": self.after, "size": self.size + 1,
            "look": self.look, "most": LOOK,
        }  # fmt: skip
        for lane in self.lanes:
            given |= lane.params | {
                f"{lane.column}_{index}": value for index, value in enumerate(lane.values)
            }
        return given

    @property
    def lane_by_lane(self) -> list[str]:
        """One statement for each value of each lane."""
        return [
            ONE_LANE.format(column=lane.column, name=f"{lane.column}_{index}")
            for lane in self.lanes
            for index, _value in enumerate(lane.values)
        ]

    @property
    def newest(self) -> str:
        """The statement that reads the newest files in order."""
        return (
            NEWEST_ALL if self.is_wide else NEWEST_LANES.format(lanes=" UNION ALL ".join(self.lane_by_lane))
        )

    @property
    def look(self) -> int:
        """How many files to read in order; half as many where each has to be fetched from its lane."""
        return LOOK if self.is_wide else LOOK // 2

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
    keys = _walked(question, GLANCE)
    if len(keys) > size:
        return _page(scope, question, keys)
    if len(keys) * question.look > size * GLANCE:  # so many a glance that a longer look will fill the page
        return _by_walking(scope, question, ask_index=True)
    expected = _expected(question, glanced=len(keys) if question.is_wide else None)
    found = _by_index(question) if expected <= LOOK else None
    if found is None:
        return _by_walking(scope, question, ask_index=LOOK < expected <= COMMON)
    return _page(scope, question, found)


def words_in(text: str) -> tuple[str, ...]:
    """Return the words of a question that can be looked for; raises SearchTooShort or SearchTooLong."""
    if len(text) > LONGEST:
        raise SearchTooLong
    words = tuple(WORD.findall(plain(text)))
    if not words:
        raise SearchTooShort
    return words


SIZE: Final = "SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'cases_statement'::regclass"
NEWEST_ALL: Final = """
SELECT case_id, tokens FROM cases_statement
WHERE county = %(county)s AND case_id < %(after)s ORDER BY case_id DESC LIMIT %(look)s
"""
GLANCED: Final = f"""
SELECT count(*), ({SIZE}) FROM ({NEWEST_ALL}) AS newest WHERE tokens @> %(tokens)s::integer[]"""  # noqa: S608
# One ordered SELECT for each value, so that the index ranges are merged as they are read, until the page is full.
ONE_LANE: Final = """(
  SELECT id FROM cases_case WHERE county = %(county)s AND {column} = %({name})s AND id < %(after)s ORDER BY id DESC LIMIT %(look)s)"""
NEWEST_LANES: Final = "SELECT id FROM ({lanes}) AS seen ORDER BY id DESC LIMIT %(look)s"
WALK_ALL: Final = (
    f"SELECT case_id FROM ({NEWEST_ALL}) AS newest WHERE tokens @> %(tokens)s::integer[] LIMIT %(size)s"  # noqa: S608
)
# The sum with the empty array keeps the token index out of it: here every file is read in order. A file may lie in two lanes.
WALK_LANES: Final = """
SELECT newest.id FROM ({newest}) AS newest CROSS JOIN LATERAL (
  SELECT 1 FROM cases_statement
  WHERE county = %(county)s AND case_id = newest.id AND (tokens || '{{}}'::integer[]) @> %(tokens)s::integer[] LIMIT 1) AS said
ORDER BY newest.id DESC LIMIT 2 * %(size)s
"""
HORIZON: Final = (
    "SELECT count(*), min(key::text)::uuid FROM (SELECT {key} AS key FROM ({newest}) AS newest) AS looked"
)
NO_READING_THROUGH: Final = "SET LOCAL enable_seqscan = off"
FETCH: Final = """
WITH fitting AS MATERIALIZED (
  SELECT case_id FROM cases_statement WHERE tokens @> %(tokens)s::integer[] AND county = %(county)s LIMIT %(most)s + 1)
SELECT counted.fit, found.key FROM (SELECT count(*) AS fit FROM fitting) AS counted LEFT JOIN (
  SELECT DISTINCT fitting.case_id AS key FROM fitting {seen} WHERE fitting.case_id < %(after)s
  ORDER BY key DESC LIMIT %(size)s) AS found ON true
ORDER BY found.key DESC
"""
IN_SIGHT: Final = """CROSS JOIN LATERAL (
    SELECT 1 FROM cases_case WHERE county = %(county)s AND id = fitting.case_id AND ({sight}) LIMIT 1) AS seen"""


def _expected(question: Question, *, glanced: int | None) -> int:
    """Return in how many files of the county the words stand, judged by the newest ones; 0 when none of those has them."""
    if glanced is None:
        ((glanced, size),) = rows_of(GLANCED, question.params | {"look": GLANCE}, _Glance)
    else:
        (size,) = rows_of(SIZE, {}, int)
    return glanced * max(size, GLANCE) // GLANCE


class _Glance(NamedTuple):
    """In how many of the newest files the words stand, and how many files there are."""

    fitting: int
    size: int


class _Fitting(NamedTuple):
    """How many files fit, and one of them; none where nothing fits."""

    all: int
    key: UUID | None


class _Horizon(NamedTuple):
    """How many files a walk looks at, and the last of them."""

    looked: int
    oldest: UUID


def _by_index(question: Question) -> list[UUID] | None:
    """Return the fitting files by the token index, newest first; None when there are too many to fetch."""
    sight = " OR ".join(f"{lane.column} = ANY(%(lane_{lane.column})s)" for lane in question.lanes)
    seen = "" if question.is_wide else IN_SIGHT.format(sight=sight)
    with transaction.atomic(savepoint=False):
        run(NO_READING_THROUGH)  # words that never meet look common to the planner
        rows = rows_of(FETCH.format(seen=seen), question.params, _Fitting)
    # Too many to sort: the newest of them are found sooner by reading the newest files.
    return None if rows[0].all > LOOK else [row.key for row in rows if row.key]


def _by_walking(scope: Scope, question: Question, *, ask_index: bool) -> Found:
    """Look through the newest files; ask the index after all when they do not fill the page and it may know better."""
    keys = _walked(question, question.look)
    if len(keys) > question.size:
        return _page(scope, question, keys)
    # How far back was looked is said on the page: “nothing found” must not be read as “there is nothing”.
    horizon = HORIZON.format(newest=question.newest, key="case_id" if question.is_wide else "id")
    ((looked, oldest),) = rows_of(horizon, question.params, _Horizon)
    if looked < question.look:
        return _page(scope, question, keys)
    fetched = _by_index(question) if ask_index else None
    if fetched is not None:
        return _page(scope, question, fetched)
    return Found(_hits(scope, question, keys), str(Cursor(None, oldest)), _moment_of(oldest))


def _walked(question: Question, look: int) -> list[UUID]:
    """Return what fits among so many of the newest files, read in order; one more than a page at most."""
    walk = WALK_ALL if question.is_wide else WALK_LANES.format(newest=question.newest)
    return list(dict.fromkeys(key for (key,) in rows_of(walk, question.params | {"look": look}, Keyed)))


def _page(scope: Scope, question: Question, keys: Sequence[UUID]) -> Found:
    size = question.size
    # One more than a page was asked for: whether there is a next one is known without counting.
    following = str(Cursor(None, keys[size - 1])) if len(keys) > size else ""
    return Found(_hits(scope, question, keys[:size]), following)


def _hits(scope: Scope, question: Question, keys: Sequence[UUID]) -> list[Hit]:
    own = Statement.objects.filter(county=OuterRef("county"), case_id=OuterRef("pk")).order_by("said_at")
    cases = cases_in_order(scope, keys, said=Subquery(own.values("body")[:1]))
    return [Hit(case, excerpt_of(vars(case)["said"] or "", question.words)) for case in cases]


def excerpt_of(body: str, words: Sequence[str]) -> tuple[str, str, str]:
    """Return the words around the first fit; the beginning when the fit lies in the title or the place."""
    flat = " ".join(body.split())
    spelled = flat.lower()
    start, word = next(((at, word) for word in words if (at := spelled.find(word)) >= 0), (-1, ""))
    if start < 0:
        return "", "", flat[: BEFORE + BEHIND]
    end = start + len(word)
    before = flat[max(0, start - BEFORE) : start]
    return ("…" if start > BEFORE else "") + before, flat[start:end], flat[end : end + BEHIND]


def _moment_of(key: UUID) -> datetime:
    """Return when a time-ordered key was made."""
    return Case.objects.values_list("opened_at", flat=True).get(county=places.county_code(), pk=key)
