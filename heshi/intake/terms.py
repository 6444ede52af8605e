"""Words of the intake room: the fields a column of a file can be, the headings seen for them, and the words for kinds."""

from __future__ import annotations

import re
from typing import Final

SOURCE_KEY, SAID_AT, LON, LAT, KIND = "source_key", "said_at", "lon", "lat", "kind"
STATUS, CLOSED_AT, RESULT, RATING = "status", "closed_at", "result", "rating"

FIELDS: Final = {
    SOURCE_KEY: "编号",
    "title": "标题",
    "body": "内容",
    KIND: "诉求类型",
    "topic": "事项类别",
    SAID_AT: "时间",
    "name": "姓名",
    "phone": "电话",
    "email": "邮箱",
    "address": "住址",
    "identity_no": "身份证号",
    "place_text": "地点",
    "place": "区划或网格代码",
    LON: "经度",
    LAT: "纬度",
    "external_number": "外部工单号",
    STATUS: "原系统办理状态",
    CLOSED_AT: "办结时间",
    RESULT: "办理结果",
    RATING: "满意度",
}
"""What a column can be. Every other column is left alone and given back with the rejected rows."""

HEADINGS: Final = {
    SOURCE_KEY: ("id", "key", "编号", "留言编号", "信访编号", "诉求编号", "登记编号", "记录编号", "流水号", "受理编号"),
    "title": ("title", "subject", "标题", "主题", "留言主题", "诉求标题", "事件标题", "题目", "概述"),
    "body": (
        "body", "content", "text", "description", "内容", "正文", "详情", "留言详情", "留言内容", "诉求内容", "反映内容", "问题描述",
        "事件描述", "事情经过", "主要内容", "描述",
    ),
    KIND: ("kind", "诉求类型", "类型", "信访类型", "诉求性质", "事件类型"),
    "topic": ("topic", "label", "category", "事项类别", "类别", "一级标签", "一级分类", "问题类别", "纠纷类型"),
    SAID_AT: (
        "created_at", "created", "time", "date", "datetime", "said_at", "时间", "日期", "留言时间", "反映时间", "登记时间", "受理时间",
        "提交时间", "来电时间", "发生时间", "诉求时间", "创建时间", "来访时间", "来访日期", "来信时间", "来信日期", "来电日期", "登记日期",
        "受理日期", "反映日期", "投诉时间", "投诉日期", "上报时间", "上报日期", "信访日期", "信访时间", "诉求日期", "创建日期",
    ),
    "name": (
        "name", "reporter", "姓名", "留言用户", "诉求人", "反映人", "来电人", "联系人", "申请人", "当事人", "上报人", "来访人",
        "来访人姓名",
        "来信人", "投诉人", "信访人", "诉求人姓名", "联系人姓名", "群众姓名",
    ),
    "phone": (
        "phone", "mobile", "tel", "telephone", "电话", "手机", "手机号", "手机号码", "联系电话", "联系方式", "来电号码", "电话号码",
        "诉求人电话", "来电电话", "联系人电话", "反映人电话", "手机号码1",
    ),
    "email": ("email", "mail", "邮箱", "电子邮箱", "电子邮件", "邮件地址"),
    "address": ("address", "住址", "联系地址", "家庭住址", "户籍地址"),
    "identity_no": ("identity_no", "id_card", "身份证", "身份证号", "身份证号码", "证件号码"),
    "place_text": ("place_text", "location", "地点", "地址", "事发地", "事发地点", "发生地点", "诉求地址", "问题地址", "位置"),
    "place": ("place", "place_code", "区划代码", "行政区划代码", "网格编码", "网格代码"),
    LON: ("lon", "lng", "longitude", "经度"),
    LAT: ("lat", "latitude", "纬度"),
    "external_number": (
        "external_number", "外部编号", "工单号", "工单编号", "12345工单号", "原系统编号", "外部工单号", "热线工单号", "工单流水号",
    ),
    STATUS: (
        "status", "state", "工单状态", "办理状态", "状态", "办结状态", "办件状态", "是否办结", "案件状态", "处理状态", "原系统办理状态",
    ),
    CLOSED_AT: ("closed_at", "办结时间", "办结日期", "结案时间", "结案日期", "完成时间", "归档时间", "办毕时间"),
    RESULT: ("result", "办理结果", "处理结果", "答复内容", "办理情况", "处理情况", "办结意见", "处理意见", "答复意见", "办理意见"),
    RATING: ("rating", "满意度", "满意情况", "评价", "评价结果", "群众评价", "满意度评价", "是否满意"),
}  # fmt: skip

