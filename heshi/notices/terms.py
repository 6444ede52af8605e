"""Every sentence that Heshi itself sends, and the ways on which one travels. What a playbook sends stands in the playbook.

Each names the matter by its number, says what happened and what to do now, nothing more: no name, no telephone number, no address
and nothing the person wrote, for a notice may be read over a shoulder. The places in braces are filled by whoever sends it; one that
is not filled is refused.
"""

from __future__ import annotations

from typing import Final, NamedTuple

TO_KINDS: Final[dict[str, str]] = {"resident": "群众", "unit": "单位", "role": "岗位", "staff": "工作人员"}
CHANNELS: Final[dict[str, str]] = {
    "inbox": "站内",
    "sms": "短信",
    "email": "邮件",
    "call": "打电话告知",
    "print": "打印送达",
}
BY_HAND: Final = ("call", "print")
"""Ways on which a person must do the telling."""


def channel_word(code: str) -> str:
    """Return what a channel is called; its code where a module that is gone, or a later program, wrote another one."""
    return CHANNELS.get(code, code)


STATES: Final[dict[str, str]] = {
    "sent": "已送出",
    "waiting": "等待发送",
    "to_call": "要打电话告知",
    "to_print": "要打印送达",
    "failed": "没有送出，请改用电话或当面告知",
}

SMS_LENGTH: Final = 210
"""Characters of three joined short messages; longer ones arrive torn."""
LINK_LENGTH: Final = 60
"""So many of them are kept free for the address of the resident's own page."""
MANY: Final = 5
"""So many unread notices that say the same to the same desk become one with a count."""


class Words(NamedTuple):
    """A subject line and one short text."""

    subject: str
    text: str


STAFF_WORDS: Final[dict[str, Words]] = {
    "unrouted": Words("待人工分流", "案件 {number} 没有匹配到分流规则，已放入贵中心队列，请人工分流。"),
    "stands_in": Words(
        "预案停用",
        "案件 {number} 本该用的预案读不出来，先按“{way}”登记。请系统管理员恢复预案，恢复以后再改换办法。",
    ),
    "joined_said": Words("一同反映的人有话说", "并入案件 {number} 的群众补充了情况或者作了评价，请查看。"),
    "unsorted": Words(
        "待定类别", "案件 {number} 系统没有把握是哪一类，已放入贵中心队列，请看一眼，定类别和事项。"
    ),
    "half_way": Words("时限过半", "案件 {number} 的“{clock}”时限已过半，应在 {due} 前办完。"),
    "nearly_due": Words("即将到期", "案件 {number} 的“{clock}”即将到期，应在 {due} 前办完。"),
    "lapsed": Words("期限已过", "案件 {number} 的“{clock}”期限已过。"),
    "reached": Words("日子到了", "案件 {number} 的“{clock}”日子到了，请再看一次并记下结果。"),
    "overdue": Words("已超期", "案件 {number} 的“{clock}”已超期，请立即办理并说明情况。"),
    "changed_way": Words("改换办法", "案件 {number} 改按“{way}”办理，请看过以后接着办。"),
    "rhythm": Words(
        "该做的事：{title}", "今天该做：{title}。做完请到“共治”里写明做了什么；没有做的，写明原因。"
    ),
    "rhythm_above": Words(
        "该做的事：{title}",
        "今天{unit}该做：{title}。这个岗位现在没有人，请安排人去做，或者到“共治”里代为写明。",
    ),
    "nobody_there": Words("请安排人：{subject}", "{unit} 现在没有人员能办，请安排。原通知：{text}"),
    "many": Words("{subject}：{count} 件", "“{subject}”有 {count} 件没有看，点开逐件列着，请逐件办理。"),
}

RESIDENT_WORDS: Final[dict[str, Words]] = {
    "received": Words("已登记", "您反映的事已登记，编号 {number}。凭编号和手机号后四位可随时查看进展。"),
    "nearly_due": Words(
        "快到期了", "您的事 {number}：“{clock}”快到期了，请在 {due} 前办，有困难请告诉我们。"
    ),
    "lapsed": Words("到期了", "您的事 {number}：“{clock}”到期了，有困难请告诉我们，不因此不办。"),
    "reached": Words("日子到了", "您的事 {number}：“{clock}”的日子到了。"),
    "overdue": Words(
        "已到期", "您的事 {number}：“{clock}”已到期，中心会按规矩往下办；有话要说随时可以告诉我们。"
    ),
}
"""Nobody orders a resident about, and nothing is taken from her by a message; that a time is half over is no news to her."""

NOT_REACHED: Final = "{by}没有打通"

LINK: Final = "查看：{link}"
"""What stands behind the words of a message that leaves the house."""
