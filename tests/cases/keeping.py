"""Writing down what today's version of the record says of every story, once, for the tests of all later versions."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from heshi.cases.models import Case, Event
from heshi.cases.queries import history, state_of
from heshi.cases.record import VERSION, entry_of
from heshi.cases.rules import clock_columns, columns, task_columns
from heshi.statistics.queries import landmarks_of
from heshi.statistics.rules.contribution import Landmarks, contribution

FOLDER = Path(__file__).parent / "kept"
KEPT_NOW = FOLDER / f"events_{VERSION}.jsonl.gz"


def kept(case: Case, story: str) -> dict[str, Any]:
    """Return a case as it is kept: its events as written, what they fold into, and how it is counted."""
    events, state = history(case), state_of(case)
    way = landmarks_of(str(case.playbook_id))
    # Without the figures that the playbook defines: those change with it, and the file stays.
    plain = Landmarks(way.code, way.start, way.waits, way.accepting)
    counted = contribution([entry_of(event) for event in events], lambda _version: plain)
    return {
        "story": story, "county": case.county, "case": str(case.pk), "head": case.head, "events": [_event(event) for event in events],
        "folds_into": {
            "case": columns(state),
            "clocks": [clock_columns(clock) for _key, clock in sorted(state.clocks.items())],
            "tasks": [task_columns(state, task) for _number, task in sorted(state.tasks.items())],
        },
        "way": {"code": way.code, "start": way.start, "waits": sorted(way.waits), "accepting": sorted(way.accepting)},
        "counts": asdict(counted),
    }  # fmt: skip


def _event(event: Event) -> dict[str, Any]:
    names = (
        "number",
        "step",
        "came_from",
        "went_to",
        "actor_kind",
        "actor_id",
        "actor_label",
        "at",
        "digest",
    )
    return {name: getattr(event, name) for name in names} | {"body": event.as_written}


def write(cases: Iterable[dict[str, Any]]) -> None:
    """Write the file of this version."""
    with gzip.open(KEPT_NOW, "wb", compresslevel=9) as lines:
        for case in cases:
            lines.write(orjson.dumps(json.loads(orjson.dumps(case, option=orjson.OPT_NON_STR_KEYS))) + b"\n")
