"""Read a YAML file so that each complaint can name its line.

Dates stay text (the schema checks their shape), and a key written twice is refused, not silently won.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, cast

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from heshi.common.refusals import Invalid

Place = tuple[str | int, ...]
Lines = dict[Place, int]
_KINDS = {
    "string": "文字",
    "integer": "整数",
    "number": "数",
    "array": "列表",
    "object": "一组键值",
    "boolean": "true 或 false",
    "null": "空",
}


class FileWrong(Invalid):
    """A clock or calendar file cannot be used; the sentence names file, line and what to do."""

    code = "clock_file_wrong"
    sentence = "{file} 第{line}行：{what}"


class _Loader(yaml.SafeLoader):
    """A safe loader that leaves dates as text."""

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in rules if tag != "tag:yaml.org,2002:timestamp"]
        for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def read(path: Path, schema: str) -> tuple[dict[str, Any], Lines]:
    """Return the content of a file that satisfies the named schema, and the line of each of its places."""
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=_Loader)
    except (OSError, UnicodeDecodeError) as problem:
        raise FileWrong(file=path.name, line=1, what="读不出来，请确认文件存在并以 UTF-8 保存。") from problem
    except yaml.MarkedYAMLError as problem:
        line = problem.problem_mark.line + 1 if problem.problem_mark else 1
        raise FileWrong(
            file=path.name, line=line, what="不是合格的 YAML，请检查缩进、冒号和引号。"
        ) from problem
    if not isinstance(node, yaml.MappingNode):
        raise FileWrong(file=path.name, line=1, what="内容是空的，或者最外层不是“键: 值”。")
    lines = dict(_places(node, (), path.name))
    data: dict[str, Any] = _Loader("").construct_document(node)
    _check(data, lines, path.name, schema)
    return data, lines


def line_of(lines: Lines, place: Place) -> int:
    """Return the line of a place, or of the nearest thing that contains it."""
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 1)


def _places(node: yaml.Node, place: Place, name: str) -> Iterator[tuple[Place, int]]:
    yield place, node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _places(item, (*place, index), name)
    elif isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                raise FileWrong(
                    file=name, line=key.start_mark.line + 1, what=f"“{key.value}”写了两次，请删去一个。"
                )
            seen.add(key.value)
            yield from _places(value, (*place, key.value), name)
            yield (*place, key.value), key.start_mark.line + 1


def _check(data: dict[str, Any], lines: Lines, name: str, schema: str) -> None:
    problems = sorted(_validator(schema).iter_errors(data), key=lambda each: (len(each.path), str(each.path)))
    if problems:
        place, what = _said(problems[0])
        raise FileWrong(file=name, line=line_of(lines, place), what=what)


@cache
def _validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(Path(schema).read_text(encoding="utf-8")))


def _said(problem: ValidationError) -> tuple[Place, str]:
    """Turn the checker's English into one sentence that says what to do."""
    place: Place = tuple(problem.path)
    key = str(place[-1]) if place else "文件"
    wanted: Any = problem.validator_value
    written: Any = problem.instance
    if problem.validator == "additionalProperties":
        return _stranger(place, written, cast("dict[str, Any]", problem.schema)["properties"])
    if problem.validator == "required":
        missing = next(each for each in wanted if each not in written)
        return place, f"缺少“{missing}”，请补上。"
    said = _SENTENCES.get(str(problem.validator), lambda limit: f"不在允许的范围内（{limit}）")(wanted)
    return place, f"“{key}”{said}，现在写的是“{written}”。"


def _stranger(place: Place, written: dict[str, Any], known: dict[str, Any]) -> tuple[Place, str]:
    word = next(each for each in written if each not in known)
    near = difflib.get_close_matches(word, known, n=1)
    meant = f"是不是“{near[0]}”" if near else "请删去，或对照 schema.json 改正"
    return (*place, word), f"不认识的键“{word}”，{meant}。"


def _kinds(wanted: str | list[str]) -> str:
    names = wanted if isinstance(wanted, list) else [wanted]
    return f"应当是{'或'.join(_KINDS[name] for name in names)}"


_SENTENCES: dict[str, Callable[[Any], str]] = {
    "enum": lambda choices: f"只能是 {'、'.join(map(str, choices))}",
    "type": _kinds,
    "pattern": lambda _: "的写法不对（代码用大写和点，如 XF.HANDLE；日期写 2026-01-31）",
    "minimum": lambda least: f"不能小于 {least}",
    "maximum": lambda most: f"不能大于 {most}",
    "minLength": lambda least: f"至少写 {least} 个字",
    "minItems": lambda least: f"至少写 {least} 项",
}
