"""The same matter under another key: it came without its number before, and now the number is there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from heshi.cases.models import Case, Lookup
from heshi.cases.queries.wholes import fingerprint
from heshi.cases.rules.wholes import NUMBER, Whole, plain_number
from heshi.intake.queries.known import IMPORT, KnownCase, known_among, known_cases
from heshi.intake.queries.ruined import ruined_cases
from heshi.intake.rules.report import Report, list_of
from heshi.places.queries import county_code


def rekeyed_cases(reports: Sequence[Report]) -> dict[str, KnownCase]:
    """Return, by the key of the report, the case of each that nobody knows by this key.

    A row with a number is the case that came without one in the same words, or that was given this number since. A row of which a
    spreadsheet ruined a number is the case that says the same and whose number begins like it, and the other way round. Two numbers
    are two matters, whatever the words.
    """
    found = _numbered([one for one in reports if one.key_of_words])
    return found | ruined_cases([one for one in reports if one.source_key not in found])


def _numbered(reports: Sequence[Report]) -> dict[str, KnownCase]:
    by_words, by_number = known_cases(one.key_of_words for one in reports), _by_number(reports)
    found: dict[str, KnownCase] = {}
    for one in reports:
        known = by_words.get(one.key_of_words)
        if known and not known.number:
            known.number = one.number  # a second row in the same words has another one
        if (known and known.number == one.number) or (known := by_number.get(one.number)):
            found[one.source_key] = known
    return found


def _by_number(reports: Iterable[Report]) -> dict[str, KnownCase]:
    """Return, by number, the cases of the same lists that were given their number after they had come."""
    asked = {fingerprint(Whole(NUMBER, plain_number(one.number))): one for one in reports}
    if not asked:
        return {}
    rows = Lookup.objects.filter(county=county_code(), fingerprint__in=list(asked), party=None)
    known = known_among(Case.objects.filter(pk__in=rows.values("case_id"), source=IMPORT)).values()
    lists = {one.number: list_of(one.key_of_words) for one in asked.values()}
    return {one.number: one for one in known if lists.get(one.number) == list_of(one.case.source_key)}
