"""Save rules, and route by them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from heshi.common.digests import sm3
from heshi.places import queries as places
from heshi.playbooks.queries import in_force
from heshi.playbooks.queries import playbook as playbook_of
from heshi.routing import models, queries
from heshi.routing.rules import (
    Decision,
    Facts,
    Rule,
    RulesRefused,
    broken,
    chosen,
    decide,
    held,
    read_rules,
    swallowed,
)
from heshi.routing.rules.acting import stuck_at
from heshi.routing.rules.reading import target_as


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading a file came to; ``warnings`` are rules that can never decide anything."""

    rule_set: models.RuleSet
    rules: int
    new: bool
    warnings: tuple[str, ...]


def checked_rules(*, text: str, file: str, on: date) -> list[Rule]:
    """Return the rules of a text when every one of them could be carried out; raises RulesRefused."""
    rules = read_rules(file=file, text=text)
    if wrong := broken(rules, queries.surroundings(rules, on=on), file=file):
        raise RulesRefused(wrong)
    return rules


def warnings_about(rules: Sequence[Rule]) -> tuple[str, ...]:
    """Return a sentence for each rule that an earlier one always goes before."""
    paths = queries.paths_meant({place for rule in rules for place in rule.places})
    return tuple(
        f"规则“{rule.code}”（第 {rule.line} 行）永远轮不到：排在前面的“{upper.code}”（第 {upper.line} 行）管得更宽，请调换次序或删去。"
        for rule, upper in swallowed(rules, paths)
    )


@transaction.atomic
def load_rules(*, text: str, file: str, at: datetime) -> Loaded:
    """Put a file of rules in force; the same file again changes nothing. Raises RulesRefused, and then saves nothing."""
    rules = checked_rules(text=text, file=file, on=timezone.localdate(at))
    county, digest = places.county_code(), sm3(text.encode())
    sets = models.RuleSet.objects.filter(county=county)
    current = sets.select_for_update().filter(active=True).first()
    if current and current.digest == digest:
        return Loaded(current, len(rules), False, warnings_about(rules))
    version = (sets.aggregate(last=Max("version"))["last"] or 0) + 1
    sets.filter(active=True).update(active=False)
    rule_set = models.RuleSet.objects.create(
        county=county, version=version, digest=digest, text=text, loaded_at=at
    )
    models.RuleRow.objects.bulk_create([_row(rule, rule_set) for rule in rules])
    transaction.on_commit(queries.forget)
    return Loaded(rule_set, len(rules), True, warnings_about(rules))


def _row(rule: Rule, rule_set: models.RuleSet) -> models.RuleRow:
    return models.RuleRow(
        rule_set=rule_set,
        code=rule.code,
        priority=rule.priority,
        kinds=sorted(rule.kinds),
        topics=sorted(rule.topics),
        places=sorted(rule.places),
        tiers=sorted(rule.tiers),
        target=target_as(rule.target),
        playbook=rule.playbook,
        note=rule.note,
        valid_from=rule.valid_from,
        valid_to=rule.valid_to,
        line=rule.line,
    )


def hold(asked: Mapping[str, str], *, doubt: str, at: str) -> Decision:
    """Return that nothing is decided about these facts yet; ``at`` is the level whose centre keeps the report meanwhile."""
    return held(queries.rules_now(), facts_asked(asked), doubt=doubt, at=at)


def route_by(asked: Mapping[str, str], *, playbook: str, sure: bool) -> Decision:
    """Return a decision for these facts under a method that somebody chose; raises PlaybookUnknown when it is not in force."""
    book, posts = playbook_of(in_force(playbook)), queries.posts_held(on=timezone.localdate())
    return chosen(
        queries.rules_now(), facts_asked(asked), playbook=playbook, title=book.title, sure=sure,
        able=lambda unit: stuck_at(book, posts.get(unit, frozenset())) is None,
    )  # fmt: skip


def facts_asked(asked: Mapping[str, str]) -> Facts:
    """Return what routing looks at, from kind, topic, path and tier by name."""
    return Facts(asked["kind"], asked["topic"], asked["path"], asked["tier"])


def route_many(asked: Sequence[Mapping[str, str]]) -> list[Decision]:
    """Return a decision for each of these facts (kind, topic, path, tier), under the rules in force."""
    rules = queries.rules_now()
    return [decide(rules, facts_asked(one)) for one in asked]
