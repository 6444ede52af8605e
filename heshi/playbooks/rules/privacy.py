"""What a resident is not to read of a task: whatever the step that added it copied from an answer that is for staff only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from heshi.playbooks.rules.effects import Adding
from heshi.playbooks.rules.shape import Playbook
from heshi.playbooks.rules.tasks import Task


def private_parts(books: Iterable[Playbook], task: Task) -> frozenset[str]:
    """Return which of a task's ``words`` and ``unit`` came of a private answer.

    ``books`` are all by which the case has lived: where any of them asked in private, it stays so under the next. Where a kind of
    task is added in several ways, one of them private, it is taken to be that one: which way it was is not kept with the task.
    """
    return frozenset(part for book in books for part in _private(book, task))


def _private(book: Playbook, task: Task) -> Iterator[str]:
    asks = [ask for step in book.steps.values() for ask in step.asks if ask.private]
    units, others = ({ask.name for ask in asks if (ask.type == "units") is many} for many in (True, False))
    ways = list(_ways(book, task))
    if any(way.unit in units | others or way.each in units for way in ways):
        yield "unit"
    # A title stands in the playbook itself: nobody has said it in this case.
    if any(way.words in units | others or way.each in others for way in ways) and task.words not in {
        way.title for way in ways
    }:
        yield "words"


def _ways(book: Playbook, task: Task) -> Iterator[Adding]:
    effects = (each for step in book.steps.values() for _path, each in step.effects())
    return (way for each in effects for way in each.adds if way.task == task.kind)
