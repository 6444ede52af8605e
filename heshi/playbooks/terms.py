"""The fixed words of the playbook language."""

from __future__ import annotations

from typing import Final

KINDS: Final = {
    "inquiry": "咨询",
    "assistance": "求助",
    "complaint": "投诉",
    "report_violation": "举报",
    "suggestion": "建议",
    "praise": "表扬",
    "dispute": "矛盾纠纷",
    "hazard": "风险隐患",
    "petition_matter": "信访事项",
}
INTERNAL_KINDS: Final = {"source_fix": "源头治理", "file_review": "案卷评查"}
"""Files that the office makes from others: nobody's request, so they are never counted as one."""
ALL_KINDS: Final = KINDS | INTERNAL_KINDS
SOURCES: Final = {
    "web": "手机网页",
    "window": "窗口",
    "api": "接口",
    "import": "批量导入",
    "phone": "电话",
    "desk": "工作台",
}
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
OUTCOMES: Final = {
    "solved": "已解决",
    "answered": "已答复",
    "answered_unsolved": "已答复未解决",
    "agreed_written": "达成书面协议",
    "agreed_oral": "达成口头协议",
    "settled_by_self": "自行和解",
    "withdrawn_by_applicant": "申请人撤回",
    "refused_by_party": "当事人不同意调解",
    "failed_no_agreement": "调解不成",
    "not_accepted": "不予受理",
    "transferred_to_organ": "转有权机关",
    "transferred_to_arbitration": "转仲裁",
    "transferred_to_court": "转诉讼",
    "merged": "并入同一事项",
    "performed": "已履行",
    "partially_performed": "部分履行",
    "hazard_fixed": "隐患已消除",
    "hazard_false": "核查无隐患",
}
SOLVED: Final = frozenset(
    {"solved", "agreed_written", "agreed_oral", "settled_by_self", "performed", "hazard_fixed"}
)
UNSOLVED: Final = frozenset(
    {"answered_unsolved", "failed_no_agreement", "refused_by_party", "partially_performed"}
)
NOT_TAKEN: Final = frozenset(
    {"not_accepted", "transferred_to_organ", "transferred_to_arbitration", "transferred_to_court", "merged"}
)
"""Outcomes of a case that the office did not take on."""
MANDATES: Final = {"court_appointed": "委派", "entrusted": "委托", "invited": "邀请", "assisted": "协助"}
"""How a court or another organ hands a matter to a mediator: before filing, after it, as a guest, at the judge's side."""
PRESENCE: Final = ("permanent", "seconded", "rotating", "on_call", "cloud")
PERIODS: Final = {
    "day": "每日",
    "week": "每周",
    "month": "每月",
    "quarter": "每季",
    "half_year": "每半年",
    "year": "每年",
}
HOLDERS: Final = {"centre": "中心", "unit": "承办单位", "resident": "群众", "nobody": "无"}
ASK_TYPES: Final = (
    "text", "long_text", "yes_no", "choice", "unit", "units", "lines", "staff", "case", "date", "moment", "number", "money", "score",
    "kind", "topic", "place", "files", "staffs",
)  # fmt: skip
ADDRESSES: Final = frozenset({"unit", "units", "staff", "staffs"})
"""Types of field whose answer somebody can be told at."""
SAY_LENGTH: Final = 150
"""Characters of what a resident is told: with the link to her page it still arrives as one message of three parts."""
LEVELS: Final = {"county": "县级", "town": "镇街", "village": "村社"}
"""At which level of the county a post is held."""
COLOURS: Final = {"red": "红", "orange": "橙", "yellow": "黄", "blue": "蓝", "green": "绿"}
CASE_FACTS: Final = frozenset(
    {"kind", "topic", "place", "unit", "outcome", "tier", "colour", "tier_confirmed", "colour_confirmed", "parties",
     "source", "visit", "solved", "score", "overdue", "waited", "reporters", "suggested_unit", "late", "running", "presence", "age",
     "main_answered"}
)  # fmt: skip
"""Facts that every case may carry without a playbook asking for them."""
NATURE: Final = frozenset({"kind", "topic", "source", "place", "unit"})
"""What a case is, as against how it went: these lines of a campaign's condition say which cases it is about."""
CHANGES_WITH_TIME: Final = frozenset({"overdue", "waited", "late", "running", "presence", "parties", "age"})
"""Facts that are not kept with the case but worked out when somebody asks: nothing can be counted by them afterwards."""
FIGURE_FACTS: Final = {"counted": "统计口径", "was_late": "曾超过的期限", "position": "所在环节"}
"""What a figure may ask about besides the facts of a case: as what it is counted, which limits the office let pass, where it is."""
MEASURES: Final = {
    "received": "登记",
    "accepted": "受理",
    "not_accepted": "不予受理或转出",
    "withdrawn": "撤回",
    "answered": "已答复",
    "solved": "已解决",
    "answered_unsolved": "已答复未解决",
    "answered_only": "已答复（咨询、建议类）",
    "unconfirmed": "称已解决、待确认",
    "answered_withdrawn": "答复后撤回",
    "overdue": "曾超期",
    "on_time": "按期答复",
    "rated": "参评",
    "satisfied": "满意",
    "reopened": "重办",
    "closed": "办结",
}
"""As what the statistics count a case; a figure of a playbook asks for it as the fact ``counted``."""
BEYOND_STAFF: Final = {"resident": "群众", "respondent": "对方当事人", "system": "系统"}
"""Actors who hold no post."""
EITHER_PARTY: Final = "either_party"
"""What `who` says for whoever asked and whoever was asked alike."""
PARTIES: Final = ("resident", "respondent")

OFF_LIMITS: Final = (
    "重点人员",
    "重点人群",
    "特殊人群",
    "五失",
    "一偏",
    "前科",
    "刑满",
    "安置帮教",
    "社区矫正",
    "吸毒",
    "精神障碍",
    "稳控",
    "缠访",
    "闹访",
    "非访",
    "越级上访",
    "进京",
    "零上访",
    "重复上访",
    "信访人行为",
    "民族",
    "宗教",
    "信仰",
    "邪教",
    "政治面貌",
    "是否党员",
    "人脸",
    "轨迹",
    "监控画面",
    "性格",
    "品行",
    "思想动态",
    "征信",
    "失信",
    "黑榜",
    "积分扣",
    "扣分",
    "危险人物",
    "扬言",
    "舆情",
)
"""Words by which a working method would turn from a matter to a person: no step, field, task or notice may hold them."""
