"""Keep by what files are found: the fingerprints of whole values, and the tokens of their words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final
from uuid import UUID

from django.db import transaction

from heshi.cases.models import Case, Lookup, Party, Remark, Statement
from heshi.cases.queries.wholes import fingerprint
from heshi.cases.rules import tokens
from heshi.cases.rules.wholes import Whole, wholes_of_numbers, wholes_of_party
from heshi.cases.terms import PERSONAL
from heshi.common.keys import new_key
from heshi.places import queries as places

BATCH: Final = 500
FIRST: Final = UUID(int=0)
Row = dict[str, object]


def party_rows(said: Mapping[str, str], owned: Mapping[str, object], party_id: UUID) -> Iterator[Row]:
    """Yield the rows by which the file of a party is found; ``said`` are her personal fields, plain."""
    return _rows(wholes_of_party(said), owned, party_id)


def case_rows(
    source_key: str, external_number: str, written: Iterable[tuple[str, str]], owned: Mapping[str, object]
) -> Iterator[Row]:
    """Yield the rows by which a file is found by the numbers that other systems gave it, and by what was ``written`` beside a field.

    Of two telephones in one field the party has the first: whoever rings from the second one is found by the text as it was written.
    """
    wholes = wholes_of_numbers(source_key, external_number)
    return _rows(wholes.union(*(wholes_of_party({field: text}) for field, text in written)), owned, None)


def _rows(wholes: Iterable[Whole], owned: Mapping[str, object], party_id: UUID | None) -> Iterator[Row]:
    for whole in wholes:
        yield {**owned, "id": new_key(), "party_id": party_id, "fingerprint": fingerprint(whole)}


def words_of(*, title: str, body: str, place_text: str, path: str) -> list[int]:
    """Return the tokens of a first word; those of its town and village are among them, whether or not she named them."""
    return tokens(f"{title}\n{body}\n{place_text}", besides=" ".join(places.names_on(path)))


@transaction.atomic
def refresh_lookups(party: Party) -> None:
    """Let a file be found by what its party says of herself now, and no longer by what she said before."""
    own = {"county": party.county, "case_id": party.case_id}
    Lookup.objects.filter(**own, party=party).delete()
    said = {name: getattr(party, name) for name in PERSONAL}
    Lookup.objects.bulk_create(Lookup(**row) for row in party_rows(said, own, party.pk))


@transaction.atomic
def refresh_numbers(case: Case) -> None:
    """Let a file be found by the number that another system has for it now."""
    own = {"county": case.county, "case_id": case.pk}
    Lookup.objects.filter(**own, party=None).delete()
    Lookup.objects.bulk_create(Lookup(**row) for row in _numbers_of([case]))


def refresh_words(case: Case) -> None:
    """Let the words of a file be found as they are now, with the names of the place where it lies now."""
    own = Statement.objects.filter(county=case.county, case=case).only("id", "body", "place_text")
    Statement.objects.bulk_update([_reread(one, case) for one in own], ["tokens"])


def reindex() -> int:
    """Make anew by what every case is found, and return how many were looked at; safe to repeat and to break off."""
    looked, last = 0, FIRST
    while batch := list(_after(last)):
        with transaction.atomic():
            _reindex(batch)
        looked, last = looked + len(batch), batch[-1].pk
    return looked


def _after(last: UUID) -> Iterable[Case]:
    # Columns by name: an upgrade runs this before later ones exist.
    rest = Case.objects.filter(county=places.county_code(), pk__gt=last).order_by("pk")
    return rest.only("id", "county", "title", "path", "source_key", "facts")[:BATCH]


def _reindex(cases: Sequence[Case]) -> None:
    of_case = {case.pk: case for case in cases}
    own = {"county": places.county_code(), "case_id__in": list(of_case)}
    said = Statement.objects.filter(**own).only("id", "case_id", "body", "place_text")
    Statement.objects.bulk_update([_reread(one, of_case[one.case_id]) for one in said], ["tokens"])
    Lookup.objects.filter(**own).delete()
    Lookup.objects.bulk_create(Lookup(**row) for row in [*_numbers_of(cases), *_people_of(own)])


def _reread(said: Statement, case: Case) -> Statement:
    said.tokens = words_of(title=case.title, body=said.body, place_text=said.place_text, path=case.path)
    return said


def _numbers_of(cases: Sequence[Case]) -> Iterator[Row]:
    remarks = Remark.objects.filter(
        county=places.county_code(), case_id__in=[case.pk for case in cases], field__in=PERSONAL
    )
    written: dict[UUID, list[tuple[str, str]]] = {}
    for case_id, field, text in remarks.values_list("case_id", "field", "text"):
        written.setdefault(case_id, []).append((field, text))
    for case in cases:
        external, owned = (
            str(case.facts.get("external_number") or ""),
            {"county": case.county, "case_id": case.pk},
        )
        yield from case_rows(case.source_key, external, written.get(case.pk, ()), owned)


def _people_of(own: Mapping[str, object]) -> Iterator[Row]:
    for county, case_id, party_id, *said in Party.objects.filter(**own).values_list(
        "county", "case_id", "id", *PERSONAL
    ):
        owned = {"county": county, "case_id": case_id}
        yield from party_rows(dict(zip(PERSONAL, said, strict=True)), owned, party_id)
