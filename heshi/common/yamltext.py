"""YAML text to plain values that remember their file and line, so that a refusal can point at the place. Pure.

Every file that people write for Heshi is read here: playbooks, clocks, calendars, routing rules, word lists, demo ground.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import ClassVar, Final, Self

import yaml
from yaml.constructor import SafeConstructor
from yaml.reader import Reader

from heshi.common.refusals import Invalid
from heshi.common.values import Json

LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The same loader in C where it was built: ten times as fast."""
KeyPath = tuple[str | int, ...]
"""The keys and numbers that lead to a value."""
MOST_KILOBYTES: Final = 256
DEEPEST: Final = 24
"""What people write needs about eight levels; the parser must not be led into ten thousand."""
PLAIN_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]{0,14})(\.[0-9]+)?")
"""YAML also takes 010 for eight and 1:30 for ninety; nobody who writes for us means that."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong with a file, with its place and a sentence for whoever wrote it."""

    file: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.file} 第 {self.line} 行：{self.sentence}"


class Miswritten(Invalid):
    """A file that somebody wrote cannot be used; each room that reads files has its own kind of this.

    ``thing`` is what the file should have been, in the words of the room.
    """

    code = "file_miswritten"
    sentence = "文件有误，未载入："
    thing: ClassVar[str] = "文件"

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join([self.sentence, *map(str, self.problems)]))

    @classmethod
    def unreadable(cls, file: str, why: str) -> Self:
        """Return the refusal of a file that is missing or no text; ``why`` says which, and what to do."""
        return cls([Problem(file, 1, f"读不出来：{why}。")])


@dataclass(slots=True)
class Draft:
    """The plain values of a file, the place of each of them, and what was found wrong so far."""

    file: str
    values: dict[str, Json]
    places: dict[KeyPath, tuple[str, int]] = field(default_factory=dict)
    wrong: list[tuple[KeyPath, Problem]] = field(default_factory=list)

    def place(self, path: KeyPath) -> tuple[str, int]:
        """Return file and line of the nearest place that is known for the path."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, (self.file, 1))

    def problem(self, path: KeyPath, sentence: str) -> Problem:
        """Return a problem at the nearest place that is known for the path."""
        return Problem(*self.place(path), sentence)

    def complain(self, path: KeyPath, sentence: str) -> None:
        """Keep what is wrong at a place, so that everything can be told at once."""
        self.wrong.append((path, self.problem(path, sentence)))

    def is_sound(self, path: KeyPath) -> bool:
        """Say whether nothing wrong has been found at this place or in it."""
        return not any(spoilt[: len(path)] == path for spoilt, _problem in self.wrong)

    def refuse_if_wrong(self, refusal: type[Miswritten]) -> None:
        """Raise ``refusal`` with everything that was found wrong, if anything was."""
        if self.wrong:
            raise refusal(problem for _path, problem in self.wrong)


def read(file: str, text: str, refusal: type[Miswritten]) -> Draft:
    """Return the draft of one file; raises ``refusal`` when it is not YAML, says a key twice, or has odd numbers."""
    draft = taken_down(file, text, refusal)
    draft.refuse_if_wrong(refusal)
    return draft


def taken_down(file: str, text: str, refusal: type[Miswritten]) -> Draft:
    """Return the draft of one file, which may have something wrong in it already.

    Raises ``refusal`` only for what cannot be read at all; the rest is for the caller to tell together with what else is wrong.
    """
    _sized(file, text, refusal)
    try:
        _plain(file, text, refusal)
        root = yaml.compose(text, Loader=LOADER)
    except yaml.YAMLError as error:
        mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
        line = min(mark.line + 1, len(text.splitlines())) if mark else 1  # not behind the last line
        raise refusal([Problem(file, line, "这里不是规范的 YAML，请检查缩进、冒号和引号。")]) from error
    if not isinstance(root, yaml.MappingNode):
        raise refusal([Problem(file, 1, f"{refusal.thing}应由“键: 值”组成，文件是空的或格式不对。")])
    draft = Draft(file, {})
    draft.places[()] = (file, _line(root))
    draft.values = dict(_pairs(root, (), draft))
    return draft


def _sized(file: str, text: str, refusal: type[Miswritten]) -> None:
    """Refuse what is too large to have been written by a person, or holds characters no text has."""
    if strange := Reader.NON_PRINTABLE.search(text):
        line = text.count("\n", 0, strange.start()) + 1
        raise refusal([Problem(file, line, "这一行有看不见的控制字符，请删去或重新输入这一行。")])
    if len(text.encode()) > MOST_KILOBYTES * 1024:
        sentence = f"文件超过 {MOST_KILOBYTES} KB，不像是{refusal.thing}，请核对是否选对了文件。"
        raise refusal([Problem(file, 1, sentence)])


def _plain(file: str, text: str, refusal: type[Miswritten]) -> None:
    """Refuse aliases, tags and deep nesting before anything is built: a few lines of them can fill the memory."""
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if sentence := _forbidden(event, depth, refusal.thing):
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise refusal([Problem(file, line, sentence)])


def _forbidden(event: yaml.Event, depth: int, thing: str) -> str:
    if isinstance(event, yaml.NodeEvent) and event.anchor:
        return f"{thing}里不能用 & 和 * 引用别处，请把内容直接写出来。"
    if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag:
        return f"{thing}里不能用标签“{event.tag}”，请删去它，只写内容。"
    return f"缩进超过 {DEEPEST} 层，请检查括号和缩进。" if depth > DEEPEST else ""


def _value(node: yaml.Node, path: KeyPath, draft: Draft) -> Json:
    draft.places.setdefault(path, (draft.file, _line(node)))
    if isinstance(node, yaml.MappingNode):
        return dict(_pairs(node, path, draft))
    if isinstance(node, yaml.SequenceNode):
        return [_value(child, (*path, index), draft) for index, child in enumerate(node.value)]
    return _scalar(node, path, draft)


def _pairs(node: yaml.MappingNode, path: KeyPath, draft: Draft) -> Iterator[tuple[str, Json]]:
    seen: set[str] = set()
    for key_node, child in node.value:
        key, line = _word(key_node), _line(key_node)
        if key is None:
            draft.wrong.append((path, Problem(draft.file, line, "键应当是一个词。")))
        elif key in seen:
            problem = Problem(draft.file, line, f"“{key}”写了两次，请删去一处。")
            draft.wrong.append(((*path, key), problem))
        else:
            seen.add(key)
            draft.places[*path, key] = (draft.file, line)
            yield key, _value(child, (*path, key), draft)


def _word(node: yaml.Node) -> str | None:
    return str(node.value) if isinstance(node, yaml.ScalarNode) else None


def _scalar(node: yaml.Node, path: KeyPath, draft: Draft) -> Json:
    """Return what was written; a date is kept as it was written, and so is what only looks like a number."""
    value = str(node.value)
    kind = node.tag.rpartition(":")[2]
    if kind in ("int", "float") and not PLAIN_NUMBER.fullmatch(value):
        sentence = f"“{value}”不是普通的数；如果是代码或文字，请给它加上引号。"
        draft.wrong.append((path, Problem(draft.file, _line(node), sentence)))
        return value
    match kind:
        case "int":
            return int(value)
        case "float":
            return float(value)
        case "bool":
            return SafeConstructor.bool_values[value.lower()]
        case "null":
            return None
        case _:
            return value


def _line(node: yaml.Node) -> int:
    return node.start_mark.line + 1 if node.start_mark else 1
