"""What one can choose from when a step asks for a unit, a person, a topic or a place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from heshi.playbooks.queries import in_force, playbook, published_codes
from heshi.playbooks.rules import Step
from heshi.playbooks.rules.lots import OF_STAFF
from heshi.routing.queries import rules_now
from heshi.routing.terms import FALLBACK_PLAYBOOK
from heshi.understanding.queries import shelf
from heshi.understanding.terms import OFFICIAL_TOPICS, topic_label
from heshi.web.kit.names import names

Choice = tuple[str, str]
Choices = Mapping[str, Sequence[Choice]]
"""The lists by the type of what is asked; ``staff:ROLE`` for those who hold a role."""
People = Callable[[str], Iterable[Choice]]
"""Gives those who can be named: whoever holds a role, or without a role the colleagues of the unit that has the case."""


def nobody(_role: str) -> Iterable[Choice]:
    """Give nobody: residents choose from no list of staff."""
    return ()


def choices_for(step: Step, *, topic: str, people: People) -> Choices:
    """Return the lists that the step's questions choose from; only those it needs."""
    wanted = {ask.type for ask in step.asks}
    lists: dict[str, Sequence[Choice]] = {}
    if wanted & {"unit", "units"}:
        lists["unit"] = names().unit_choices
    if "topic" in wanted:
        lists["topic"] = topic_choices(among=topic)
    if "place" in wanted:
        lists["place"] = names().place_choices()
    for role in {ask.role for ask in step.asks if ask.type in OF_STAFF}:
        lists[f"staff:{role}" if role else "staff"] = list(people(role))
    return lists


def topic_choices(*, among: str = "") -> list[Choice]:
    """Return the topics one can choose: the official ones, those the county's model has learnt or its rules name, and ``among`` itself."""
    model = shelf.current()
    learnt = model.topic.answers if model else ()
    ruled = sorted(topic for rule in rules_now().rules for topic in rule.topics)
    # The topic it has is always among them: a form must be able to say what it was given.
    codes = dict.fromkeys([*OFFICIAL_TOPICS, *learnt, *ruled, *filter(None, [among])])
    return [(code, topic_label(code)) for code in codes]


def way_choices() -> list[tuple[str, list[Choice]]]:
    """Return the methods in force by which a case can come in, by code: those that the rules send to first."""
    books = {code: playbook(in_force(code)) for code in published_codes()}
    titled = sorted((book.title, code) for code, book in books.items() if book.gathers is None)
    used = {FALLBACK_PLAYBOOK, *(rule.playbook for rule in rules_now().rules)}
    groups = (("本县在用", True), ("其他", False))
    return [
        (word, [(code, title) for title, code in titled if (code in used) is is_used])
        for word, is_used in groups
    ]
