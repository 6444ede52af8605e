"""What the machine thinks of a case: its suggestion, why it was routed, and which files it may repeat. A person decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from heshi.cases.models import Case
from heshi.cases.queries import visible_to
from heshi.cases.queries.papers import Said
from heshi.people.rules import Scope
from heshi.routing.queries import rules_of_version
from heshi.routing.rules import Rule, explained
from heshi.routing.rules.shape import kept_decision
from heshi.understanding.queries import Repost, likely_reposts
from heshi.understanding.rules.suggesting import Suggestion, kept_suggestion
from heshi.understanding.terms import kind_label, topic_label
from heshi.web.kit.names import names


@dataclass(frozen=True, slots=True)
class Hint:
    """The suggestion as it stood when the file was opened."""

    kind: str
    kind_share: int
    topic: str
    topic_share: int
    words: Sequence[str]


def hint_of(case: Case) -> Hint | None:
    """Return what was suggested for a case, None when nothing was."""
    given = kept_suggestion(case.facts)
    if not given:
        return None
    return Hint(
        kind_label(given.get("kind", "")),
        round(100 * given.get("kind_p", 0)),
        topic_label(given.get("topic", "")),
        round(100 * given.get("topic_p", 0)),
        list(given.get("words", ())),
    )


def share(given: Suggestion | None) -> Hint | None:
    """Return a fresh suggestion as a page shows it."""
    if given is None:
        return None
    shares = round(100 * given.kind_p), round(100 * given.topic_p)
    return Hint(kind_label(given.kind), shares[0], topic_label(given.topic), shares[1], list(given.words))


def route_of(case: Case) -> list[str]:
    """Return in sentences why the case went to its unit."""
    route = kept_decision(case.facts)
    if not route:
        return []
    version = route.get("version") or 0
    unit = next(
        (name for key, name in names().units.items() if str(key) == case.facts.get("suggested_unit")), ""
    )
    return explained(route, rules=rules_of(version), unit=unit or route.get("unit", ""))


@lru_cache(maxsize=8)
def rules_of(version: int) -> dict[str, Rule]:
    """Return the rules of a version, which never change again."""
    return rules_of_version(version)


def reposts_of(case: Case, said: Said, scope: Scope) -> list[Repost]:
    """Return the likely repeats that this person may see."""
    asked = said.statements[0] if said.statements else None
    return likely_reposts(case, asked=asked, among=visible_to(scope)) if asked else []
