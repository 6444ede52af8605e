"""Make one file from many: a letter about their common cause, a review of how they were handled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from heshi.cases.actions.opening import NewFile, Opened, OpeningGround, open_files
from heshi.cases.actions.stepping import note
from heshi.cases.models import Case, Tie
from heshi.cases.queries.file import definitions_for, state_of
from heshi.cases.rules import Actor
from heshi.cases.terms import GATHERED
from heshi.common.digests import sm3
from heshi.common.refusals import Invalid, NotAllowed
from heshi.playbooks.queries import playbook as playbook_of
from heshi.playbooks.rules import Playbook

MOST: Final = 200
SOURCE: Final = "desk"
ROOT: Final = "/"


class GatheringNotYours(NotAllowed):
    """This playbook names who may make a file from others, and it is not this person."""

    code = "gathering_not_yours"
    sentence = "“{title}”要由{who}提出，请转告对方。"


class TooFewGathered(Invalid):
    """One or two cases do not show a common cause; a thousand cannot be read."""

    code = "too_few_gathered"
    sentence = "请选 {least} 到 {most} 件案件，现在选了 {count} 件。"


class NothingGathers(Invalid):
    """The playbook is for what residents bring, not for files made from others."""

    code = "nothing_gathers"
    sentence = "“{title}”不是由多件案件起的预案，请另选一份。"


@transaction.atomic
def gather(
    *, cases: Sequence[Case], version: UUID, title: str, why: str, unit_id: UUID, actor: Actor, at: datetime
) -> Opened:  # fmt: skip
    """Open one file from these cases and note it on each of them; the same cases again give the file there is.

    Raises NothingGathers, GatheringNotYours or TooFewGathered, and then writes nothing.
    """
    book = playbook_of(version)
    _allowed(book, cases, actor)
    # In the order of their keys: two people who gather overlapping cases must not wait for each other for ever.
    locked = list(Case.objects.select_for_update().filter(pk__in={case.pk for case in cases}).order_by("pk"))
    file = _file(book, locked, version, title, why, unit_id, at)
    ground = OpeningGround(file_county(locked), at, {version: definitions_for(book)}, {version: book})
    (opened,) = open_files(files=[file], ground=ground, actor=actor)
    # Whoever came second gets the number; the cases carry their note already.
    if opened.new:
        _tie(opened, locked, at)
    return opened


def file_county(cases: Sequence[Case]) -> int:
    """Return the county these cases belong to."""
    return cases[0].county


def _allowed(book: Playbook, cases: Sequence[Case], actor: Actor) -> None:
    if book.gathers is None:
        raise NothingGathers(title=book.title)
    if actor.roles.isdisjoint(book.gathers.who):
        who = "、".join(book.word("roles", role) for role in book.gathers.who)
        raise GatheringNotYours(title=book.title, who=who)
    count = len({case.pk for case in cases})
    if not book.gathers.least <= count <= MOST:
        raise TooFewGathered(least=book.gathers.least, most=MOST, count=count)


def _file(
    book: Playbook, cases: Sequence[Case], version: UUID, title: str, why: str, unit_id: UUID, at: datetime
) -> NewFile:  # fmt: skip
    assert book.gathers is not None  # noqa: S101 -- `_allowed` has looked
    # Made from the cases themselves, so that pressing twice, or two people at once, finds the file there is.
    key = sm3(f"{book.code}/{'/'.join(sorted(case.number for case in cases))}".encode())
    topic, _count = Counter(case.topic for case in cases).most_common(1)[0]
    path = common_path([case.path for case in cases])
    return NewFile(
        source=SOURCE, source_key=key, title=title, body=why, kind=book.gathers.kind, topic=topic, unit_id=unit_id,
        playbook_id=version, said_at=at, place=path.rpartition(ROOT)[2], path=path, facts={"made_from": len(cases)},
    )  # fmt: skip


def common_path(paths: Sequence[str]) -> str:
    """Return the smallest place that holds all of these."""
    parts = [path.split(ROOT) for path in paths]
    same = [level[0] for level in zip(*parts, strict=False) if len(set(level)) == 1]
    return ROOT.join(same)


def _tie(opened: Opened, cases: Sequence[Case], at: datetime) -> None:
    for case in cases:
        Tie.objects.create(county=case.county, case_id=opened.case_id, other=case, how="made_from", at=at)
        note(case=case, state=state_of(case), step=GATHERED, facts={}, at=at)
