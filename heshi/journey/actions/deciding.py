"""Where a report goes as it comes in: by the rules where it is sure what it is about, by a method somebody chose, or nowhere yet."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings

from heshi.cases.terms import ACCUSING
from heshi.intake.rules.report import Report
from heshi.journey.actions.locating import Located
from heshi.playbooks.rules import Told
from heshi.routing.actions import hold, route_by, route_many
from heshi.routing.rules import Decision
from heshi.routing.terms import COUNTY, HELD, TOWNSHIP
from heshi.understanding.rules import Likely, Suggestion, told_unsure, unsure_fields


def decided(
    reports: Sequence[Report], hints: Sequence[Suggestion], spots: Sequence[Located]
) -> list[Decision]:
    """Return where each report goes; what is closed already goes where the rules say, sure or not: nothing follows from it."""
    asked = [_asked(*each) for each in zip(reports, hints, spots, strict=True)]
    return [
        _set_apart(report, hint, one) if report.playbook or _unsure(report, hint) else decision
        for report, hint, one, decision in zip(reports, hints, asked, route_many(asked), strict=True)
    ]


def kept_guess(report: Report, hint: Suggestion, decision: Decision) -> dict[str, object]:
    """Return what the first event keeps of the suggestion; of what it is not sure of, the two likeliest answers."""
    kept: dict[str, object] = {
        "kind": hint.kind, "kind_p": round(hint.kind_p, 3), "topic": hint.topic, "topic_p": round(hint.topic_p, 3),
        "words": list(hint.words),
    }  # fmt: skip
    if decision.how != HELD:
        return {"suggested": kept}
    pairs = {"kind": ("kinds", hint.kinds), "topic": ("topics", hint.topics)}
    kept |= {name: _pairs(found) for name, found in map(pairs.__getitem__, _unsure(report, hint))}
    return {"suggested": kept, "unsure": True}


def told_to_the_centre(decision: Decision) -> list[Told]:
    """Return the notice to the centre in whose queue a report lies that no rule could place, or that a person has to sort."""
    if decision.how == HELD:
        return [Told("unit", about="unsorted")]
    return [Told("unit", about="unrouted")] if decision.fallback and not decision.how else []


def _asked(report: Report, hint: Suggestion, spot: Located) -> dict[str, str]:
    """Return what the routing rules look at: a person's own word goes before the suggestion."""
    return {
        "kind": report.kind or hint.kind,
        "topic": report.topic or hint.topic,
        "place": spot.place,
        "path": spot.path,
        "tier": "",
    }


def _unsure(report: Report, hint: Suggestion) -> tuple[str, ...]:
    if report.history is not None:
        return ()
    return unsure_fields(hint, kind=report.kind, topic=report.topic, bar=settings.HESHI_CONFIDENCE_BAR)


def _set_apart(report: Report, hint: Suggestion, asked: dict[str, str]) -> Decision:
    unsure = _unsure(report, hint)
    if report.playbook:
        return route_by(asked, playbook=report.playbook, sure=not unsure)
    kinds = [guess.label for guess in hint.kinds] if "kind" in unsure else [asked["kind"]]
    accusing = next((kind for kind in kinds if kind in ACCUSING), "")
    # It may accuse somebody: until a person has looked, it is kept as if it did, and away from the place (信访工作条例第30条).
    kept = asked | {"kind": accusing or asked["kind"]}
    return hold(kept, doubt=told_unsure(hint, unsure), at=COUNTY if accusing else TOWNSHIP)


def _pairs(guesses: Sequence[Likely]) -> list[list[object]]:
    return [[guess.label, round(guess.p, 3)] for guess in guesses]
