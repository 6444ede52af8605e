"""What differs between two playbooks, in sentences a clerk understands; comments and codes of the files do not count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

from heshi.playbooks.rules.facets import Facets, facets_of, facets_of_whole
from heshi.playbooks.rules.shape import Playbook, Position, Step, TaskKind
from heshi.playbooks.rules.telling import (
    told_task,
)
from heshi.playbooks.rules.wording import (
    place_word,
    role_word,
    with_words_of,
)
from heshi.playbooks.terms import HOLDERS

Thing = TypeVar("Thing", Position, Step, TaskKind)


def differences(old: Playbook, new: Playbook) -> list[str]:
    """Return every difference as a sentence, from the whole down to the single step; an empty list when there is none."""
    names = with_words_of(old, new)
    return [
        *_changed("预案", facets_of_whole(old, names), facets_of_whole(new, names)),
        *_members("环节", old.positions, new.positions, names),
        *_members("步骤", old.steps, new.steps, names),
        *_members("分项", old.tasks, new.tasks, names),
    ]


def _members(
    kind: str,
    old: Mapping[str, Thing],
    new: Mapping[str, Thing],
    names: Playbook,
) -> Iterator[str]:
    yield from (f"删去{kind}“{old[code].label}”。" for code in old if code not in new)
    yield from (_added(kind, new[code], names) for code in new if code not in old)
    for code in (code for code in old if code in new):
        yield from _changed(
            f"{kind}“{new[code].label}”", facets_of(old[code], names), facets_of(new[code], names)
        )
    if [code for code in old if code in new] != [code for code in new if code in old]:
        yield f"{kind}的先后顺序变了。"


def _added(kind: str, thing: Position | Step | TaskKind, names: Playbook) -> str:
    if isinstance(thing, TaskKind):
        return f"增加{kind}“{told_task(thing)}”。"
    if isinstance(thing, Position):
        return f"增加{kind}“{thing.label}”，{'是终点' if thing.end else f'在{HOLDERS[thing.holder]}手里'}。"
    who = "、".join(role_word(names, role) for role in thing.who)
    targets = "、".join(dict.fromkeys(place_word(names, target) for target in thing.targets()))
    return f"增加{kind}“{thing.label}”，由{who}办理，去向是{targets}。"


def _changed(what: str, old: Facets, new: Facets) -> Iterator[str]:
    for name, before in old.items():
        after = new[name]
        if before == after:
            continue
        if isinstance(before, tuple) and isinstance(after, tuple):
            yield f"{what}的{name}：{_came_and_went(before, after)}。"
        else:
            yield f"{what}的{name}由{_quoted(before)}改为{_quoted(after)}。"


def _came_and_went(before: tuple[str, ...], after: tuple[str, ...]) -> str:
    gone = [each for each in before if each not in after]
    come = [each for each in after if each not in before]
    parts = [
        f"{verb}{'、'.join(map(_quoted, some))}" for verb, some in (("增加", come), ("去掉", gone)) if some
    ]
    return "；".join(parts) or "顺序变了"


def _quoted(words: str | tuple[str, ...]) -> str:
    """Return words in quotation marks; those within them become single ones (GB/T 15834)."""
    return f"“{str(words or '空').replace('“', '‘').replace('”', '’')}”"
