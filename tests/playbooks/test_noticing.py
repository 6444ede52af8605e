"""Every line by which a method protects somebody is missed when it is gone: by the check, or by a story of the playbook.

The lines are those that somebody deleted one by one and nothing noticed.
"""

from __future__ import annotations

import copy
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from heshi.playbooks import queries
from heshi.playbooks.rules import Playbook, PlaybookRefused, Situation, Task, decide, load, offered
from heshi.playbooks.rules.reading import read
from heshi.playbooks.rules.telling import told_local_figure
from heshi.rehearsal.queries import stage_of
from heshi.rehearsal.rules.recounting import differences
from heshi.rehearsal.rules.stories import StoryStage
from tests.playbooks.sample import shelved
from tests.playbooks.scenario import FOLDER, scenario

LINES = {
    "hazard": (
        "dismiss.sets dismiss.tells dismiss.asks.reply.required make_safe.needs.safe verify.to.0.sets screen.clocks screen.to.1.clocks "
        "screen.asks.urgent.required"
    ),
    "yifeng_eco": (
        "stop_restoring refuse_mediation fail_mediation.sets tell_rights.needs agree_restore.asks.before_photo.required "
        "report_planted.asks.after_photo.required "
        "report_planted.tells"
    ),
    "shulan_liubu": (
        "send_back send_back.needs handle confer.asks.plan.required confer.needs feed_back.needs"
    ),
    "people_mediation": (
        "extend.asks.consented.required begin_mediation.needs choose_mediator choose_mediator.needs after_urging.needs "
        "after_urging.to.0 after_urging.to.1 after_urging.to.2 rate.to.2 receipt.needs sign.asks.all_signed.required not_signed "
        "decide_confirm.to.0 decide_confirm.to.1 decide_confirm.to.2"
    ),
    "petition": (
        "decide.needs.petition_class decide.sets decide_final.needs.sent_up decide_final.answers decide_review.answers extend.needs "
        "object.needs ask_final.needs hand_accusation.needs hand_judicial.needs hand_judicial.sets "
        "open_hearing.needs end_hearing.clocks settle.asks.terms.required"
    ),
}  # fmt: skip
EVERY = [(code, line) for code, lines in LINES.items() for line in lines.split()]
FIGURES = {
    "shulan_liubu": ["线上办结率：分母是算作“受理”的案件，分子是其中算作“办结”，且不算作“撤回”的。"],
    "yangshan_qibu": ["网格事件办结率：分母是算作“受理”的案件，分子是其中算作“办结”，且不算作“撤回”的。"],
}


def without(code: str, line: str) -> Playbook:
    """Return a shipped playbook with one line of a step gone; raises PlaybookRefused where the check notices."""
    path = queries.shelf()[code]
    values: dict[str, Any] = copy.deepcopy(dict(read(path.name, path.read_text("utf-8")).values))
    *above, last = line.split(".")
    holder: Any = values["steps"]
    for key in above:
        holder = holder[int(key) if isinstance(holder, list) else key]
    del holder[int(last) if isinstance(holder, list) else last]
    text = yaml.safe_dump(values, allow_unicode=True, sort_keys=False)
    return load(file=path.name, text=text, fragments=queries.fragments(), known=queries.known(), schema=queries.schema())  # fmt: skip


@cache
def stories_of(code: str) -> list[Path]:
    """Return every story of a playbook."""
    return [path for path in sorted(FOLDER.glob("*.yaml")) if scenario(path.stem)["playbook"] == code]


def everything_told(stage: StoryStage) -> list[object]:
    """Return what anybody was told; `test_scenarios` holds every notice of a story to its file."""
    return [(entry.step, entry.body.tells) for case in stage.cases for entry in case.entries]


def astray(book: Playbook, path: Path) -> bool:
    """Say whether the story goes otherwise under this playbook than its file tells."""
    as_told = stage_of(path)
    stage = StoryStage(book, as_told.story)
    acts = [happened.is_as_told for happened in stage.play()]
    list(as_told.play())
    return not all(acts) or any(differences(stage)) or everything_told(stage) != everything_told(as_told)


@pytest.mark.parametrize(("code", "line"), EVERY, ids=[f"{code}-{line}" for code, line in EVERY])
def test_a_line_that_is_gone_is_noticed(code: str, line: str) -> None:
    try:
        book = without(code, line)
    except PlaybookRefused:
        return  # the check notices

    assert any(astray(book, path) for path in stories_of(code))


@pytest.mark.parametrize("code", LINES)
def test_with_every_line_there_the_stories_go_as_told(code: str) -> None:
    """Otherwise whatever is taken away would be noticed."""
    assert [path.stem for path in stories_of(code) if astray(shelved(code), path)] == []


@pytest.mark.parametrize("code", FIGURES)
def test_a_rate_is_about_what_the_source_says(code: str) -> None:
    book = shelved(code)

    said = [told_local_figure(book, figure).split("出处")[0] for figure in book.figures.values()]

    assert said == FIGURES[code]


def test_what_no_case_comes_to_by_itself_stands_all_the_same() -> None:
    """Cases that changed their way come to positions that no case of this playbook reaches by its own steps."""
    book = shelved("people_mediation")
    resident = frozenset({"resident"})
    merged = Situation("closed", {"kind": "dispute", "outcome": "merged"}, resident)
    waiting = Situation(
        "answered",
        {"kind": "dispute", "outcome": "agreed_oral"},
        resident,
        (Task(1, "confirmation", "applied"),),
    )

    assert "reopen" not in [step.code for step in offered(book, merged)]
    assert decide(book, waiting, "rate", {"solved": True, "score": 5}).position == "following"
