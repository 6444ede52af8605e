"""Finding rules: ready to decide, as they stand against today's units, and as they were in an old version."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from heshi.cases.models import Case, Event
from heshi.cases.queries import CaseUnknown
from heshi.common.fresh import Fresh
from heshi.common.numbers import check_number, spoken
from heshi.common.yamltext import Problem
from heshi.people import queries as people
from heshi.people.models import Unit
from heshi.people.rules import level_of
from heshi.places import queries as places
from heshi.places.models import Division
from heshi.places.rules.codes import is_valid
from heshi.playbooks import queries as playbooks
from heshi.playbooks.rules import at_level
from heshi.routing import models
from heshi.routing.rules import (
    Compiled,
    Facts,
    KeptDecision,
    Rule,
    StandingUnits,
    Surroundings,
    UnitRef,
    broken,
    compiled,
    decide,
)
from heshi.routing.rules.reading import target_from
from heshi.routing.rules.shape import kept_decision
from heshi.routing.terms import FALLBACK_PLAYBOOK

EXAMPLES = 3


def standing_units(*, on: date) -> StandingUnits:
    """Return the units standing on a day; raises CentreMissing when the county has no centre."""
    refs = [
        UnitRef(unit.pk, unit.code, unit.name, unit.kind, unit.place_id)
        for unit in people.units(on=on).order_by("-code")
    ]
    units = {ref.code: ref for ref in refs}
    county = str(places.county_code())
    centres = {place: units[unit.code] for place, unit in people.centres().items() if unit.code in units}
    if county not in centres:
        raise people.CentreMissing(place=county)
    return StandingUnits(county, units, {(ref.kind, ref.place): ref for ref in refs}, centres)


def active_set() -> models.RuleSet | None:
    """Return the rules in force, None before any were loaded."""
    return models.RuleSet.objects.filter(county=places.county_code(), active=True).first()


def rules_of(rule_set: models.RuleSet | None) -> list[Rule]:
    """Return the rules of a set, in order."""
    if rule_set is None:
        return []
    return [_rule(row) for row in models.RuleRow.objects.filter(rule_set=rule_set)]


def _rule(row: models.RuleRow) -> Rule:
    return Rule(
        code=row.code,
        priority=row.priority,
        target=target_from(row.target),
        playbook=row.playbook,
        kinds=frozenset(row.kinds),
        topics=frozenset(row.topics),
        places=frozenset(row.places),
        tiers=frozenset(row.tiers),
        note=row.note,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        line=row.line,
    )


def rules_of_version(version: int) -> dict[str, Rule]:
    """Return the rules of a version by code; empty when there never was one."""
    rule_set = models.RuleSet.objects.filter(county=places.county_code(), version=version).first()
    return {rule.code: rule for rule in rules_of(rule_set)}


def playbooks_in_use() -> frozenset[str]:
    """Return the playbooks by which cases are handled here: those that the rules in force name, and the common one."""
    return frozenset({FALLBACK_PLAYBOOK, *(rule.playbook for rule in rules_of(active_set()))})


def paths_meant(codes: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the paths each place code stands for: its own, those merged into it, its heir's."""
    own = places.division_paths(codes)
    heirs = dict(places.known().moved)
    return {
        code: (*places.paths_answered_for(path), *filter(None, [heirs.get(path)]))
        for code, path in own.items()
    }


def in_force_on(rules: Iterable[Rule], on: date) -> list[Rule]:
    """Return the rules valid on a day."""
    return [rule for rule in rules if is_valid(on=on, valid_from=rule.valid_from, valid_to=rule.valid_to)]


def ready(rules: list[Rule], *, version: int, on: date) -> Compiled:
    """Return rules ready to decide on a day."""
    valid = in_force_on(rules, on)
    named = {place for rule in valid for place in rule.places}
    return compiled(version=version, rules=valid, paths=paths_meant(named), standing=standing_units(on=on))


def _load() -> Compiled:
    rule_set = active_set()
    return ready(rules_of(rule_set), version=rule_set.version if rule_set else 0, on=timezone.localdate())


def _version() -> Hashable:
    """Return something that changes with the rules, the units, the places and the day."""
    rule_set = active_set_key()
    units = frozenset(people.units().order_by().values_list("pk", "code", "name", "kind", "place_id"))
    return rule_set, units, timezone.localdate(), id(places.known())


