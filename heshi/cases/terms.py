"""Words of the file: kinds of matter, doors, actors, and the acts that the engine itself records."""

from __future__ import annotations

from typing import Final

from heshi.playbooks.terms import ALL_KINDS, INTERNAL_KINDS, KINDS, SOURCES

__all__ = [
    "ACCUSING", "ALL_KINDS", "CORRECTED", "ENGINE_STEPS", "GATHERED", "INTERNAL_KINDS", "JOINED", "KINDS", "MASKED", "OPENED",
    "PARTY_ROLES", "PERSONAL", "SAID_MORE", "SOURCES", "TICKED", "TIES", "UNSEALABLE",
]  # fmt: skip
"""Kinds and doors are words of the playbook language: conditions speak of them."""

ACCUSING: Final = ("report_violation",)
"""Kinds that accuse somebody: seen by the centre and by whoever must check it, never by those at the place itself."""
OPENED: Final = "register"
"""The step of the first event of every file."""
TICKED: Final = "clock"
"""The step by which the system records that a clock reached its middle, its last day or its end."""
JOINED: Final = "joined"
"""The step by which a case notes that another one became part of it."""
JOINED_SAID: Final = "joined_said"
"""The step by which a case notes what somebody said whose own case became part of it."""
MAIN_ANSWERED: Final = "main_answered"
"""The step by which a case notes that the one it became part of was answered: now its own resident can rate."""
GATHERED: Final = "gathered"
"""The step by which a case notes that something was made from it and others."""
CORRECTED: Final = "corrected"
"""The step by which somebody puts right what was registered beside the words: a telephone, a name, a place."""
SAID_MORE: Final = "said_more"
"""The step by which words that came later are kept beside the first ones."""
CHANGED: Final = "changed_way"
"""The step by which a case goes over to another playbook."""
SORTED: Final = "sorted"
"""The step by which a person says what a case is about; where that has a playbook of its own, the case begins by it."""
REROUTED: Final = "rerouted"
"""The step by which a case notes where the rules would send it, since its kind or topic was put right."""
ENGINE_STEPS: Final = {
    OPENED: "登记",
    TICKED: "时限提醒",
    JOINED: "有人反映同一件事",
    JOINED_SAID: "一同反映的群众补充或评价",
    MAIN_ANSWERED: "并入的那件有了答复",
    GATHERED: "列入源头治理",
    CHANGED: "改换办法",
    SORTED: "定类别和事项",
    REROUTED: "重新分流",
    CORRECTED: "更正登记内容",
    SAID_MORE: "又来了原话",
}
INTERNAL: Final = "内部事项"
"""All that others read of a task that is for some only."""
TIES: Final = {"merged": "并入", "made_from": "据此提出"}
PARTY_ROLES: Final = {"reporter": "诉求人", "applicant": "申请人", "respondent": "被申请人"}
PERSONAL: Final = {
    "name": "姓名",
    "phone": "电话",
    "email": "邮箱",
    "address": "住址",
    "identity_no": "身份证号",
}
"""What somebody may say of herself; each is sealed on its own."""
MASKED: Final = "＊"
UNSEALABLE: Final = "解不开，请系统管理员核对密钥设置"
"""What stands where a sealed field fits none of the keys: the rest of the file is worked on as ever."""
