"""An answer to what a step asks, as people read it: words instead of codes, names instead of keys."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from heshi.cases.terms import ALL_KINDS
from heshi.clocks.rules.stated import day_in_words
from heshi.clocks.rules.stated import in_words as moment_words
from heshi.common.keys import key_from
from heshi.people.models import Staff
from heshi.playbooks.rules import Ask
from heshi.understanding.terms import topic_label
from heshi.web.kit.names import names

SCORES: Final = {
    5: "5 分 · 很满意",
    4: "4 分 · 满意",
    3: "3 分 · 一般",
    2: "2 分 · 不满意",
    1: "1 分 · 很不满意",
}
YES_NO: Final = {"yes": "是", "no": "否"}


def in_words(ask: Ask, answer: object) -> str:
    """Return an answer in words."""
    several: Sequence[object] = answer if isinstance(answer, list | tuple) else [answer]
    match ask.type:
        case "yes_no":
            return YES_NO["yes" if answer else "no"]
        case "score":
            return SCORES.get(int(str(answer)), str(answer))
        case "staff":
            return staff_name(answer)
        case "files" if all(key_from(str(key)) for key in several):
            return f"{len(several)} 个文件"
        case "staffs":
            return "、".join(staff_names(several).values())
    return "、".join(_one_in_words(ask, str(each)) for each in several)


def staff_name(key: object) -> str:
    """Return the name of a person that a field named; the key itself where there is no such person."""
    # Old answers name people who have left, and trial walks name people who never were.
    found = key_from(str(key))
    named = Staff.objects.filter(pk=found).values_list("display_name", flat=True) if found else ()
    return next(iter(named), str(key))


def staff_names(keys: Iterable[object]) -> dict[str, str]:
    """Return the names of several people by their keys, in one look; the key itself where there is no such person."""
    named = [str(key) for key in keys]
    found = dict(
        Staff.objects.filter(pk__in=filter(None, map(key_from, named))).values_list("pk", "display_name")
    )
    known = {str(key): name for key, name in found.items()}
    return {key: known.get(key, key) for key in named}


def _one_in_words(ask: Ask, code: str) -> str:
    match ask.type:
        case "unit" | "units":
            return names().unit(code) or code
        case "topic":
            return topic_label(code)
        case "place":
            return names().place(code)
        case "date":
            return day_in_words(code)
        case "moment":
            return moment_words(code)
        case "number" | "money":
            return code.removesuffix(".0")
        case "kind":
            return ALL_KINDS.get(code, code)
        case _:
            return ask.options.get(code, code)
