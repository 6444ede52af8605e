"""Words of the intake room: the fields a column of a file can be, the headings seen for them, and the words for kinds."""

from __future__ import annotations

from typing import Final

SOURCE_KEY, SAID_AT, LON, LAT, KIND = "source_key", "said_at", "lon", "lat", "kind"

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
}
"""What a column can be. Every other column is left alone and given back with the rejected rows."""

HEADINGS: Final = {
    SOURCE_KEY: ("id", "key", "编号", "留言编号", "序号", "信访编号", "诉求编号", "登记编号", "记录编号", "流水号", "受理编号"),
    "title": ("title", "subject", "标题", "主题", "留言主题", "诉求标题", "事件标题", "题目", "概述"),
    "body": (
        "body", "content", "text", "description", "内容", "正文", "详情", "留言详情", "留言内容", "诉求内容", "反映内容", "问题描述",
        "事件描述", "事情经过", "主要内容", "描述",
    ),
    KIND: ("kind", "诉求类型", "类型", "信访类型", "诉求性质", "事件类型"),
    "topic": ("topic", "label", "category", "事项类别", "类别", "一级标签", "一级分类", "问题类别", "纠纷类型"),
    SAID_AT: (
        "created_at", "created", "time", "date", "datetime", "said_at", "时间", "日期", "留言时间", "反映时间", "登记时间", "受理时间",
        "提交时间", "来电时间", "发生时间", "诉求时间", "创建时间",
    ),
    "name": ("name", "reporter", "姓名", "留言用户", "诉求人", "反映人", "来电人", "联系人", "申请人", "当事人", "上报人"),
    "phone": ("phone", "mobile", "tel", "telephone", "电话", "手机", "手机号", "手机号码", "联系电话", "联系方式", "来电号码"),
    "email": ("email", "mail", "邮箱", "电子邮箱", "电子邮件", "邮件地址"),
    "address": ("address", "住址", "联系地址", "家庭住址", "户籍地址"),
    "identity_no": ("identity_no", "id_card", "身份证", "身份证号", "身份证号码", "证件号码"),
    "place_text": ("place_text", "location", "地点", "地址", "事发地", "事发地点", "发生地点", "诉求地址", "问题地址", "位置"),
    "place": ("place", "place_code", "区划代码", "行政区划代码", "网格编码", "网格代码"),
    LON: ("lon", "lng", "longitude", "经度"),
    LAT: ("lat", "latitude", "纬度"),
    "external_number": ("external_number", "外部编号", "工单号", "工单编号", "12345工单号", "原系统编号"),
}  # fmt: skip

KIND_WORDS: Final = {
    "inquiry": ("咨询", "咨询类", "政策咨询"),
    "assistance": ("求助", "求决", "求助类", "服务"),
    "complaint": ("投诉", "投诉类", "投诉举报"),
    "report_violation": ("举报", "揭发控告", "检举控告"),
    "suggestion": ("建议", "意见建议", "建议类"),
    "praise": ("表扬", "感谢", "表扬类"),
    "dispute": ("矛盾纠纷", "纠纷", "纠纷调解"),
    "hazard": ("风险隐患", "隐患", "安全隐患"),
    "petition_matter": ("信访事项", "信访", "申诉"),
}
"""How other systems name the kinds of matter."""

WITH_REPORT: Final = "report"
"""By whose mark a file waits that is to be handed in with a report."""
MOST_OF_KIND: Final = {"photo": 9, "voice": 3}
"""So many of each may come with one report."""
