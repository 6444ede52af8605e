"""YAML text to plain values that remember their file and line, so that a refusal can point at the place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from heshi.common.refusals import Invalid

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The same loader in C where it was built: ten times as fast."""
Path = tuple[str | int, ...]
MERGED = ("clocks", "positions", "steps", "words")


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
    try:
        root = yaml.compose(text, Loader=LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise PlaybookRefused(
            [Problem(file, line, "这里不是规范的 YAML，请检查缩进、冒号和引号。")]
        ) from error
    if not isinstance(root, yaml.MappingNode):
        raise PlaybookRefused([Problem(file, 1, "预案应由“键: 值”组成，文件是空的或格式不对。")])
    draft = Draft(file, {})
    draft.values = _value(root, (), draft)
    return draft


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
    try:
        return yaml.SafeLoader("").construct_object(node)
    except (yaml.YAMLError, ValueError) as error:
        line = node.start_mark.line + 1
        raise PlaybookRefused([Problem(draft.file, line, f"看不懂“{node.value}”。")]) from error


def joined(draft: Draft, fragments: Mapping[str, str]) -> Draft:
    """Return the draft with its fragments taken in; what the playbook itself says goes before a fragment.

    ``fragments`` maps a fragment's code to its text. Raises PlaybookRefused for a fragment that does not exist.
    """
    names = draft.values.get("include", [])
    whole = Draft(draft.file, dict(draft.values), dict(draft.places))
    for index, name in enumerate(names if isinstance(names, list) else []):
        if name not in fragments:
            raise PlaybookRefused([draft.problem(("include", index), f"没有名为“{name}”的公共片段。")])
        _take_in(whole, read(f"fragments/{name}.yaml", fragments[name]))
    return whole


def _take_in(whole: Draft, fragment: Draft) -> None:
    for section in MERGED:
        given = fragment.values.get(section)
        if not isinstance(given, dict):
            continue
        own = whole.values.get(section, {})
        whole.values[section] = _overlaid(given, own) if isinstance(own, dict) else own
    for path, place in fragment.places.items():
        whole.places.setdefault(path, place)


def _overlaid(given: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Fragment entries first missing from the playbook come after its own; label families merge word by word."""
    merged = dict(own)
    for name, value in given.items():
        if name not in merged:
            merged[name] = value
        elif isinstance(value, dict) and all(isinstance(word, str) for word in value.values()):
            merged[name] = {**value, **merged[name]}
    return merged
