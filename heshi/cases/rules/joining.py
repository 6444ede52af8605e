"""When several people speak of one thing: one case becomes part of another."""

from __future__ import annotations

from collections.abc import Mapping

from heshi.common.refusals import Conflict


class NotJoinable(Conflict):
    """A case can only become part of an open one of the same county that is not itself."""

    code = "not_joinable"
    sentence = "不能并入“{number}”：请填本县另一件还在办理的案件编号。"


def joined_facts(main: Mapping[str, object], own: Mapping[str, object]) -> dict[str, object]:
    """Return what the main case notes when another one becomes part of it: how many people speak of it now."""
    return {"reporters": int(str(main.get("reporters") or 1)) + int(str(own.get("reporters") or 1))}
