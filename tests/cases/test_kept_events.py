"""Events are kept for ever: whatever was written under an earlier version folds into the same case, with the same digests.

``kept/events_N.jsonl.gz`` holds, a case a line, the events that version N of the record wrote when every story of the library was
played, and what they led to. These files are never made anew: when the record changes, another file is added beside them.
"""

from __future__ import annotations

import gzip
import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest
from django.db import transaction

from heshi.cases.models import Case
from heshi.cases.record import entry_of
from heshi.cases.rules import GENESIS, Link, State, clock_columns, columns, digest, folded, task_columns
from heshi.playbooks import queries
from heshi.playbooks.actions import publish_text
from heshi.statistics.rules.contribution import Contribution, Landmarks, contribution
from tests.cases.keeping import KEPT_NOW, kept, write
from tests.cast import NOON, County
from tests.playbooks.scenario import FOLDER as STORIES
from tests.playbooks.scenario import played, scenario, staged

KEPT = sorted((Path(__file__).parent / "kept").glob("events_*.jsonl.gz"))
STORIES_OF_THE_LIBRARY = 55
ADDED_TO_TASKS: dict[str, list[str] | None] = {"seen_by": [], "kept_by": None, "written_by": []}
"""Columns that came later than some file, as they are for what was written before."""


def cases_in(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def links_of(case: dict[str, Any]) -> list[tuple[Link, str]]:
    """Return the events of a kept case as their digests cover them, each with the digest it was written with."""
    return [
        (
            Link(
                case["county"], UUID(case["case"]), event["number"], event["step"], event["came_from"], event["went_to"],
                event["actor_kind"], UUID(event["actor_id"]) if event["actor_id"] else None, event["actor_label"],
                datetime.fromisoformat(event["at"]), event["body"],
            ),
            event["digest"],
        )
        for event in case["events"]
    ]  # fmt: skip


def state_of(case: dict[str, Any]) -> State:
    return folded(entry_of(link) for link, _digest in links_of(case))


def as_stored(values: Any) -> Any:
    """Return values as JSON tells them."""
    return json.loads(orjson.dumps(values, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_UTC_Z))


def in_one_spelling(values: Any) -> Any:
    """Return values with every instant written in the same way, whatever its zone."""
    if isinstance(values, dict):
        return {name: in_one_spelling(value) for name, value in values.items()}
    if isinstance(values, list):
        return [in_one_spelling(value) for value in values]
    if isinstance(values, str) and values[4:5] == values[7:8] == "-":
        try:
            return datetime.fromisoformat(values).timestamp()
        except ValueError:
            return values
    return values


def test_the_first_version_is_kept_whole() -> None:
    cases = cases_in(KEPT[0])

    assert len({case["story"] for case in cases}) > STORIES_OF_THE_LIBRARY
    operations = {
        change["op"] for case in cases for event in case["events"] for change in event["body"]["clocks"]
    }
    assert operations == {"start", "stop", "pause", "resume", "extend", "stage", "replan"}


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.name)
def test_kept_events_have_the_digests_they_were_written_with(path: Path) -> None:
    for case in cases_in(path):
        previous = GENESIS
        for link, written in links_of(case):
            assert digest(previous, link) == written, (case["story"], link.number)
            previous = written
        assert previous == case["head"]


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.name)
def test_kept_events_fold_into_the_case_they_led_to(path: Path) -> None:
    for case in cases_in(path):
        state = state_of(case)
        found = {
            "case": columns(state),
            "clocks": [clock_columns(clock) for _key, clock in sorted(state.clocks.items())],
            "tasks": [task_columns(state, task) for _number, task in sorted(state.tasks.items())],
        }

        led_to = {
            **case["folds_into"],
            "tasks": [{**ADDED_TO_TASKS, **row} for row in case["folds_into"]["tasks"]],
        }
        assert in_one_spelling(as_stored(found)) == in_one_spelling(led_to), case["story"]


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.name)
def test_kept_events_are_counted_as_they_were(path: Path) -> None:
    for case in cases_in(path):
        way = case["way"]
        known = Landmarks(way["code"], way["start"], frozenset(way["waits"]), frozenset(way["accepting"]))
        events = [entry_of(link) for link, _digest in links_of(case)]
        counts = case["counts"]

        expected = Contribution(counts["month"], counts["keys"], tuple(counts["measures"]))
        assert contribution(events, {str(state_of(case).facts["playbook"]): known}.__getitem__) == expected, (
            case["story"]
        )


@pytest.mark.skipif(
    not os.environ.get("HESHI_KEEP_EVENTS"), reason="only when a version of the record is finished"
)
def test_keep_what_this_version_writes(county: County) -> None:
    assert not KEPT_NOW.exists(), "a file that was kept is never made anew"
    found = []
    for name in sorted(path.stem for path in STORIES.glob("*.yaml")):
        told = scenario(name)
        with transaction.atomic():
            version = publish_text(text=queries.text_of(queries.shelf()[told["playbook"]]), at=NOON)
            stage = staged(county, version.pk, told.get("units", {}))
            played(stage, told)
            found += [kept(Case.objects.get(pk=case.pk), name) for case in stage.cases]
            transaction.set_rollback(True)

    write(found)

    assert len(cases_in(KEPT_NOW)) > STORIES_OF_THE_LIBRARY
