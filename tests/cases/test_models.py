"""What must be true of every table, today and after the next migration."""

from __future__ import annotations

import re

import pytest
from django.apps import apps
from django.db import models

from heshi.common.keys import new_key

OURS = [model for model in apps.get_models() if model.__module__.startswith("heshi.")]
OWNED = [model for model in OURS if {field.name for field in model._meta.fields} & {"case", "case_id"}]
OWNED += [model for model in OURS if model._meta.label == "cases.Case"]
FORBIDDEN = re.compile(
    r"ethnic|nationalit|religio|belief|opinion|political|party_member|face|biometric|fingerprint_image|iris|movement|trajectory"
    r"|watch|blacklist|credit|person_score|risk_score|person_risk|petitioner_history",
)


def test_there_are_tables_to_look_at() -> None:
    assert {"Case", "Event", "Party", "Clock", "Statement"} <= {model.__name__ for model in OWNED}


@pytest.mark.parametrize("model", OWNED, ids=lambda model: model._meta.label)
def test_a_case_owned_table_carries_its_county_and_a_key_made_here(model: type[models.Model]) -> None:
    key = model._meta.pk

    assert "county" in {field.name for field in model._meta.fields}
    assert isinstance(key, models.UUIDField)
    assert key.default is new_key


@pytest.mark.parametrize("model", OWNED, ids=lambda model: model._meta.label)
def test_no_unique_rule_forgets_the_county(model: type[models.Model]) -> None:
    columns = [field.name for field in model._meta.fields if field.unique and not field.primary_key]
    rules = [rule for rule in model._meta.constraints if isinstance(rule, models.UniqueConstraint)]
    named = [set(rule.fields) | {str(part) for part in rule.expressions} for rule in rules]

    assert columns == []
    assert all(any("county" in name for name in names) for names in named)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_no_table_has_a_key_made_by_the_database(model: type[models.Model]) -> None:
    assert not isinstance(model._meta.pk, models.AutoField)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_no_table_holds_what_heshi_never_holds(model: type[models.Model]) -> None:
    """Design, section 3: no ethnicity, religion, opinion, face or movement; no list, score or prediction of persons."""
    assert [field.name for field in model._meta.get_fields() if FORBIDDEN.search(field.name)] == []


def test_a_key_is_a_uuid_of_version_7_and_grows_with_time() -> None:
    keys = [new_key() for _ in range(100)]

    assert {key.version for key in keys} == {7}
    assert keys == sorted(keys)
