"""Words of the people room: kinds of unit, ways of being present, roles, shifts. Codes are stored."""

from __future__ import annotations

from typing import Final

CENTRE_KINDS: Final[dict[str, str]] = {
    "governance_centre": "综治中心",
    "dispute_centre": "矛盾纠纷调处化解中心",
    "service_centre": "社会治理综合服务中心",
}

# Rooms and zones inside a centre: who is posted there sees what the centre sees.
CENTRE_PART_KINDS: Final[dict[str, str]] = {
    "reception_hall": "群众来访接待大厅",
    "coordination_room": "指挥调度中心",
    "zone_intake": "引导受理区",
    "zone_resolution": "多元化解区",
    "zone_coordination": "指挥调度区",
    "front_desk": "综合受理窗口",
    "cannot_get_done_window": "办不成事反映窗口",
}

MEDIATION_KINDS: Final[dict[str, str]] = {
    "function_room": "功能室",
    "mediation_room": "调解室",
    "named_mediation_studio": "个人调解工作室",
    "brand_room": "品牌调解室",
    "mediation_committee": "人民调解委员会",
    "village_committee": "村（居）调委会",
    "township_committee": "乡镇（街道）调委会",
    "sector_committee": "行业性专业性调委会",
    "workplace_committee": "企事业单位调委会",
    "embedded_studio": "派驻人民调解工作室",
    "third_party_centre": "第三方调处中心",
    "commercial_mediation_body": "商事调解组织",
    "court_link_desk": "诉调对接中心",
    "hean_tribunal": "和安庭",
    "property_mediation_group": "小区物业纠纷调委会",
}

GRASSROOTS_KINDS: Final[dict[str, str]] = {
    "talking_point": "百姓评理说事点",
    "deliberation_room": "协商议事室",
    "ten_household_group": "十联户",
    "dedicated_grid": "专属网格",
    "village_body": "村（居）民委员会",
    "township_government": "乡镇政府（街道办事处）",
}

ORGAN_KINDS: Final[dict[str, str]] = {
    "county_government": "县级人民政府",
    "superior_organ": "上级机关",
    "review_organ": "复查机关",
    "final_review_organ": "复核机关",
    "court": "人民法院",
    "tribunal": "人民法庭",
    "procuratorate": "人民检察院",
    "police": "公安机关",
    "police_station": "派出所",
    "justice": "司法行政机关",
    "justice_office": "司法所",
    "petition": "信访部门",
    "arbitration": "仲裁机构",
    "legal_aid": "法律援助机构",
    "line_department": "职能部门",
    "enterprise": "企事业单位",
    "social_organisation": "社会组织",
}

UNIT_KINDS: Final[dict[str, str]] = (
    CENTRE_KINDS | CENTRE_PART_KINDS | MEDIATION_KINDS | GRASSROOTS_KINDS | ORGAN_KINDS
)

PERMANENT, SECONDED, ROTATING, ON_CALL, CLOUD = "permanent", "seconded", "rotating", "on_call", "cloud"
PRESENCE: Final[dict[str, str]] = {
    PERMANENT: "常驻",
    SECONDED: "派驻",
    ROTATING: "轮驻",
    ON_CALL: "随叫随驻",
    CLOUD: "云驻",
}

SHIFTS: Final[dict[str, str]] = {"day": "日班", "night": "夜班", "leader": "带班"}

ADMIN_ROLES: Final[dict[str, str]] = {
    "admin_sys": "系统管理员",
    "admin_sec": "安全管理员",
    "admin_audit": "审计管理员",
}

# Roles that a post can give. See ROLES for those that need no account.
POST_ROLES: Final[dict[str, str]] = {
    "front_desk": "窗口接待员",
    "dispatcher": "分流员",
    "supervisor": "督办员",
    "leader": "领导",
    "mediator": "人民调解员",
    "clerk": "书记员",
    "committee_chair": "调委会主任",
    "handling_unit_user": "承办单位经办人",
    "liaison": "联络员",
    "grid_worker": "网格员",
    "judge_liaison": "联系法官",
    "legal_counsel": "法律顾问",
    "counsellor": "心理咨询师",
    "expert": "专家",
    "volunteer": "志愿者",
    "auditor": "评查员",
    "archivist": "档案员",
    "statistician": "统计员",
    "dpo": "个人信息保护负责人",
} | ADMIN_ROLES

ROLES: Final[dict[str, str]] = POST_ROLES | {"resident": "群众", "representative": "代理人", "public": "公众"}
