"""The words clocks are written in: units, rolls, reasons, what expiry means."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Final, Literal

Unit = Literal["day", "working_day", "local_day", "hour", "minute", "second", "month", "year", "at_once"]
Roll = Literal["next_working_day", "none"]
HourStart = Literal["moment", "next_full_hour"]


class Stage(StrEnum):
    """How far a running clock has come. Its end is one of three: overdue, a right that lapsed, a day to look again that was reached."""

    RUNNING = "running"
    HALF_WAY = "half_way"
    NEARLY_DUE = "nearly_due"
    OVERDUE = "overdue"
    LAPSED = "lapsed"
    REACHED = "reached"


class Ticking(StrEnum):
    """Whether time is being counted."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"


IDLE: Final = "HOUSE.NEXT"
"""The house's own clock, which runs for an open case where nothing else does; every playbook knows it."""

RUN_OUT: Final = frozenset({Stage.OVERDUE, Stage.LAPSED, Stage.REACHED})

UNITS: Final[dict[str, str]] = {
    "day": "日",
    "working_day": "个工作日",
    "local_day": "个本地日",
    "hour": "小时",
    "minute": "分钟",
    "second": "秒",
    "month": "个月",
    "year": "年",
    "at_once": "立即",
}

BY_CALENDAR: Final = frozenset({"working_day", "local_day"})
"""Units that count some days and pass over the others: the clock's calendar says which."""
EXACT: Final[Mapping[str, timedelta]] = {
    "hour": timedelta(hours=1), "minute": timedelta(minutes=1), "second": timedelta(seconds=1), "at_once": timedelta(0),
}  # fmt: skip
"""Units that are counted from moment to moment, with their length: no day of rest puts them off."""

ROLLS: Final[dict[str, str]] = {
    "next_working_day": "末日是休息日的，顺延到休息日结束的次日",
    "none": "不顺延",
}

PAUSE_REASONS: Final[dict[str, str]] = {
    "appraisal": "鉴定、评估",
    "hearing": "听证",
    "announcement": "公告送达",
    "waiting_papers": "补正材料",
    "consulting": "征求第三方、其他机关意见",
    "other_organ": "等待司法机关或有关行政主管部门的结论",
}

CONSENTS: Final[dict[str, str]] = {
    "none": "不需要征得同意",
    "all_parties": "各方当事人一致同意",
    "all_parties_and_committee": "调解组织和各方当事人一致约定",
}

APPROVERS: Final[dict[str, str]] = {
    "leader": "本机关、单位负责人",
    "committee_chair": "调解委员会主任",
    "mediator": "调解员（记录各方同意）",
    "supervisor": "督办员",
    "higher_organ": "上一级机关",
    "court_president": "本院院长",
    "arbitration_chair": "仲裁委员会主任",
    "ability_committee": "劳动能力鉴定委员会",
    "social_insurance": "社会保险行政部门",
}

ON_EXPIRY: Final[dict[str, str]] = {
    "overdue": "记为超期，进入督办",
    "stop": "程序终止，告知其他途径",
    "lapse": "权利或机会届期消灭，须提前提醒当事人",
    "revisit": "到期去做约定的事",
    "target": "一般的目标，到了提醒看一看，不停、不算超期",
    "free_to_go_on": "当事人可以直接走下一程序",
}

STAGES: Final[dict[str, str]] = {
    Stage.RUNNING: "办理中",
    Stage.HALF_WAY: "时限过半",
    Stage.NEARLY_DUE: "即将到期",
    Stage.OVERDUE: "已超期",
    Stage.LAPSED: "期限已过",
    Stage.REACHED: "日子到了",
}

LOOK_AGAIN: Final = frozenset({"revisit", "target"})
"""Ends at which somebody looks again and nobody is late."""

NOT_STATUTORY: Final = "可调整的设定，非法定"
