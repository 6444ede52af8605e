"""What people confirmed, as examples to learn from."""

from __future__ import annotations

from collections.abc import Iterator

from heshi.cases.models import Case, Statement
from heshi.understanding.models import Correction
from heshi.understanding.rules.learning import Example
from heshi.understanding.rules.reading import message_text

PART = 500


def corrected_examples() -> list[Example]:
    """Return each corrected case with its last confirmed topic and kind; a case that is gone teaches nothing."""
    said: dict[tuple[int, str], dict[str, str]] = {}
    for correction in Correction.objects.order_by("county", "at", "id").iterator():
        said.setdefault((correction.county, str(correction.case_id)), {})[correction.field] = (
            correction.corrected
        )
    keys = list(said)
    return [
        example
        for start in range(0, len(keys), PART)
        for example in _examples({key: said[key] for key in keys[start : start + PART]})
    ]


def _examples(said: dict[tuple[int, str], dict[str, str]]) -> Iterator[Example]:
    counties, cases = {county for county, _ in said}, [case for _, case in said]
    bodies = dict(
        Statement.objects.filter(county__in=counties, case_id__in=cases)
        .order_by("-said_at")
        .values_list("case_id", "body")
    )
    for case in Case.objects.filter(county__in=counties, id__in=cases):
        confirmed = said.get((case.county, str(case.id)))
        if confirmed and case.id in bodies:
            text = message_text(case.title, bodies[case.id])
            yield Example(text, confirmed.get("topic", case.topic), confirmed.get("kind", case.kind))
