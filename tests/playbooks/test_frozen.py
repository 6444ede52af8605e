"""A case keeps its method and its clocks for life, whatever becomes of the library, the fragments and the language."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from types import MappingProxyType
from typing import Any

import orjson
import pytest
from django.apps import apps

from heshi.cases.models import Case, Clock
from heshi.clocks import queries as clocks
from heshi.clocks.rules import NATIONAL, ClockDef, frozen, thawed
from heshi.common.digests import sm3
from heshi.journey.actions import tick
from heshi.playbooks import queries
from heshi.playbooks.actions import publish_shelf
from heshi.playbooks.models import PlaybookVersion
from heshi.playbooks.queries import PlaybookAltered, playbook
from heshi.playbooks.rules import PlaybookRefused
from tests.cast import NOON, County
from tests.files import OpenCase, walk

SIX = "shulan_liubu"
migration: Any = import_module("heshi.playbooks.migrations.0002_frozen_whole")


def read_anew() -> None:
    """Let this process read every version again, as the next one will."""
    queries._held.clear()


@pytest.mark.parametrize("code", sorted(clocks.library()))
def test_a_clock_comes_back_from_the_ice_as_it_went_in(code: str) -> None:
    definition = clocks.library()[code]

    kept = orjson.loads(orjson.dumps(frozen(definition)))

    assert thawed(kept, definition.calendar) == definition


def test_a_clock_that_the_library_no_longer_has_runs_on(
    open_case: OpenCase, county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {"unit": str(county.housing.pk), "kind": "complaint", "topic": "18"}
    case = walk(open_case("first"), (county.staff["dispatcher"], "dispatch", given))
    emptied: MappingProxyType[str, ClockDef] = MappingProxyType({})
    monkeypatch.setattr(queries, "clock_library", lambda: emptied)
    read_anew()

    assert tick(at=Clock.objects.filter(case=case).latest("due_at").due_at) > 0

    assert set(Clock.objects.filter(case=case).values_list("code", "stage")) == {
        ("DISPATCH", "running"),
        ("ARRIVE", "overdue"),
        ("HL.NORMAL", "overdue"),
    }


def test_a_changed_law_changes_no_case_that_runs(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    longer = {code: replace(law, length=law.length * 2) for code, law in clocks.library().items()}
    monkeypatch.setattr(queries, "clock_library", lambda: longer)
    read_anew()

    assert playbook(case.playbook_id).laws["HL.NORMAL"].length == clocks.library()["HL.NORMAL"].length


@pytest.mark.django_db
def test_a_changed_law_makes_a_new_version_for_new_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    (first,) = publish_shelf(at=NOON, only={SIX})
    longer = {code: replace(law, length=law.length * 2) for code, law in clocks.library().items()}
    monkeypatch.setattr(queries, "clock_library", lambda: longer)

    (second,) = publish_shelf(at=NOON, only={SIX})
    (again,) = publish_shelf(at=NOON, only={SIX})

    assert (first.version, second.version, again.pk) == (1, 2, second.pk)
    assert playbook(second.pk).laws["HL.NORMAL"].length == 2 * playbook(first.pk).laws["HL.NORMAL"].length


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["texts", "frozen"])
def test_what_was_altered_is_not_used(field: str) -> None:
    (version,) = publish_shelf(at=NOON, only={SIX})
    kept = getattr(version, field)
    altered = kept | {"rights": "steps: {}"} if isinstance(kept, dict) else kept.replace("已吹哨", "哨已吹响")
    PlaybookVersion.objects.filter(pk=version.pk).update(**{field: altered})
    read_anew()

    with pytest.raises(PlaybookAltered):
        playbook(version.pk)


@pytest.mark.django_db
def test_versions_from_before_are_frozen_as_they_were_read_then() -> None:
    (version,) = publish_shelf(at=NOON, only={SIX})
    PlaybookVersion.objects.filter(pk=version.pk).update(frozen="", frozen_digest="")

    migration.freeze(apps, None)
    read_anew()

    book = playbook(version.pk)
    assert list(book.steps) == list(queries.from_file(queries.shelf()[SIX]).steps)
    assert (book.digest, book.laws["HL.NORMAL"]) == (version.digest, clocks.library()["HL.NORMAL"])
    assert book.laws["ARRIVE"].calendar is not NATIONAL or clocks.calendar() is NATIONAL


def test_joining_as_it_was_lets_the_playbook_go_before_the_fragment_whole() -> None:
    texts = {
        "main": "include: [one, two]\nwithout: [gone]\nsteps: {act: {label: 办, needs: {own: true}}, go: {label: 走}}\n",
        "one": "steps: {act: {needs: {first: 1}, asks: {a: {label: 甲}}}, idle: {needs: {x: 1}}, gone: {label: 去}}\n",
        "two": "steps: {act: {needs: {second: 2}, sets: {done: true}}, late: {label: 后, from: open}}\n",
    }

    assert migration.joined(texts)["steps"] == {
        "act": {
            "label": "办",
            "needs": {"own": True},
            "asks": {"a": {"label": "甲"}},
            "sets": {"done": True},
        },
        "go": {"label": "走"},
        "late": {"label": "后", "from": "open"},
    }


@pytest.mark.django_db
def test_a_version_that_could_not_be_published_today_goes_on_as_it_was() -> None:
    texts = queries.whole(queries.text_of(queries.shelf()[SIX]))
    texts["main"] = texts["main"].replace("steps:\n", "steps:\n  rate: {who: [handling_unit_user]}\n", 1)
    ice = queries.frozen_from(texts)
    version = PlaybookVersion.objects.create(
        code=SIX, version=99, title="六步接办", texts=texts, status="frozen", published_at=NOON, frozen_at=NOON,
        digest=queries.fingerprint(texts), frozen=ice, frozen_digest=sm3(ice.encode()),
    )  # fmt: skip

    with pytest.raises(PlaybookRefused, match="只有本人能作"):
        queries.from_texts(texts)
    assert playbook(version.pk).steps["rate"].who == ("handling_unit_user",)
