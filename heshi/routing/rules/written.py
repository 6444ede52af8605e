"""What stands in a file of routing rules, and the shape it must have."""

from __future__ import annotations

from typing import Final, NotRequired, TypedDict

from jsonschema import Draft202012Validator

from heshi.common.shaping import validator
from heshi.common.values import JsonObject
from heshi.people.terms import UNIT_KINDS
from heshi.routing.terms import LEVELS

WrittenTarget = TypedDict("WrittenTarget", {"kind": str, "at": str, "else": str, "centre": str}, total=False)
"""To whom, as it is written and stored, where it is no single unit: a kind around the matter, or the centre around it."""


class WrittenRule(TypedDict):
    """One rule as it is written."""

    code: str
    unit: str | WrittenTarget
    playbook: str
    note: NotRequired[str]
    kinds: NotRequired[list[str]]
    topics: NotRequired[list[str]]
    places: NotRequired[list[str]]
    tiers: NotRequired[list[str]]
    priority: NotRequired[int]
    valid_from: NotRequired[str]
    valid_to: NotRequired[str]


CODE: Final[JsonObject] = {
    "type": "string",
    "pattern": r"^[a-z][a-z0-9_]{0,39}$(?!\n)",
    "x-says": "不是规范的代码，请用小写字母开头的短代码，如 wages。",
}
WORDS: Final[JsonObject] = {
    "type": "array",
    "items": {"type": "string", "pattern": r"\S", "x-says": "里没有字，请删去或写上。"},
}
DAY: Final[JsonObject] = {"type": "string", "format": "date"}
LEVEL: Final[JsonObject] = {"enum": list(LEVELS)}
TARGET: Final[JsonObject] = {
    "x-says": "应是机构代码，或 {kind: 机构类别, at: township, else: 机构代码}，或 {centre: township}。",
    "oneOf": [
        {"type": "string", "minLength": 1},
        {
            "type": "object",
            "additionalProperties": False,
            "required": ["kind"],
            "properties": {"kind": {"enum": list(UNIT_KINDS)}, "at": LEVEL, "else": {"type": "string"}},
        },
        {
            "type": "object",
            "additionalProperties": False,
            "required": ["centre"],
            "properties": {"centre": LEVEL},
        },
    ],
}
SHAPE: Final[Draft202012Validator] = validator(
    {
        "type": "object",
        "additionalProperties": False,
        "required": ["rules"],
        "properties": {
            "title": {"type": "string"},
            "rules": {
                "type": "array",
                "minItems": 1,
                "items": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["code", "unit", "playbook"],
                    "properties": {
                        "code": CODE,
                        "note": {"type": "string", "maxLength": 200},
                        "kinds": WORDS,
                        "topics": WORDS,
                        "places": WORDS,
                        "tiers": WORDS,
                        "unit": TARGET,
                        "playbook": CODE,
                        "priority": {"type": "integer", "minimum": 0, "maximum": 1_000_000},
                        "valid_from": DAY,
                        "valid_to": DAY,
                    },
                },
            },
        },
    }
)
