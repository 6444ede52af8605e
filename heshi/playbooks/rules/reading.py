"""YAML text to plain values that remember their file and line, so that a refusal can point at the place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import yaml
from yaml.reader import Reader

from heshi.common.refusals import Invalid

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The same loader in C where it was built: ten times as fast."""
Path = tuple[str | int, ...]
MOST_KILOBYTES: Final = 256
DEEPEST: Final = 24
"""A playbook needs about eight levels; the parser must not be led into ten thousand."""
PLAIN_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]{0,14})(\.[0-9]+)?")
"""YAML also takes 010 for eight and 1:30 for ninety; nobody who writes a playbook means that."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong with a playbook, with its place and a sentence for whoever wrote it."""

    file: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.file} 第 {self.line} 行：{self.sentence}"


class PlaybookRefused(Invalid):
    """The file is not a playbook that can run."""

    code = "playbook_refused"

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__("预案有误，未载入：\n" + "\n".join(map(str, self.problems)))


@dataclass(slots=True)
class Draft:
    """A playbook's plain values and the place of each of them."""

    file: str
    values: dict[str, Any]
    places: dict[Path, tuple[str, int]] = field(default_factory=dict)

    def problem(self, path: Path, sentence: str) -> Problem:
        """Return a problem at the nearest place that is known for the path."""
        while path and path not in self.places:
            path = path[:-1]
        file, line = self.places.get(path, (self.file, 1))
        return Problem(file, line, sentence)


def read(file: str, text: str) -> Draft:
    """Return the draft of one file; raises PlaybookRefused when it is not YAML, or says a key twice."""
    _sized(file, text)
    try:
        _plain(file, text)
        root = yaml.compose(text, Loader=LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = min(mark.line + 1, len(text.splitlines())) if mark else 1  # not behind the last line
        raise PlaybookRefused(
            [Problem(file, line, "这里不是规范的 YAML，请检查缩进、冒号和引号。")]
        ) from error
    if not isinstance(root, yaml.MappingNode):
        raise PlaybookRefused([Problem(file, 1, "预案应由“键: 值”组成，文件是空的或格式不对。")])
    draft = Draft(file, {})
    draft.values = _value(root, (), draft)
    return draft


def _sized(file: str, text: str) -> None:
    """Refuse what is too large to be a working method, or holds characters no text has."""
    if strange := Reader.NON_PRINTABLE.search(text):
        line = text.count("\n", 0, strange.start()) + 1
        raise PlaybookRefused([Problem(file, line, "这一行有看不见的控制字符，请删去或重新输入这一行。")])
    if len(text.encode()) > MOST_KILOBYTES * 1024:
        raise PlaybookRefused(
            [Problem(file, 1, f"文件超过 {MOST_KILOBYTES} KB，不像是预案，请核对是否选对了文件。")]
        )


def _plain(file: str, text: str) -> None:
    """Refuse aliases, tags and deep nesting before anything is built: a few lines of them can fill the memory."""
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if sentence := _forbidden(event, depth):
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise PlaybookRefused([Problem(file, line, sentence)])


def _forbidden(event: Any, depth: int) -> str:
    if getattr(event, "anchor", None):
        return "预案里不能用 & 和 * 引用别处，请把内容直接写出来。"
    if getattr(event, "tag", None):
        return f"预案里不能用标签“{event.tag}”，请删去它，只写内容。"
    return f"缩进超过 {DEEPEST} 层，请检查括号和缩进。" if depth > DEEPEST else ""


def _value(node: yaml.Node, path: Path, draft: Draft) -> Any:
    draft.places.setdefault(path, (draft.file, node.start_mark.line + 1))
    if isinstance(node, yaml.MappingNode):
        return dict(_pairs(node, path, draft))
    if isinstance(node, yaml.SequenceNode):
        return [_value(child, (*path, index), draft) for index, child in enumerate(node.value)]
    return _scalar(node, draft)


def _pairs(node: yaml.MappingNode, path: Path, draft: Draft) -> Iterator[tuple[str, Any]]:
    seen: set[str] = set()
    for key_node, child in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            raise PlaybookRefused([Problem(draft.file, line, "键应当是一个词。")])
        key = str(key_node.value)
        if key in seen:
            raise PlaybookRefused([Problem(draft.file, line, f"“{key}”写了两次，请删去一处。")])
        seen.add(key)
        draft.places[*path, key] = (draft.file, line)
        yield key, _value(child, (*path, key), draft)


def _scalar(node: yaml.Node, draft: Draft) -> Any:
    kind = node.tag.rpartition(":")[2]
    if kind in ("int", "float") and not PLAIN_NUMBER.fullmatch(node.value):
        sentence = f"“{node.value}”不是普通的数；如果是代码或文字，请给它加上引号。"
        raise PlaybookRefused([Problem(draft.file, node.start_mark.line + 1, sentence)])
    if kind in ("int", "float", "bool", "null"):
        return yaml.SafeLoader("").construct_object(node)
    return node.value  # a date is kept as it was written
