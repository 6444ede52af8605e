"""Add words to a case that came later, in the person's own words: beside the first ones, found by search like them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from heshi.cases.actions.stepping import record
from heshi.cases.models import Case, Statement
from heshi.cases.queries.file import state_of
from heshi.cases.record import body
from heshi.cases.rules import Actor, statement_digest, tokens
from heshi.cases.terms import SAID_MORE


@transaction.atomic
def add_statement(*, case: Case, words: str, said_at: datetime, actor: Actor, at: datetime) -> Case:
    """Keep more words of the same matter, and note in the chain that and which they are; raises CaseMoved.

    As with the first words the chain holds a fingerprint, so that they can be erased by law (个人信息保护法第47条).
    """
    noted = body(facts={"said_more": statement_digest(case.title, words)}, end=not case.is_open)
    moved = record(
        case=case, state=state_of(case), step=SAID_MORE, went_to=case.position, actor=actor, at=at, body=noted, revision=case.revision
    )  # fmt: skip
    Statement.objects.create(
        county=case.county, case=case, body=words, said_at=said_at, tokens=tokens(words), bands=[]
    )
    return moved
