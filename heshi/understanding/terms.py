"""Words of understanding: the official kinds of dispute, and how a topic is shown to people."""

from __future__ import annotations

from typing import Final

from heshi.cases.terms import ALL_KINDS

OFFICIAL_TOPICS: Final = {
    "01": "婚姻家庭",
    "02": "邻里",
    "03": "房屋宅基地",
    "04": "合同",
    "05": "生产经营",
    "06": "损害赔偿",
    "07": "山林土地",
    "08": "征地拆迁",
    "09": "环境污染",
    "10": "拖欠农民工工资",
    "11": "其他劳动争议",
    "12": "旅游",
    "13": "电子商务",
    "14": "其他消费",
    "15": "医疗",
    "16": "道路交通事故",
    "17": "物业",
    "18": "其他",
}
"""The 18 types of the people's-mediation statistics; a county's own labels, once learnt, stand beside them."""
FALLBACK_TOPIC: Final = "18"
FALLBACK_KIND: Final = "assistance"
"""Somebody who writes to the centre and says nothing recognisable wants help."""
CORRECTED_FIELDS: Final = {"kind": "类别", "topic": "事项"}
TOPIC_LENGTH: Final = 40
"""The longest topic a case can carry."""


def topic_label(topic: str) -> str:
    """Return what people read: the official name of a code, or the county's own label as it is."""
    return OFFICIAL_TOPICS.get(topic, topic)


def kind_label(kind: str) -> str:
    """Return the Chinese word for a kind."""
    return ALL_KINDS.get(kind, kind)
