"""Words of the figures: what is counted, of what it is a part, and by what it is broken down."""

from __future__ import annotations

from typing import Final

WHOLES: Final = {
    "accepted": "received",
    "not_accepted": "received",
    "withdrawn": "received",
    "answered": "accepted",
    "solved": "answered",
    "answered_unsolved": "answered",
    "answered_only": "answered",
    "unconfirmed": "answered",
    "answered_withdrawn": "answered",
    "overdue": "received",
    "on_time": "answered",
    "rated": "answered",
    "satisfied": "rated",
    "reopened": "answered",
    "closed": "received",
}
"""Each measure and the measure it is a part of."""
MEANINGS: Final = {
    "accepted": "中心或单位接手办理的；不予受理和转出的不算。",
    "answered": "已经由工作人员向群众作出答复的。",
    "solved": "群众本人说解决了，或者由答复人以外的人核实办结的；承办人自己说的不算，撤回的也不算。",
    "answered_unsolved": "答复了，但群众说没解决，或者结果写明没有解决、调解不成。",
    "answered_only": "答复了就算办完的，如咨询、建议，谈不上解决没解决。",
    "unconfirmed": "承办人说解决了，还没有人确认。",
    "answered_withdrawn": "答复以后群众自己撤回的，不算解决。",
    "overdue": "办理过程中任何一个时限到期未办的；等群众评价的时间不算。",
    "rated": "答复后群众本人打了分的。",
    "satisfied": "参评中打 4 分、5 分的；参评少时，这个数说明不了多少。",
    "withdrawn": "群众自己撤回的；留在分母里，不会抬高任何一个率。",
}
DIMENSIONS: Final = {
    "all": "全部",
    "topic": "事项",
    "township": "乡镇街道",
    "unit": "承办单位",
    "kind": "类别",
    "playbook": "办理方式",
}
OWN: Final = ":"
"""Stands in the name of a measure that is a playbook's own: PLAYBOOK:FIGURE:MARK:of."""
OWN_DIMENSIONS: Final = ("all", "township", "unit")
"""By what the figures of a playbook are broken down; the playbook stands in their name."""
WHOLE_COUNTY: Final = "-"
"""The key of a case that lies in no township, and of the dimension that has only one."""
SATISFIED_FROM: Final = 4
FEW: Final = 10
"""Below this many cases a rate is shown with a word of caution."""
EXCLUDING: Final = {"solved": ("answered_unsolved",), "answered_unsolved": ("solved",)}
"""Measures that no case is counted in together, though both are parts of one whole."""
LEAST_PUBLISHED: Final = 5
"""Smaller counts are not published: somebody could be recognised."""
