"""Every playbook has a story that it plays exactly, and things that it forbids.

With HESHI_WRITE_SCENARIOS=1 what came of each story is written into its file, to be read line by line and then kept.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from heshi.cases.models import Case
from heshi.cases.queries import history, state_of
from heshi.cases.queries.checking import broken_chains, replay_differences
from heshi.cases.record import entry_of
from heshi.playbooks import queries
from heshi.playbooks.actions import publish_text
from heshi.rehearsal.rules.recounting import beside_told
from tests.cast import NOON, County
from tests.playbooks.scenario import FOLDER, Told, played, scenario, staged

STORIES = sorted(path.stem for path in FOLDER.glob("*.yaml"))
LEAST_FORBIDDEN = 2


def test_every_playbook_on_the_shelf_has_a_story() -> None:
    assert sorted(queries.shelf()) == sorted({scenario(name)["playbook"] for name in STORIES})


@pytest.mark.parametrize("name", STORIES)
def test_the_story_plays_as_it_is_told(name: str, county: County) -> None:
    told = scenario(name)
    text = queries.text_of(queries.shelf()[told["playbook"]])
    version = publish_text(text=text, at=NOON)
    stage = staged(county, version.pk, told.get("units", {}), told.get("posts"))

    found, astray = played(stage, told)
    for came, wanted, case in zip(found, told.get("expect", [{}] * len(found)), stage.cases, strict=True):
        stood = Case.objects.get(pk=case.pk)  # as it came to stand, not as it was opened
        came |= beside_told(wanted, state_of(stood).facts, map(entry_of, history(stood)))
    if os.environ.get("HESHI_WRITE_SCENARIOS"):
        write(FOLDER / f"{name}.yaml", found)
        told = scenario(name)

    assert astray == []
    for number, (came, expected) in enumerate(zip(found, told["expect"], strict=True), 1):
        assert came == expected, number
    assert list(broken_chains()) == []
    assert list(replay_differences()) == []


@pytest.mark.parametrize("name", STORIES)
def test_the_story_shows_what_the_method_forbids(name: str) -> None:
    refused = [act for act in scenario(name)["acts"] if act.get("refused")]

    assert len(refused) >= LEAST_FORBIDDEN


def write(path: Path, found: list[Told]) -> None:
    """Put what came of a story in the place of what its file expects."""
    text = path.read_text(encoding="utf-8")
    head = text[: text.index("\nexpect:")] if "\nexpect:" in text else text.rstrip()
    body: Any = yaml.safe_dump({"expect": found}, allow_unicode=True, sort_keys=False, width=150)
    path.write_text(f"{head}\n{body}", encoding="utf-8")
