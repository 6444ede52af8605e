"""Hold a draft against a JSON Schema, and say in sentences where it departs from it. Pure.

A schema may say in Chinese what a ``pattern`` or a choice (``oneOf``, ``anyOf``) wants, in the key ``x-says`` beside it.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, cast

import orjson
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from heshi.common.values import Json, JsonObject
from heshi.common.yamltext import Draft, KeyPath, Miswritten, taken_down

KINDS: Final = {
    "string": "文字",
    "object": "“键: 值”",
    "array": "列表",
    "boolean": "“true”或“false”",
    "integer": "整数",
    "number": "数",
    "null": "空",
}
LONGEST_SHOWN: Final = 40
NO_CODE: Final = "不是规范的代码，请用半角的小写字母、数字和下划线。"
NO_DAY: Final = "不是日期，请写 2026-01-31 这样的日期。"
NO_SHAPE: Final = "的写法不对，请对照说明改正。"


def schema_of(text: str | bytes) -> Draft202012Validator:
    """Return the schema that a JSON text holds."""
    return validator(orjson.loads(text))


def validator(schema: JsonObject) -> Draft202012Validator:
    """Return a schema ready to be held against a draft; of formats only ``date`` has a sentence."""
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def read_shaped(file: str, text: str, schema: Draft202012Validator, refusal: type[Miswritten]) -> Draft:
    """Return the draft of a file that has the shape of the schema; raises ``refusal`` with all that is wrong with it."""
    draft = taken_down(file, text, refusal)
    for path, sentence in misshapen(draft, schema, refusal.thing):
        draft.complain(path, sentence)
    draft.refuse_if_wrong(refusal)
    return draft


def misshapen(draft: Draft, schema: Draft202012Validator, thing: str) -> list[tuple[KeyPath, str]]:
    """Return where the draft departs from the schema, with sentences; what could not even be read is not told again."""
    misread = {(path, problem.file, problem.line) for path, problem in draft.wrong}
    found = [each for error in schema.iter_errors(draft.values) for each in _said(_meant(error), thing)]
    return [(path, sentence) for path, sentence in found if (path, *draft.place(path)) not in misread]


def _meant(error: ValidationError) -> ValidationError:
    """Return the alternative that was most likely meant.

    It is the choice itself where that says in its own words what it wants, or none went further than the others.
    """
    if not error.context or _own_words(error):
        return error
    # Where a code was meant, what is wrong with the code says more than that something else could stand there too.
    if isinstance(error.instance, str) and (misspelt := _of_kind(error.context, "pattern")):
        return misspelt
    deepest = max(error.context, key=lambda inner: len(inner.absolute_path))
    return deepest if len(deepest.absolute_path) > len(error.absolute_path) else error


def _of_kind(errors: Iterable[ValidationError], rule: str) -> ValidationError | None:
    return next((inner for inner in errors if inner.validator == rule), None)


def _said(error: ValidationError, thing: str) -> Iterator[tuple[KeyPath, str]]:
    """Yield the places that the checker means, each with a sentence that says what to do."""
    path: KeyPath = tuple(error.absolute_path)
    if "propertyNames" in error.absolute_schema_path:
        path = (*path, str(error.instance))
    where = _name(path) or thing
    match error.validator:
        case "additionalProperties":
            yield from _strange(path, error)
        case "required":
            missing = [key for key in cast("list[str]", error.validator_value) if key not in _keys(error)]
            yield (*path, missing[0]), f"{where}缺少“{'、'.join(missing)}”，请补上。"
        case "pattern":
            yield path, f"“{error.instance}”{_own_words(error, NO_CODE)}"
        case "format":
            yield path, f"“{error.instance}”{NO_DAY}"
        case str(rule) if rule in TAILS:
            yield path, f"{where}{TAILS[rule](error.validator_value, error.instance)}。"
        case _:
            yield path, f"{where}{_own_words(error, NO_SHAPE)}"


def _name(path: KeyPath) -> str:
    """Return how people call a place: by its key, or by its number in a list; empty for the whole."""
    match path:
        case (*above, int(index)):
            return f"{_name(tuple(above))}的第 {index + 1} 项"
        case (*_, key):
            return f"“{key}”"
        case _:
            return ""


def _strange(path: KeyPath, error: ValidationError) -> Iterator[tuple[KeyPath, str]]:
    known = list(error.schema.get("properties", ())) if isinstance(error.schema, Mapping) else []
    for word in (each for each in _keys(error) if each not in known):
        near = difflib.get_close_matches(word, known, n=1)
        meant = f"是不是“{near[0]}”？" if near else f"请核对拼写，这里可写：{'、'.join(known)}。"
        yield (*path, word), f"不认识的键“{word}”，{meant}"


def _keys(error: ValidationError) -> list[str]:
    return list(error.instance) if isinstance(error.instance, dict) else []


def _own_words(error: ValidationError, otherwise: str = "") -> str:
    said = error.schema.get("x-says") if isinstance(error.schema, Mapping) else None
    return str(said or otherwise)


def _kind(wanted: str | Iterable[str], given: Json) -> str:
    names = [wanted] if isinstance(wanted, str) else wanted
    quotes = "，请给它加上引号" if wanted == "string" and isinstance(given, int | float) else ""
    return f"的写法不对，这里应当是{'或'.join(KINDS[name] for name in names)}{_given(given)}{quotes}"


def _given(given: Json) -> str:
    """Say what was written instead, where that is short enough to be recognised."""
    if given is None:
        return "，现在是空的"
    if isinstance(given, bool):
        given = str(given).lower()
    if not isinstance(given, str | int | float):
        return ""
    text = str(given)
    return f"，现在写的是“{text[:LONGEST_SHOWN]}{'……' if len(text) > LONGEST_SHOWN else ''}”"


def _least(least: int, given: str | list[Json] | dict[str, Json]) -> str:
    if not given:
        return "不能是空的"
    return f"至少写 {least} {'个字' if isinstance(given, str) else '项'}"


def _outside(bound: str) -> Callable[[float, float], str]:
    return lambda limit, given: f"的数值“{given}”超出允许范围，{bound} {limit}"


TAILS: Final[Mapping[str, Callable[..., str]]] = {
    "type": _kind,
    "enum": lambda choices, given: f"只能是：{'、'.join(map(str, choices))}{_given(given)}",
    "minLength": _least,
    "minItems": _least,
    "minProperties": _least,
    "maxLength": lambda most, _given: f"太长了，最多 {most} 个字",
    "maxItems": lambda most, _given: f"最多写 {most} 项",
    "maxProperties": lambda most, _given: f"最多写 {most} 项",
    "uniqueItems": lambda _wanted, _given: "里有一项写了两次，请删去一处",
    "minimum": _outside("不能小于"),
    "maximum": _outside("不能大于"),
    "exclusiveMinimum": _outside("要大于"),
    "exclusiveMaximum": _outside("要小于"),
}
"""What is wrong, after the name of the place: by the rule of the schema, from what it wants and what was given."""
