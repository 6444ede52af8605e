"""The words of notices. Each names the matter by its number, says what happened and what to do now, nothing more.

No name, no telephone number, no address and nothing the person wrote: a notice may be read over a shoulder.
`{number}` is always there; the other places are filled by whoever queues the notice.
"""

from __future__ import annotations

from typing import Final, NamedTuple

TO_KINDS: Final[dict[str, str]] = {"resident": "群众", "unit": "单位", "staff": "工作人员", "role": "岗位"}
CHANNELS: Final[dict[str, str]] = {"inbox": "站内", "sms": "短信", "email": "邮件", "print": "打印送达"}
SENT_BY_MACHINE: Final = ("inbox", "sms", "email")
STATES: Final[dict[str, str]] = {
    "sent": "已送出",
    "waiting": "等待发送",
    "to_print": "待打印送达",
    "failed": "未送出，请改用电话或上门告知",
}

SMS_LENGTH: Final = 210  # three joined messages; longer ones arrive torn


class Words(NamedTuple):
    """A subject line and one short text."""

    subject: str
    text: str


STAFF_WORDS: Final[dict[str, Words]] = {
    "received": Words("新收件", "{number} 新收到一件诉求，请在{due}前处理。"),
    "unrouted": Words("待人工分流", "{number} 没有匹配到承办单位，已转本中心，请人工分流。"),
    "assigned": Words("交您办理", "{number} 已分到您处，请在{due}前办理。"),
    "dispatched": Words(
        "派单", "{number} 已派到本单位，请在{due}前签收办理；不属本单位职责的，请写明理由提出异议。"
    ),
    "objected": Words("承办异议", "{number} 的承办单位提出异议，请审核后确定承办单位。"),
    "returned": Words("退回", "{number} 已退回，请查看退回理由后重新办理。"),
    "half_way": Words("时限过半", "{number} 的“{clock}”已过一半，{due}到期。"),
    "nearly_due": Words("即将到期", "{number} 的“{clock}”{due}到期，请抓紧办理；需要延长的请提前报批。"),
    "overdue": Words("已超期", "{number} 的“{clock}”已于{due}到期，尚未办结，请立即办理并写明原因。"),
    "urged": Words("督办", "{number} 被督办，请在{due}前回复办理情况。"),
    "extended": Words("期限延长", "{number} 的“{clock}”已获准延长至{due}。"),
    "paused": Words("停止计算期限", "{number} 的“{clock}”已停止计算，原因：{reason}。"),
    "resumed": Words("恢复计算期限", "{number} 的“{clock}”已恢复计算，{due}到期。"),
    "replied": Words("已答复", "{number} 已有答复，请核对后告知诉求人。"),
    "rated": Words("群众评价", "{number} 收到群众评价，请查看。"),
    "rated_badly": Words("群众不满意", "{number} 的群众表示不满意，请联系了解情况并重新办理。"),
    "reopened": Words("重新办理", "{number} 已重新打开，请在{due}前办理。"),
    "revisit": Words("到期回访", "{number} 到了约定的回访时间，请回访并记录。"),
    "resident_wrote": Words("群众补充", "{number} 的诉求人补充了情况，请查看。"),
    "stopped": Words("调解终止", "{number} 的调解已终止，请告知当事人可以走的其他途径。"),
    "closed": Words("已办结", "{number} 已办结。"),
}

RESIDENT_WORDS: Final[dict[str, Words]] = {
    "received": Words(
        "已收到您的诉求", "您的诉求已收到，编号{number}。凭编号和手机号后四位可以随时查看进度。"
    ),
    "accepted": Words("已受理", "您的诉求{number}已受理，预计{due}前办结。进度可凭编号查看。"),
    "not_accepted": Words("不予受理", "您的诉求{number}不在受理范围，理由和您可以走的其他途径已写在进度页。"),
    "dispatched": Words("已转承办单位", "您的诉求{number}已转{unit}办理，预计{due}前答复。"),
    "extended": Words("办理期限延长", "您的诉求{number}办理期限延长至{due}，理由：{reason}。"),
    "paused": Words("暂停计算期限", "您的诉求{number}暂停计算期限，原因：{reason}。恢复后会再告知您。"),
    "resumed": Words("恢复计算期限", "您的诉求{number}已恢复办理，预计{due}前办结。"),
    "papers_needed": Words("需要补充材料", "办理{number}还需要您补充材料，清单见进度页，也可以到窗口办理。"),
    "mediation_invited": Words(
        "邀请参加调解", "邀请您参加{number}的调解。调解自愿、免费，您可以不参加，也可以随时退出。"
    ),
    "stopped": Words("调解终止", "{number}的调解已终止。您仍可以起诉、仲裁或投诉，具体途径见进度页。"),
    "replied": Words("已有答复", "您的诉求{number}已有答复，请凭编号查看并评价。不满意可以写明理由。"),
    "reopened": Words("重新办理", "您的诉求{number}已重新办理，预计{due}前答复。"),
    "revisit": Words("回访", "我们想了解{number}的办理结果，请凭编号评价，也可以等工作人员联系您。"),
    "closed": Words("已办结", "您的诉求{number}已办结。仍有问题可以凭编号写明，或到窗口反映。"),
}