def active_set_key() -> Hashable:
    """Return the key of the rules in force."""
    return (
        models.RuleSet.objects.filter(county=places.county_code(), active=True)
        .values_list("pk", flat=True)
        .first()
    )


rules_now = Fresh(load=_load, version=_version)
"""The rules in force, compiled once per process and never more than a second stale."""


def topics_routed() -> frozenset[str]:
    """Return the topics that the rules in force know."""
    return frozenset().union(*(rule.topics for rule in rules_now().rules))


def forget() -> None:
    """Look again at the next decision; every action that saves rules calls this."""
    rules_now.forget()


def surroundings(rules: Iterable[Rule], *, on: date) -> Surroundings:
    """Return what the rules may name on a day."""
    named = {place for rule in rules for place in rule.places}
    books = {code: playbooks.playbook(playbooks.in_force(code)) for code in playbooks.published_codes()}
    tiers = frozenset(str(row.then) for book in books.values() for row in book.tiers)
    return Surroundings(
        standing_units(on=on), books, paths_meant(named), _heirs(named, on), tiers, posts_held(on=on)
    )


def posts_held(*, on: date) -> dict[str, frozenset[str]]:
    """Return the roles held at each unit on a day by its code, each role also with the level of the unit."""
    held: dict[str, set[str]] = defaultdict(set)
    for unit, path, role in people.roles_at_units(on=on):
        held[unit] |= {role, at_level(role, level_of(path))}
    return {unit: frozenset(roles) for unit, roles in held.items()}


def _heirs(named: set[str], on: date) -> dict[str, str]:
    gone = Division.objects.filter(code__in=named, valid_to__lte=on).exclude(successor=None)
    return {division.code: str(division.successor_id) for division in gone}


def problems_now(*, on: date) -> list[Problem]:
    """Return what has become wrong with the rules in force since they were saved: units gone, places merged."""
    rule_set = active_set()
    rules = in_force_on(rules_of(rule_set), on)
    return broken(rules, surroundings(rules, on=on), file=str(rule_set)) if rules else []


def case_numbered(number: str) -> Case:
    """Return a case of this county by its number, for whoever looks after the rules; raises NumberMistyped or CaseUnknown."""
    case = Case.objects.filter(county=places.county_code(), number=check_number(number)).first()
    if case is None:
        raise CaseUnknown(number=number)
    return case


def decided(case: Case) -> KeptDecision | None:
    """Return the decision that the first event of a case keeps, None when it was opened without one."""
    first = Event.objects.filter(county=case.county, case=case, number=1).first()
    return kept_decision(first.body.facts) if first else None


def rules_cited(route: KeptDecision) -> dict[str, Rule]:
    """Return the rules of the version a decision was made by, by code."""
    return rules_of_version(route["version"])


def unit_name(code: str) -> str:
    """Return what a unit is called, its code when it is gone."""
    unit = Unit.objects.filter(county=places.county_code(), code=code).first()
    return unit.name if unit else code


@dataclass(slots=True)
class DryRun:
    """What new rules would change among the cases there are."""

    seen: int = 0
    moves: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))

    @property
    def moved(self) -> int:
        """How many cases would go elsewhere."""
        return self.moves.total()


def tried(rules: list[Rule] | None, *, since: date | None, limit: int, on: date) -> DryRun:
    """Return where the newest cases would go under these rules (None: those in force), against where they were sent."""
    using = ready(rules, version=0, on=on) if rules is not None else rules_now()
    cases = Case.objects.filter(county=places.county_code()).order_by("-opened_at", "-id")
    cases = cases.filter(opened_at__date__gte=since) if since else cases
    trial = DryRun()
    for case in cases.only("number", "kind", "topic", "path", "tier", "facts", "county")[:limit].iterator(
        chunk_size=2_000
    ):
        _try_one(trial, case, using)
    return trial


def _try_one(trial: DryRun, case: Case, using: Compiled) -> None:
    trial.seen += 1
    before = kept_decision(case.facts)
    inputs = {
        "kind": case.kind,
        "topic": case.topic,
        "path": case.path,
        **(before.get("inputs", {}) if before else {}),
    }
    after = decide(using, Facts(**inputs))
    old = (before.get("unit", ""), before.get("playbook", "")) if before else ("", "")
    if old != (after.unit_code, after.playbook):
        move = (" ".join(old), f"{after.unit_code} {after.playbook}")
        trial.moves[move] += 1
        if len(trial.examples[move]) < EXAMPLES:
            trial.examples[move].append(spoken(case.number))
