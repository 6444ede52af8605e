"""Draft, published, frozen: the text a case lives by never changes again."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from heshi.cases.models import Case
from heshi.playbooks import queries
from heshi.playbooks.actions import draft, publish, publish_shelf, publish_text
from heshi.playbooks.models import PlaybookVersion
from heshi.playbooks.queries import PlaybookAltered, PlaybookUnknown, in_force, playbook
from tests.cast import NOON, County
from tests.files import OpenCase

SIX_STEPS = queries.shelf()["shulan_liubu"].read_text(encoding="utf-8")


def versions(code: str = "shulan_liubu") -> list[tuple[int, str]]:
    """Return version and status of a playbook's versions."""
    return list(
        PlaybookVersion.objects.filter(code=code).order_by("version").values_list("version", "status")
    )


@pytest.mark.django_db
def test_publishing_the_shelf_twice_makes_one_version_each() -> None:
    first = {version.pk for version in publish_shelf(at=NOON)}

    again = {version.pk for version in publish_shelf(at=NOON)}

    assert again == first
    assert versions() == [(1, "published")]


@pytest.mark.django_db
@pytest.mark.parametrize("before", ["nothing", "the county's own"])
def test_the_countys_own_file_goes_before_the_shipped_one(
    before: str, tmp_path: Path, settings: Settings
) -> None:
    settings.HESHI_PLAYBOOK_FOLDER = tmp_path
    own = SIX_STEPS.replace("label: 已吹哨", "label: 哨已吹响")
    (tmp_path / "shulan_liubu.yaml").write_text(own, encoding="utf-8")
    if before != "nothing":
        publish_text(text=own, at=NOON)

    for _twice in range(2):
        publish_shelf(at=NOON, only={"shulan_liubu"})

    assert versions() == [(1, "published")]
    stored = PlaybookVersion.objects.get(code="shulan_liubu")
    assert playbook(stored.pk).positions["whistled"].label == "哨已吹响"


@pytest.mark.django_db
def test_a_draft_takes_no_cases_until_it_is_published() -> None:
    made = draft(text=SIX_STEPS)

    with pytest.raises(PlaybookUnknown):
        in_force("shulan_liubu")

    assert publish(version=made, at=NOON).digest == queries.fingerprint(made.texts)
    assert in_force("shulan_liubu") == made.pk


def test_a_new_version_freezes_the_old_and_running_cases_keep_theirs(
    open_case: OpenCase, county: County
) -> None:
    running = open_case("before")

    published = publish_text(text=SIX_STEPS.replace("label: 已吹哨", "label: 哨已吹响"), at=NOON)
    later = open_case("after", playbook_id=published.pk)

    assert versions() == [(1, "frozen"), (2, "published")]
    assert playbook(Case.objects.get(pk=running.pk).playbook_id).positions["whistled"].label == "已吹哨"
    assert playbook(later.playbook_id).positions["whistled"].label == "哨已吹响"


def test_a_changed_fragment_makes_a_new_version_of_those_that_use_it(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {
        name: text.replace("label: 评价\n", "label: 打分\n") for name, text in queries.fragments().items()
    }
    monkeypatch.setattr(queries, "fragments", lambda: told)

    published = publish_text(text=SIX_STEPS, at=NOON)

    assert published.version == 2
    assert playbook(published.pk).steps["rate"].label == "打分"
    assert playbook(case.playbook_id).steps["rate"].label == "评价"


@pytest.mark.django_db
def test_an_altered_text_is_not_used() -> None:
    (version,) = publish_shelf(at=NOON, only={"shulan_liubu"})
    PlaybookVersion.objects.filter(pk=version.pk).update(
        texts=version.texts | {"main": f"{SIX_STEPS}# 后来有人加了一行\n"}
    )

    with pytest.raises(PlaybookAltered):
        playbook(version.pk)
