"""One small playbook for the tests of this room, and the playbooks on the shelf."""

from __future__ import annotations

from functools import cache

from heshi.clocks.queries.loading import load_library
from heshi.clocks.queries.reading import FOLDER
from heshi.playbooks import queries
from heshi.playbooks.rules import Known, Playbook, load

LAWS = {code: load_library([FOLDER])[code] for code in ("HL.NORMAL", "HL.DISPATCH", "MED.MEDIATE")}
KNOWN = Known(roles={"clerk", "officer", "resident", "respondent", "system"}, library=LAWS)
FILE = "sample.yaml"
TEXT = """\
playbook: sample
title: 三步办理
source: 测试
start: received
opening: {start: [HL.NORMAL]}
words:
  roles: {clerk: 窗口, officer: 经办人}
  facts: {plan: 办理打算, returned: 退回过}
clocks:
  ARRIVE: {title: 报到, length: 4, unit: hour, source: 测试}
positions:
  received: {label: 已登记, resident: 您说的事已经登记。, holder: centre}
  acting: {label: 办理中, resident: 承办单位正在办理。}
  done: {label: 办结, resident: 这件事已经办结。, end: true, outcomes: [solved]}
steps:
  dispatch:
    label: 派单
    who: [clerk]
    from: [received]
    to: acting
    asks:
      unit: {label: 承办单位, type: unit, required: true}
    clocks: {start: [ARRIVE]}
    tells: [{who: unit, say: "案件 {number} 请接办。"}]
  plan:
    label: 商量
    who: [officer]
    from: [acting]
    to: same
    asks:
      plan: {label: 打算怎么办, type: text}
      size: {label: 大小, type: choice, options: {small: 小事, big: 大事}}
  reply:
    label: 答复
    who: [officer, clerk]
    from: [acting]
    to:
      - {when: {size: big}, then: received, sets: {returned: true}, clocks: {start: [HL.NORMAL]}}
      - {then: done}
    needs: {plan: {present: true}}
    asks:
      reply: {label: 给群众的答复, type: long_text, required: true}
    sets: {outcome: solved}
    clocks: {stop: [ARRIVE, HL.NORMAL]}
    answers: true
    resident: 已经答复您。
colours:
  - {when: {kind: [hazard]}, then: red}
  - {then: blue}
"""


def local(code: str) -> str:
    """Return the same playbook under a code of its own, for people of the made-up county."""
    text = TEXT.replace("playbook: sample", f"playbook: {code}").replace("clerk: 窗口, ", "")
    return text.replace("clerk", "dispatcher").replace("officer", "handling_unit_user")


SHELF = ("canonical", "shulan_liubu", "yangshan_qibu")


def sample(text: str = TEXT) -> Playbook:
    """Return the playbook of a text; raises PlaybookRefused."""
    return load(file=FILE, text=text, fragments={}, known=KNOWN, schema=queries.schema())


@cache
def shelved(code: str) -> Playbook:
    """Return a playbook that ships with Heshi."""
    path = queries.shelf()[code]
    return load(
        file=path.name,
        text=path.read_text("utf-8"),
        fragments=queries.fragments(),
        known=queries.known(),
        schema=queries.schema(),
    )


def line_of(text: str, words: str) -> int:
    """Return the line on which these words stand first."""
    return text[: text.index(words)].count("\n") + 1