ROW_NUMBERS: Final = frozenset({"序号", "序", "行号", "no", "no.", "num", "index", "#", "位置", "原因"})
"""Headings of columns that count the rows of one sheet: never what a matter is known by."""
ENDINGS: Final = (
    ("姓名", "name"), ("电话", "phone"), ("手机", "phone"), ("手机号", "phone"), ("手机号码", "phone"), ("内容", "body"), ("经过", "body"),
    ("描述", "body"), ("时间", SAID_AT), ("日期", SAID_AT), ("地址", "place_text"), ("地点", "place_text"), ("身份证号", "identity_no"),
    ("身份证号码", "identity_no"), ("标题", "title"), ("类型", KIND),
)  # fmt: skip
"""What a heading nobody listed ends in, and what it then seems to be."""
OF_THE_OFFICE: Final = re.compile(
    "承办|经办|办理|办结|答复|回访|处理|接办|审核|填表|派单|转办|签收|期限|截止|要求|更新|修改|导出|接单|受理人|登记人|录入"
)
"""Headings that speak of the office's own work: not of who said what, and when."""
TIME_WORDS: Final = ("时间", "日期", "date", "time")

KEPT: Final = "kept"
"""Why a text is kept that is no doubt: the other system wrote it, and no field here is for it."""
CLOSED_WORDS: Final = frozenset(
    {
        "已办结",
        "办结",
        "已结案",
        "结案",
        "已完成",
        "完成",
        "已归档",
        "归档",
        "已关闭",
        "关闭",
        "已结束",
        "办毕",
        "closed",
        "done",
        "是",
    }
)
"""Status words of other systems by which a matter is over."""

DOUBTS: Final = {
    "phone_more": "电话一格里写了不止一个号码或别的字，取了第一个能打通的",
    "phone_nought": "区号前面少了 0，补上了",
    "phone_covered": "电话被遮住了几位",
    "phone_ruined": "电话被表格软件改成了科学计数，原来的号码已经丢失",
    "phone_unreadable": "电话打不通",
    "identity_wrong": "证件号码核对不上",
    "identity_other": "不是现行身份证号，请对照证件",
    "identity_ruined": "证件号码被表格软件改成了科学计数，原来的号码已经丢失",
    "email_wrong": "邮箱写法不对",
    "too_long": "这一格太长，登记了前面一部分",
    "kind_unknown": "诉求类型不在名单里，先按系统的建议",
    "topic_unknown": "事项不在名单里，先按系统的建议",
    "place_unknown": "区划或网格代码查不到",
    "point_unreadable": "坐标看不懂",
    "point_nowhere": "坐标是（0，0），等于没有",
    "point_outside": "坐标不在本县",
    "when_unreadable": "时间看不懂",
    "when_impossible": "时间在将来，或者早于 1949 年",
    "number_ruined": "编号被表格软件改成了科学计数，不能用来认这件事",
    "not_closed": "写了办结时间，状态却不是办结，按没有办结登记",
    KEPT: "原系统写的",
}
"""Why a person has to look at a field, in the words she reads."""
DOUBTFUL_FIELDS: Final = FIELDS | {"point": "坐标"}

KIND_WORDS: Final = {
    "inquiry": ("咨询", "咨询类", "政策咨询"),
    "assistance": ("求助", "求决", "求助类", "服务"),
    "complaint": ("投诉", "投诉类", "投诉举报"),
    "report_violation": ("举报", "揭发控告", "检举控告"),
    "suggestion": ("建议", "意见建议", "建议类"),
    "praise": ("表扬", "感谢", "表扬类"),
    "dispute": ("矛盾纠纷", "纠纷", "纠纷调解", "调解"),
    "hazard": ("风险隐患", "隐患", "安全隐患"),
    "petition_matter": ("信访事项", "信访", "申诉"),
}
"""How other systems name the kinds of matter."""

WITH_REPORT: Final = "report"
"""By whose mark a file waits that is to be handed in with a report."""
MOST_OF_KIND: Final = {"photo": 9, "voice": 3}
"""So many of each may come with one report."""


def flag_words(mark: str) -> str:
    """Return in words what a count of doubts is about: a key of DOUBTS, or a word for a kind that nobody knows."""
    _kind, is_word, word = mark.partition("kind=")
    return f"诉求类型写的是“{word}”" if is_word else DOUBTS.get(mark, mark)
