"""Which tasks a step adds, and on which it is taken, in words."""

from __future__ import annotations

from heshi.playbooks.rules.effects import Adding
from heshi.playbooks.rules.shape import Playbook, Step, TaskWork
from heshi.playbooks.rules.wording import case_words, clock_word, condition_words, fact_word


def work_words(book: Playbook, step: Step) -> list[str]:
    """Return on which kind of task a step is taken and which it adds, a line each; nothing for a step of the case alone."""
    taken = [f"在一项“{book.tasks[step.task.kind].label}”上办，{_way(book, step.task)}"] if step.task else []
    return taken + [f"添上{adding_words(book, adding)}" for adding in step.adds]


def _way(book: Playbook, work: TaskWork) -> str:
    states = book.tasks[work.kind].states
    sources = "、".join(states.get(state, state) for state in work.source)
    targets = [
        (case_words(book, row.when, among=len(work.to)), states.get(str(row.then), str(row.then)))
        for row in work.to
    ]
    if len(targets) == 1:
        return f"从“{sources}”到“{targets[0][1]}”"
    return f"从“{sources}”：{'；'.join(f'{when}到“{state}”' for when, state in targets)}"


def adding_words(book: Playbook, adding: Adding) -> str:
    """Return what a step adds: the kind of task, for each of what, for whom, until when and under which condition."""
    asked = {
        "每个": adding.each,
        "单位": adding.unit,
        "内容": adding.words,
        "到期": adding.due,
        "起算": adding.since,
    }
    parts = [f"{what}“{fact_word(book, name)}”" for what, name in asked.items() if name]
    parts += [f"说明 {adding.title}"] if adding.title else []
    parts += [f"时限“{clock_word(book, adding.clock)}”"] if adding.clock else []
    parts += [f"当{condition_words(book, adding.when)}"] if adding.when else []
    label = book.tasks[adding.task].label if adding.task in book.tasks else adding.task
    return "，".join((label, *parts))
