"""A shipped playbook with one thing spoilt is refused with file, line and a sentence; nothing else escapes."""

# ruff: noqa: E501 -- one mutation to a line reads better than ten lines each

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml

from heshi.playbooks import queries
from heshi.playbooks.rules import Playbook, PlaybookRefused, load

SAMPLES = Path(__file__).parent / "samples"
SIX = (SAMPLES / "shulan_liubu.yaml").read_text("utf-8")
ALL_WORDS = (SAMPLES / "everything.yaml").read_text("utf-8")
NAMES = ("six_steps", "everything", "canonical", "yangshan_qibu")
TEXTS = {"six_steps": SIX, "everything": ALL_WORDS} | {
    name: queries.shelf()[name].read_text("utf-8") for name in NAMES[2:]
}
CHINESE = re.compile(r"[\u4e00-\u9fff].*[。，]")
DROP = ""
RATE_WAIT = "clocks: {stop: [HL.NORMAL], start: [RATE.WAIT]}"
ARRIVE = "{title: 报到, length: 4, unit: hour, source: 原做法未写报到时限，本地约定}"

# what is spoilt, the words in the six-step playbook, what stands there instead, the beginning of the sentence
SPOILT = [
    ("no code", "playbook: shulan_liubu\n", DROP, "预案缺少“playbook”"),
    ("capital code", "playbook: shulan_liubu", "playbook: Shulan", "“Shulan”不是规范的代码"),
    ("Chinese code", "playbook: shulan_liubu", "playbook: 六步", "“六步”不是规范的代码"),
    ("code ends in a new line", "playbook: shulan_liubu", 'playbook: "shulan\\n"', "“shulan\n”不是规范的代码"),
    ("short code", "playbook: shulan_liubu", "playbook: sh", "“sh”不是规范的代码"),
    ("number as code", "playbook: shulan_liubu", "playbook: 12", "“playbook”的写法不对，这里应当是文字"),
    ("odd seed", "seed: II-2", "seed: 某地", "“某地”不是规范的代码"),
    ("endless title", "title: 六步接办", f"title: {'长' * 121}", "“title”太长了，最多 120 个字"),
    ("no start", "start: whistled\n", DROP, "预案缺少“start”"),
    ("start at nowhere", "start: whistled", "start: nowhere", "起点“nowhere”不在环节表里"),
    ("start is a list", "start: whistled", "start: [whistled]", "“start”的写法不对，这里应当是文字"),
    ("unknown top key", "start: whistled", "begin: whistled\nstart: whistled", "不认识的键“begin”"),
    ("unknown fragment", "common_acts,", "common_sense,", "没有名为“common_sense”的公共片段"),
    ("fragment twice", "[common_acts,", "[rights, common_acts,", "“include”里有一项写了两次"),
    ("fragment is a list", "[common_acts,", "[[common_acts],", "“include”的第 1 项的写法不对"),
    ("fragment is a mapping", "[common_acts,", "[{a: b},", "“include”的第 1 项的写法不对"),
    ("include is a word", "include: [common_acts, rights, rating]", "include: rating", "“include”的写法不对，这里应当是列表"),
    ("include left empty", "include: [common_acts, rights, rating]", "include:", "“include”的写法不对，这里应当是列表"),
    ("opening clock unknown", "opening: {start: [DISPATCH,", "opening: {start: [NO.SUCH,", "没有名为“NO.SUCH”的时限"),
    ("opening stops a clock", "opening: {start:", "opening: {stop:", "不认识的键“stop”"),
    ("word for a role that is not there", "    dispatcher: 值班长", "    wizard: 值班长", "没有名为“wizard”的角色"),
    ("word family unknown", "  tiers: {town: 乡镇办,", "  layers: {town: 乡镇办,", "不认识的键“layers”"),
    ("tier with no rule", "  tiers: {town: 乡镇办,", "  tiers: {moon: 月亮办, town: 乡镇办,", "层级“moon”没有判定的规则"),
    ("colour with no rule", "  tiers: {town:", "  colours: {green: 不急}\n  tiers: {town:", "颜色“green”没有判定的规则"),
    ("outcome word unknown", "  tiers: {town:", "  outcomes: {happy: 高兴}\n  tiers: {town:", "没有结果代码“happy”"),
    ("word is a list", "    dispatcher: 值班长", "    dispatcher: [值班长]", "“dispatcher”的写法不对，这里应当是文字"),
    ("word is empty", "    dispatcher: 值班长", "    dispatcher: ''", "“dispatcher”不能是空的"),
    ("clock in seconds", "length: 4, unit: hour", "length: 4, unit: second", "“unit”只能是：day、working_day、local_day、hour、minute、month"),
    ("clock unit in Chinese", "length: 4, unit: hour", "length: 4, unit: 小时", "“unit”只能是"),
    ("clock unit in plural", "length: 4, unit: hour", "length: 4, unit: hours", "“unit”只能是"),
    ("clock without unit", "length: 4, unit: hour,", "length: 4,", "“ARRIVE”缺少“unit”"),
    ("clock without length", "length: 4, unit: hour", "unit: hour", "“ARRIVE”缺少“length”"),
    ("clock without source", ", source: 原做法未写报到时限，本地约定}", "}", "“ARRIVE”缺少“source”"),
    ("length with its unit", "length: 4,", "length: 4h,", "“length”的写法不对，这里应当是整数"),
    ("half a length", "length: 4,", "length: 4.5,", "“length”的写法不对，这里应当是整数"),
    ("no length", "length: 4,", "length: 0,", "“length”的数值“0”超出允许范围"),
    ("negative length", "length: 4,", "length: -4,", "“length”的数值“-4”超出允许范围"),
    ("endless length", "length: 4,", "length: 4000,", "“length”的数值“4000”超出允许范围"),
    ("length as a time of day", "length: 4,", "length: 4:00,", "“4:00”不是普通的数"),
    ("length in base eight", "length: 4,", "length: 010,", "“010”不是普通的数"),
    ("length beyond all numbers", "length: 4,", f"length: {'9' * 5000},", f"“{'9' * 20}"),
    ("length infinite", "length: 4,", "length: .inf,", "“.inf”不是普通的数"),
    ("clock in small letters", "  ARRIVE: {title", "  arrive: {title", "“arrive”不是规范的代码"),
    ("clock that changes the law", "  ARRIVE: {title", "  HL.NORMAL: {title: 放宽, length: 999, unit: day, source: 没有}\n  ARRIVE: {title", "“HL.NORMAL”是时限库里的时限，预案不能改它"),
    ("clock name too long", "  ARRIVE: {title", f"  {'A' * 25}: {{title", f"“{'A' * 25}”太长了"),
    ("clock renamed in one place", f"  ARRIVE: {ARRIVE}", f"  ARRIVED: {ARRIVE}", "没有名为“ARRIVE”的时限"),
    ("clock is a number", f"  ARRIVE: {ARRIVE}", "  ARRIVE: 4", "“ARRIVE”的写法不对，这里应当是“键: 值”"),
    ("position without label", "    label: 已吹哨\n", DROP, "“whistled”缺少“label”"),
    ("position without plain words", "    resident: 中心已经点名承办单位，正在等它报到。\n", DROP, "“called”缺少“resident”"),
    ("holder unknown", "    holder: centre", "    holder: mayor", "“holder”只能是：centre、unit、resident、nobody"),
    ("end is a word", "    end: true", "    end: 是", "“end”的写法不对，这里应当是“true”或“false”"),
    ("end outcome unknown", "outcomes: [not_accepted, transferred_to_organ, transferred_to_arbitration, transferred_to_court]\nsteps", "outcomes: [vanished]\nsteps", "没有结果代码“vanished”"),
    ("position code with a space", "  called:\n", "  call ed:\n", "“call ed”不是规范的代码"),
    ("position taken away", "  called:\n    label: 待报到\n    resident: 中心已经点名承办单位，正在等它报到。\n    holder: unit\n", DROP, "环节“called”不存在"),
    ("position nobody comes to", "  arrived:\n", "  lost: {label: 孤岛, resident: 没有人会到这里来。}\n  arrived:\n", "环节“孤岛”永远走不到"),
    ("position nobody leaves", "    from: [called]\n    to: arrived", "    from: [called]\n    to: [{when: {kind: hazard}, then: pit}, {then: arrived}]", "环节“pit”不存在"),
    ("loop with no exit", "    from: [acting]\n    to: answered", "    from: [acting]\n    to: arrived", "环节“待评价”永远走不到"),
    ("two steps in a circle", "    to: arrived\n", "    to: whistled\n", "环节“已报到”永远走不到"),
    ("end without an answer", "    clocks: {stop: [DISPATCH, HL.NORMAL]}\n    answers: true\n", "    clocks: {stop: [DISPATCH, HL.NORMAL]}\n", "终点“不予受理”可能在没有答复群众时就到达"),
    ("step without label", "    label: 派单吹哨\n", DROP, "“dispatch”缺少“label”"),
    ("step without who", "    who: [dispatcher]\n    from: [whistled]\n    to: called\n", "    from: [whistled]\n    to: called\n", "“dispatch”缺少“who”"),
    ("step without from", "    from: [called]\n    to: arrived\n", "    to: arrived\n", "“arrive”缺少“from”"),
    ("step without to", "    from: [called]\n    to: arrived\n", "    from: [called]\n", "“arrive”缺少“to”"),
    ("step nobody may take", "    who: [dispatcher]\n    from: [whistled]\n    to: called", "    who: []\n    from: [whistled]\n    to: called", "步骤“派单吹哨”没有人可以办理"),
    ("role that does not exist", "    who: [dispatcher]", "    who: [emperor]", "没有名为“emperor”的角色"),
    ("role in Chinese", "    who: [dispatcher]", "    who: [值班长]", "“值班长”不是规范的代码"),
    ("who is a word", "    who: [dispatcher]", "    who: dispatcher", "“who”的写法不对，这里应当是列表"),
    ("from nowhere", "    from: [whistled]\n", "    from: [nowhere]\n", "环节“nowhere”不存在"),
    ("from a misspelt word", "    from: [whistled]\n", "    from: opne\n", "“from”的写法不对"),
    ("from an empty list", "    from: [whistled]\n", "    from: []\n", "“from”的写法不对"),
    ("to nowhere", "    to: called", "    to: nowhere", "环节“nowhere”不存在"),
    ("to a number", "    to: called", "    to: 3", "“to”的写法不对"),
    ("to an empty table", "    to: called", "    to: []", "“to”的写法不对"),
    ("last line of a turn with a condition", "    to: called", "    to: [{when: {kind: hazard}, then: called}]", "去向表的最后一行不能带条件"),
    ("turn that is never tried", "    to: called", "    to: [{then: called}, {then: whistled}]", "表的第 1 行不带条件"),
    ("turn without then", "    to: called", "    to: [{when: {kind: hazard}}, {then: called}]", "“to”的第 1 项缺少“then”"),
    ("needs what nobody fills", "needs: {returned: {not: true}}", "needs: {mystery: {not: true}}", "条件用到的“mystery”没有任何步骤会填写"),
    ("needs with an unknown comparison", "needs: {returned: {not: true}}", "needs: {returned: {unless: true}}", "“returned”的写法不对"),
    ("needs more than a word", "needs: {returned: {not: true}}", "needs: {score: {at_least: 很多}}", "“at_least”的写法不对"),
    ("needs a mapping in a list", "needs: {returned: {not: true}}", "needs: {returned: [{a: b}]}", "“returned”的第 1 项的写法不对"),
    ("needs is a list", "needs: {returned: {not: true}}", "needs: [returned]", "“needs”的写法不对"),
    ("ask of an unknown type", "type: unit,", "type: telephone,", "“type”只能是"),
    ("ask without type", "{label: 承办单位, type: unit, required: true}", "{label: 承办单位, required: true}", "“unit”缺少“type”"),
    ("ask without label", "{label: 承办单位, type: unit, required: true}", "{type: unit}", "“unit”缺少“label”"),
    ("ask required as a word", "{label: 承办单位, type: unit, required: true}", "{label: 承办单位, type: unit, required: 必填}", "“required”的写法不对"),
    ("choice without options", "        options: {livelihood: 民生事项, petition: 信访诉求, police: 警务服务, dispute: 矛盾纠纷, business: 营商环境, court: 诉源治理}\n", DROP, "“板块”是选择题，请写明 options"),
    ("choice with no option in it", "{livelihood: 民生事项, petition: 信访诉求, police: 警务服务, dispute: 矛盾纠纷, business: 营商环境, court: 诉源治理}", "{}", "“板块”是选择题，请写明 options"),
    ("options as a list", "{livelihood: 民生事项, petition: 信访诉求, police: 警务服务, dispute: 矛盾纠纷, business: 营商环境, court: 诉源治理}", "[民生事项, 信访诉求]", "“options”的写法不对"),
    ("options without a choice", "type: unit, required: true", "type: unit, options: {a: 甲}", "“承办单位”写了 options，类型应当是 choice"),
    ("outcome that is none", "{solved: 已解决, answered: 已答复（咨询、建议类）,", "{perfect: 完美, answered: 已答复（咨询、建议类）,", "没有结果代码“perfect”"),
    ("outcome in free words", "        label: 办理结果\n        type: choice", "        label: 办理结果\n        type: text", "“办理结果”写了 options"),
    ("outcome set that is none", "    sets: {returned: true}", "    sets: {outcome: happy}", "没有结果代码“happy”"),
    ("sets a list", "    sets: {returned: true}", "    sets: {returned: [true]}", "“returned”的写法不对"),
    ("sets a word", "    sets: {returned: true}", "    sets: returned", "“sets”的写法不对"),
    ("starts an unknown clock", RATE_WAIT, "clocks: {stop: [HL.NORMAL], start: [RATE.LATER]}", "没有名为“RATE.LATER”的时限"),
    ("stops what never ran", RATE_WAIT, "clocks: {stop: [LABOUR.MED], start: [RATE.WAIT]}", "没有名为“LABOUR.MED”的时限"),
    ("clock verb unknown", RATE_WAIT, "clocks: {halt: [HL.NORMAL], start: [RATE.WAIT]}", "不认识的键“halt”"),
    ("clocks in a word", RATE_WAIT, "clocks: HL.NORMAL", "“clocks”的写法不对"),
    ("clock list in a word", RATE_WAIT, "clocks: {stop: HL.NORMAL}", "“stop”的写法不对，这里应当是列表"),
    ("tells a stranger", "{who: unit, say: \"案件 {number} 吹哨", "{who: mayor, say: \"案件 {number} 吹哨", "不知道要告诉谁：“mayor”"),
    ("tells with an unknown field", "案件 {number} 吹哨", "案件 {phone} 吹哨", "通知里的“phone”无法填写"),
    ("tells with a hidden field", "案件 {number} 吹哨", "案件 {unit.__class__} 吹哨", "通知里的“unit.__class__”无法填写"),
    ("tells a million spaces", "案件 {number} 吹哨", "案件 {number:>999999999} 吹哨", "通知里的“number:>999999999”无法填写"),
    ("tells with an empty field", "案件 {number} 吹哨", "案件 {} 吹哨", "通知里的“”无法填写"),
    ("tells with an open brace", "案件 {number} 吹哨", "案件 {number 吹哨", "通知里的"),
    ("tells nothing", "      - {who: unit, say: \"案件 {number} 吹哨，请尽快报到，{due} 前办理。\"}", "      - {who: unit}", "“tells”的第 1 项缺少“say”"),
    ("answers in a word", "    answers: true", "    answers: 已答复", "“answers”的写法不对"),
    ("weight beyond the scale", "    weight: 40", "    weight: 400", "“weight”的数值“400”超出允许范围"),
    ("weight in a word", "    weight: 40", "    weight: 经常", "“weight”的写法不对，这里应当是整数"),
    ("unknown key in a step", "    label: 派单吹哨\n", "    label: 派单吹哨\n    priority: 1\n", "不认识的键“priority”"),
    ("key twice in a step", "    label: 派单吹哨\n", "    label: 派单吹哨\n    label: 派单\n", "“label”写了两次"),
    ("step twice", "  arrive:\n    label: 报到", "  dispatch:\n    label: 报到", "“dispatch”写了两次"),
    ("steps twice", "tiers:\n", "steps: {}\ntiers:\n", "“steps”写了两次"),
    ("tiers with a condition at the end", "  - {then: county}\n", DROP, "判定表的最后一行不能带条件"),
    ("colours with a condition at the end", "  - {then: blue}", "  - {when: {overdue: true}, then: blue}", "判定表的最后一行不能带条件"),
    ("colour that is none", "  - {then: blue}", "  - {then: pink}", "没有颜色“pink”，只有"),
    ("colour line that is never tried", "  - {when: {overdue: true}, then: red}", "  - {then: red}", "表的第 1 行不带条件"),
    ("colour by a fact nobody fills", "{overdue: true}", "{mood: bad}", "条件用到的“mood”没有任何步骤会填写"),
    ("colour line without a colour", "  - {when: {overdue: true}, then: red}", "  - {when: {overdue: true}}", "“colours”的第 1 项缺少“then”"),
    ("tiers as a mapping", "tiers:\n  - {when: {source: window}, then: town}\n  - {then: county}\n", "tiers: {town: 一}\n", "“tiers”的写法不对，这里应当是列表"),
    ("kind that is an unquoted code", "{source: window}", "{topic: 01}", "“01”不是普通的数；如果是代码或文字，请给它加上引号"),
    ("indented by a tab", "    label: 派单吹哨", "\tlabel: 派单吹哨", "这里不是规范的 YAML"),
    ("indented too little", "    label: 派单吹哨\n", " label: 派单吹哨\n", "这里不是规范的 YAML"),
    ("indented too much", "    label: 派单吹哨\n", "      label: 派单吹哨\n", "这里不是规范的 YAML"),
    ("colon without a space", "start: whistled", "start:whistled", "这里不是规范的 YAML"),
    ("full-width colon", "start: whistled", "start：whistled", "这里不是规范的 YAML"),
    ("bracket never closed", "include: [common_acts, rights, rating]", "include: [common_acts, rights, rating", "这里不是规范的 YAML"),
    ("quote never closed", "title: 六步接办", 'title: "六步接办', "这里不是规范的 YAML"),
    ("two documents", "start: whistled", "---\nstart: whistled", "这里不是规范的 YAML"),
    ("key that is a list", "start: whistled", "? [a, b]\n: c\nstart: whistled", "键应当是一个词"),
    ("NUL byte", "title: 六步", "title: 六\x00步", "这一行有看不见的控制字符"),
    ("bell", "title: 六步", "title: 六\x07步", "这一行有看不见的控制字符"),
    ("half a character", "title: 六步", "title: 六\ud800步", "这一行有看不见的控制字符"),
    ("python object", "title: 六步", "title: !!python/object/apply:os.system [ls] # ", "预案里不能用标签"),
    ("python name", "start: whistled", "start: !!python/name:os.system whistled", "预案里不能用标签"),
    ("binary", "start: whistled", "start: !!binary d2hpc3RsZWQ=", "预案里不能用标签"),
    ("own tag", "start: whistled", "start: !secret whistled", "预案里不能用标签"),
    ("anchor", "start: whistled", "start: &here whistled", "预案里不能用 & 和 * 引用别处"),
    ("alias", "    who: [dispatcher]", "    who: *someone", "预案里不能用 & 和 * 引用别处"),
    ("merge key", "    label: 派单吹哨\n", "    label: 派单吹哨\n    <<: {weight: 1}\n", "不认识的键“<<”"),
]  # fmt: skip
# the same for everything the engine can say beyond positions and steps
SPOILT_WORDS = [
    ("leaves out what no fragment has", "without: {note: 测试里不要}", "without: {ntoe: 测试里不要}", "片段里没有“ntoe”"),
    ("leaves out without a reason", "without: {note: 测试里不要}", "without: [note]", "“without”的写法不对，这里应当是“键: 值”"),
    ("leaves out a word", "without: {note: 测试里不要}", "without: note", "“without”的写法不对"),
    ("ladder with one rung", "tier: {grid: 网格办, village: 村办, town: 镇办}", "tier: {grid: 网格办}", "“tier”至少写 2 项"),
    ("ladder as a list", "tier: {grid: 网格办, village: 村办, town: 镇办}", "tier: [网格办, 村办]", "“tier”的写法不对"),
    ("climbs what is no ladder", "climbs: [tier]", "climbs: [stairs]", "没有名为“stairs”的阶梯"),
    ("climbs in a word", "climbs: [tier]", "climbs: tier", "“climbs”的写法不对"),
    ("expiry unknown", "on_expiry: lapse", "on_expiry: vanish", "“on_expiry”只能是"),
    ("task without label", "    label: 材料\n", DROP, "“paper”缺少“label”"),
    ("task without states", "    states: {missing: 待补, here: 已补, waived: 免交}\n", DROP, "“paper”缺少“states”"),
    ("task without an end", "    done: [here, waived]\n", DROP, "“paper”缺少“done”"),
    ("task done in no state", "    done: [here, waived]", "    done: [here, gone]", "“材料”没有状态“gone”"),
    ("task done at once", "    done: [here, waived]", "    done: [missing, here, waived]", "“材料”一开始就是了结的状态"),
    ("task state that is the system's", "{missing: 待补, here: 已补, waived: 免交}", "{missing: 待补, here: 已补, waived: 免交, dropped: 丢了}", "状态“dropped”由系统使用"),
    ("task state nobody comes to", "{missing: 待补, here: 已补, waived: 免交}", "{missing: 待补, here: 已补, waived: 免交, lost: 找不到}", "“材料”永远到不了“找不到”"),
    ("task state nobody leaves", "from: [missing], to: [{when: {good: true}, then: here}, {then: waived}]", "from: [here], to: waived", "“材料”停在“待补”没有出口"),
    ("task holder unknown", "    holder: resident", "    holder: mayor", "“holder”只能是"),
    ("task clock unknown", "    clock: PAPER", "    clock: PAPERS", "没有名为“PAPERS”的时限"),
    ("task clock with a condition at the end", ", {then: COME}]", "]", "“吹哨报到”时限表的最后一行不能带条件"),
    ("task nobody adds", "    adds:\n      - {task: paper, each: papers, due: papers_due}\n", DROP, "没有步骤会添上分项“材料”"),
    ("adds an unknown task", "{task: paper, each", "{task: papre, each", "没有名为“papre”的分项"),
    ("adds for each of what is not asked", "each: papers,", "each: sheets,", "“each”写的“sheets”不是这一步的填写项"),
    ("adds due on what is not asked", "due: papers_due}", "due: someday}", "“due”写的“someday”不是这一步的填写项"),
    ("adds nothing", "    adds:\n      - {task: paper, each: papers, due: papers_due}\n", "    adds: []\n", "“adds”不能是空的"),
    ("adds with an unknown key", "{task: paper, each", "{task: paper, every: 1, each", "不认识的键“every”"),
    ("step on an unknown task", "task: {kind: paper,", "task: {kind: papre,", "没有名为“papre”的分项"),
    ("step on a task from no state", "from: [missing], to:", "from: [nowhere], to:", "“材料”没有状态“nowhere”"),
    ("step on a task to no state", "{when: {good: true}, then: here}", "{when: {good: true}, then: heaven}", "“材料”没有状态“heaven”"),
    ("step on a task with a condition at the end", "{when: {good: true}, then: here}, {then: waived}", "{when: {good: true}, then: here}", "去向表的最后一行不能带条件"),
    ("step on a task by what nobody says", "{when: {good: true}, then: here}", "{when: {fine: true}, then: here}", "条件用到的“fine”没有任何步骤会填写"),
    ("step on a task without kind", "task: {kind: paper, from", "task: {from", "“task”缺少“kind”"),
    ("asks about tasks there are not", "paper_open: {at_most: 0}", "papers_open: {at_most: 0}", "条件用到的“papers_open”没有任何步骤会填写"),
    ("asks about a clock in a number", "{lacks: HL.NORMAL}", "{lacks: 3}", "“lacks”的写法不对"),
    ("counts in a word", "counts: [sent]", "counts: sent", "“counts”的写法不对"),
    ("counts a Chinese word", "counts: [sent]", "counts: [派单次数]", "“派单次数”不是规范的代码"),
    ("until what is no day", "{HOLD: hold_until}", "{HOLD: plan}", "时限“HOLD”到“plan”为止"),
    ("until by an unknown clock", "{HOLD: hold_until}", "{WAIT: hold_until}", "没有名为“WAIT”的时限"),
    ("until in a list", "{until: {HOLD: hold_until}}", "{until: [HOLD]}", "“until”的写法不对"),
    ("since what is no day", "{RIGHT: known_on,", "{RIGHT: plan,", "时限“RIGHT”从“plan”起算"),
    ("since by an unknown clock", "{RIGHT: known_on,", "{WRONG: known_on,", "没有名为“WRONG”的时限"),
    ("since in a list", "{RIGHT: known_on, DESK: came_at}", "[RIGHT]", "“since”的写法不对"),
    ("hours since a mere day", "type: moment", "type: date", "时限“DESK”按小时、分钟算，“came_at”要填到几点几分"),
    ("task since what is no day", "each: papers, due: papers_due}", "each: papers, since: papers, clock: PAPER}", "时限“PAPER”从“papers”起算"),
    ("task in hours since a mere day", "{task: paper, each: papers, due: papers_due}", "{task: response, each: papers, since: papers_due}", "时限“DESK”按小时、分钟算"),
    ("task since and until", "due: papers_due}", "due: papers_due, since: papers_due}", "due 写明到哪天，since 写明从哪天起算"),
    ("waits for an unknown clock", "not_before: {clock: RIGHT}", "not_before: {clock: LEFT}", "时限“LEFT”从未开始"),
    ("waits for a clock nobody starts", "not_before: {clock: RIGHT}", "not_before: {clock: HL.EMERG}", "时限“HL.EMERG”从未开始，等不到它期满"),
    ("waits for what is no day", "not_before: {clock: RIGHT}", "not_before: {field: plan}", "“plan”不是类型为 date 或 moment 的填写项"),
    ("waits for both", "not_before: {clock: RIGHT}", "not_before: {clock: RIGHT, field: known_on}", "“not_before”的写法不对"),
    ("waits for a word", "not_before: {clock: RIGHT}", "not_before: RIGHT", "“not_before”的写法不对"),
    ("calendar of no days", ", lunar: [2, 5, 8, 12, 15, 18, 22, 25, 28]", "", "“赶集日”请写明哪些日子"),
    ("calendar of two kinds", "title: 赶集日, lunar", "title: 赶集日, weekdays: [7], lunar", "“赶集日”请写明哪些日子"),
    ("calendar on a thirty-first lunar day", "lunar: [2, 5,", "lunar: [31, 5,", "“lunar”的第 1 项的数值“31”超出允许范围"),
    ("clock in days of no calendar", "unit: local_day, calendar: market", "unit: local_day", "时限“STALL”的 unit 是 local_day，还要写明"),
    ("clock in days of an unknown calendar", "calendar: market,", "calendar: fair,", "没有名为“fair”的日历"),
    ("clock of a calendar in other days", "unit: local_day, calendar", "unit: day, calendar", "时限“STALL”写了 calendar，unit 应当是 local_day"),
    ("keeps an unknown clock", "keeps: [HOLD]", "keeps: [HOLE]", "没有名为“HOLE”的时限"),
    ("keeps where it does not end", "resident: 有关单位正在办理。, holder: unit}", "resident: 有关单位正在办理。, holder: unit, keeps: [HOLD]}", "“办理中”不是终点"),
    ("joins what is no case", "joins: into", "joins: plan", "joins 写的“plan”应当是这一步的填写项"),
    ("joins by a text", "type: case, required: true", "type: text, required: true", "joins 写的“into”应当是这一步的填写项"),
    ("tells a person nobody names", "{who: chief_staff, say", "{who: boss_staff, say", "不知道要告诉谁：“boss_staff”"),
    ("lists a role that is none", "role: leader}", "role: king}", "没有名为“king”的角色"),
    ("more files than the door lets through", "at_most: 9}", "at_most: 21}", "“现场照片”一次最多能收 20 个文件"),
    ("bound in a word", "at_most: 5}", "at_most: 五}", "“at_most”的写法不对"),
    ("rhythm on the eighth day", "on: [3, 5]", "on: [3, 8]", "on 只能写 1 到 7 的数"),
    ("rhythm on no date", 'on: ["03-10"]', 'on: ["13-40"]', "“on”的第 1 项的写法不对"),
    ("rhythm on a thirty-first lunar day", 'on: ["03-10"]', 'on: ["农历03-31"]', "“on”的第 1 项的写法不对"),
    ("rhythm every month on a day of the lunar year", 'every: year, on: ["03-10"]', 'every: quarter, on: ["农历03-10"]', "农历的日子一年一次，every 请写 year"),
    ("rhythm days before no day", "on: [3, 5]", "on: [3, 5], days_before: 2", "days_before 是 on 里“月-日”的前几天"),
    ("rest days in a word", "on: [3, 5]", "on: [3, 5], rest_days: 是", "“rest_days”的写法不对"),
    ("rhythm of a year on a number", 'on: ["03-10"]', "on: [3]", "on 要写成“月-日”"),
    ("rhythm every so often", "every: week", "every: fortnight", "“every”只能是"),
    ("rhythm for a stranger", "who: dispatcher, kinds", "who: druid, kinds", "没有名为“druid”的角色"),
    ("rhythm of no unit", "kinds: [governance_centre]", "kinds: [castle]", "没有名为“castle”的机构类别"),
    ("rhythm without source", ", source: 原文每周两次}", "}", "“review”缺少“source”"),
    ("campaign with no target", "target: 30, ", DROP, "“thirty”缺少“target”"),
    ("campaign for nothing", "target: 30", "target: 0", "“target”的数值“0”超出允许范围"),
    ("campaign counting what nobody says", "counts: {kind: hazard}", "counts: {size: big}", "条件用到的“size”没有任何步骤会填写"),
    ("made from one", "least: 3", "least: 1", "“least”的数值“1”超出允许范围"),
    ("made by a stranger", "who: [dispatcher], kind: source_fix", "who: [druid], kind: source_fix", "没有名为“druid”的角色"),
    ("year of no cases", "cases: 1200", "cases: 0", "“cases”的数值“0”超出允许范围"),
    ("year with no basis", "cases: 1200, basis: 测试", "cases: 1200", "“year”缺少“basis”"),
    ("year with an outcome that is none", "{solved: 90,", "{happy: 90,", "没有结果代码“happy”"),
    ("year with a negative weight", "{dispute: 60,", "{dispute: -60,", "“dispute”的数值“-60”超出允许范围"),
    ("figure for an unknown measure", "measure: closed", "measure: luck", "“measure”只能是"),
    ("figure without its words", 'says: "99.3%", part', "part", "“办结率”的写法不对"),
    ("undefined in a list", "undefined: {红黄蓝: 未定义，默认按类别}", "undefined: [红黄蓝]", "“undefined”的写法不对"),
    ("left out without a replacement", "left_out: {视频巡查: 不接摄像头}", "left_out: {视频巡查: ''}", "“视频巡查”不能是空的"),
    ("mandate of its own making", "chief_staff: {label: 牵头领导, type: staff, role: leader}", "mandate: {label: 方式, type: choice, options: {ordered: 命令}}", "没有委托方式“ordered”"),
    ("a list of persons", "label: 怎么办的", "label: 是不是重点人员", "“重点人员”说的是人，不是事"),
    ("a past", "label: 合用吗", "label: 有没有前科", "“前科”说的是人，不是事"),
    ("a belief", "label: 来了几个人", "label: 信仰", "“信仰”说的是人，不是事"),
    ("petitioning held against somebody", "title: 周三周五研判", "title: 进京人员研判", "“进京”说的是人，不是事"),
    ("origin in the words for facts", "facts: {plan: 打算,", "facts: {plan: 民族,", "“民族”说的是人，不是事"),
]  # fmt: skip
LAUGHS = "\n".join(
    ["a0: &a0 [哈]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12))]
)
WHOLE = [
    ("empty file", "", "预案应由“键: 值”组成"),
    ("only a comment", "# 以后再写\n", "预案应由“键: 值”组成"),
    ("a list", "- 一\n- 二\n", "预案应由“键: 值”组成"),
    ("one sentence", "只有一句话", "预案应由“键: 值”组成"),
    ("a number", "42", "预案应由“键: 值”组成"),
    ("nothing but a key", "playbook:", "“playbook”的写法不对"),
    ("a billion laughs", LAUGHS, "预案里不能用 & 和 * 引用别处"),
    ("itself inside itself", "a: &a [*a]", "预案里不能用 & 和 * 引用别处"),
    ("huge file", SIX + "# 长\n" * 60_000, "文件超过 256 KB"),
    ("deep lists", "a: " + "[" * 100_000, "缩进超过 24 层"),
    ("deep mappings", "a: " + "{a: " * 50_000, "缩进超过 24 层"),
    ("deep keys", "? " * 50_000, "缩进超过 24 层"),
    ("deep indentation", "\n".join(" " * n + "a:" for n in range(600)), "缩进超过 24 层"),
    ("JSON that stops", '{"playbook": "a', "这里不是规范的 YAML"),
    ("a web page", "<!doctype html>\n<title>预案</title>", "预案应由“键: 值”组成"),
    ("a directive nobody knows", "%YAML 9.9\n---\nplaybook: a", "这里不是规范的 YAML"),
]
WRONG_KINDS: dict[str, tuple[Any, ...]] = {
    "playbook": (["a"], {"a": 1}, None, True, 3, ""),
    "title": (["a"], {"a": 1}, None, True, 3, ""),
    "source": (["a"], {"a": 1}, None, True, 3, ""),
    "start": (["a"], {"a": 1}, None, True, 3, ""),
    "opening": (["a"], "HL.NORMAL", None, True, 3),
    "words": (["a"], "词", None, True, 3),
    "include": ({"a": 1}, "rights", None, True, 3),
    "clocks": (["a"], "时限", None, True, 3),
    "positions": (["a"], "环节", None, True, 3, {}, {"a": None}),
    "steps": (["a"], "步骤", None, True, 3, {"a": None}, {"a": []}),
    "tiers": ({"a": 1}, "层级", None, True, 3, [], [None]),
    "colours": ({"a": 1}, "颜色", None, True, 3, [], [None]),
    "reference": (["a"], "数字", None, True, 3),
}


def loaded(text: str, *, fragments: dict[str, str] | None = None) -> Playbook:
    """Return the playbook of a text as a file on the shelf would be."""
    given = queries.fragments() if fragments is None else fragments
    return load(
        file="spoilt.yaml", text=text, fragments=given, known=queries.known(), schema=queries.schema()
    )


def refused(text: str, *, fragments: dict[str, str] | None = None) -> PlaybookRefused:
    """Return the refusal of a text, each problem of which has a file, a line of it and a Chinese sentence."""
    with pytest.raises(PlaybookRefused) as caught:
        loaded(text, fragments=fragments)
    for problem in caught.value.problems:
        assert problem.file == "spoilt.yaml" or problem.file.startswith("fragments/")
        assert problem.line >= 1
        assert CHINESE.search(problem.sentence)
        assert str(problem) in str(caught.value)
    return caught.value


def test_there_are_more_than_a_hundred_mutations() -> None:
    names = [row[0] for row in (*SPOILT, *SPOILT_WORDS, *WHOLE)]
    assert len(set(names)) == len(names) > 200


@pytest.mark.parametrize(
    ("words", "instead", "sentence"), [row[1:] for row in SPOILT], ids=[row[0] for row in SPOILT]
)
def test_a_spoilt_playbook_is_refused(words: str, instead: str, sentence: str) -> None:
    assert words in SIX

    refusal = refused(SIX.replace(words, instead, 1))

    said = [problem.sentence for problem in refusal.problems]
    assert any(each.startswith(sentence) for each in said), said


@pytest.mark.parametrize(
    ("words", "instead", "sentence"), [row[1:] for row in SPOILT_WORDS], ids=[row[0] for row in SPOILT_WORDS]
)
def test_spoilt_words_of_the_engine_are_refused(words: str, instead: str, sentence: str) -> None:
    assert words in ALL_WORDS

    refusal = refused(ALL_WORDS.replace(words, instead, 1))

    said = [problem.sentence for problem in refusal.problems]
    assert any(each.startswith(sentence) for each in said), said


def test_a_task_that_runs_since_a_day_needs_a_clock() -> None:
    since = ALL_WORDS.replace("due: papers_due}", "since: papers_due}")

    refusal = refused(since.replace("    clock: PAPER\n    states", "    states"))

    said = [problem.sentence for problem in refusal.problems]
    assert "“paper”写了从“papers_due”起算，还要写明用哪个时限（clock）。" in said


def test_the_samples_themselves_are_good() -> None:
    assert [loaded(text).code for text in (SIX, ALL_WORDS)] == ["shulan_liubu", "everything"]


@pytest.mark.parametrize(("text", "sentence"), [row[1:] for row in WHOLE], ids=[row[0] for row in WHOLE])
def test_what_is_no_playbook_is_refused(text: str, sentence: str) -> None:
    assert any(problem.sentence.startswith(sentence) for problem in refused(text).problems)


@pytest.mark.parametrize("name", NAMES)
def test_every_section_of_a_wrong_kind_is_refused(name: str) -> None:
    values = yaml.safe_load(TEXTS[name])
    for section, wrong in WRONG_KINDS.items():
        for value in wrong:
            refused(written(values | {section: value}))


@pytest.mark.parametrize("name", NAMES)
def test_every_key_that_must_be_there_is_missed(name: str) -> None:
    values = yaml.safe_load(TEXTS[name])
    given = given_by_fragments(values)
    tried = 0
    for path in islice(needed(values), 0, None, 3):  # each third is enough, and three times as fast
        spoilt = copy.deepcopy(values)
        *way, key = path
        if path in given:
            continue  # the fragment says it
        inner = spoilt
        for word in way:
            inner = inner[word]
        del inner[key]
        said = [problem.sentence for problem in refused(written(spoilt)).problems]
        assert any("缺少" in each and str(key) in each for each in said)
        tried += 1
    assert tried > 5


def given_by_fragments(values: dict[str, Any]) -> set[tuple[str, ...]]:
    """Return what the playbook need not say, since a fragment does."""
    whole: set[tuple[str, ...]] = set()
    for name in values["include"]:
        whole |= set(needed({"positions": {}, "steps": {}} | yaml.safe_load(queries.fragments()[name])))
    return whole


def needed(values: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """Yield the path of every key without which the playbook has no shape."""
    yield from ((key,) for key in ("playbook", "title", "source", "start"))
    for code, position in values["positions"].items():
        yield from (("positions", code, key) for key in ("label", "resident") if key in position)
    for code, step in values["steps"].items():
        yield from (("steps", code, key) for key in ("label", "who", "from", "to") if key in step)
        for ask in step.get("asks", {}):
            yield from (("steps", code, "asks", ask, key) for key in ("label", "type"))


def written(values: dict[str, Any]) -> str:
    """Return the values as YAML."""
    return yaml.safe_dump(values, allow_unicode=True, sort_keys=False)


@pytest.mark.parametrize(
    "fragment",
    ["steps: []", "steps: 3", "stpes: {}", "playbook: other", "words: {facts: 3}", "[", "a\x00b", ""],
)
def test_a_spoilt_fragment_is_refused_where_it_is_spoilt(fragment: str) -> None:
    refusal = refused(SIX, fragments=queries.fragments() | {"rights": fragment})

    assert any(problem.file == "fragments/rights.yaml" for problem in refusal.problems)


def test_words_that_are_no_words_do_not_trip_over_a_fragment() -> None:
    refused(re.sub(r"  facts:\n(    .*\n)+", "  facts: 3\n", SIX))


@pytest.mark.parametrize("name", NAMES)
def test_a_slip_of_the_hand_never_does_more_than_refuse(name: str) -> None:
    random, text, taken = Random(3), TEXTS[name], 0
    for _turn in range(60):
        try:
            loaded(slipped(text, random))
        except PlaybookRefused:
            taken += 1
    assert taken > 20


def slipped(text: str, random: Random) -> str:
    """Return the text as after a slip: a line gone or twice, an indent changed, a character put for another."""
    lines = text.splitlines()
    at = random.randrange(len(lines))
    place = random.randrange(len(text))
    slips: list[Callable[[], str]] = [
        lambda: "\n".join(lines[:at] + lines[at + 1 :]),
        lambda: "\n".join([*lines[:at], lines[at], *lines[at:]]),
        lambda: "\n".join([*lines[:at], random.choice((" ", "  ", "\t")) + lines[at], *lines[at + 1 :]]),
        lambda: "\n".join([*lines[:at], lines[at].lstrip(), *lines[at + 1 :]]),
        lambda: text[:place] + random.choice(":{}[]&*!|>'\"#%@,-? 好\n\x00") + text[place + 1 :],
        lambda: text[:place],
    ]
    return random.choice(slips)()
