"""How far the consequences are, and what was set aside, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.utils import timezone

from heshi.cases.models import Case, Outgoing
from heshi.common.beats import APART
from heshi.common.numbers import spoken
from heshi.journey.case_duties import CASE_DUTIES
from heshi.journey.consequences import consequences
from heshi.journey.models import Bookmark, FailedDuty, Pulse, SetAside
from heshi.places.queries import county_code


def standing() -> Iterator[str]:
    """Yield how far each consequence is."""
    marks = {mark.name: mark for mark in Bookmark.objects.filter(county=county_code())}
    for each in consequences():
        mark = marks.get(each.name)
        if mark is None:
            yield f"{each.title}（{each.name}）：还没有开始"
        elif mark.built_to is not None:
            yield f"{each.title}（{each.name}）：正在从头做"
        else:
            yield f"{each.title}（{each.name}）：还有 {behind(mark)} 个事件没有做"


def behind(mark: Bookmark) -> int:
    """Return how many events wait for a consequence."""
    later = Q(transaction__gt=mark.transaction) | Q(transaction=mark.transaction, pk__gt=mark.event_id)
    return Outgoing.objects.filter(later, county=county_code()).count()


def set_aside() -> Iterator[str]:
    """Yield a sentence for each case that a consequence or a duty could not be done for, the longest waiting first."""
    titles = dict(
        [(one.name, one.title) for one in consequences()] + [(duty.name, duty.title) for duty in CASE_DUTIES]
    )
    rows = list(SetAside.objects.filter(county=county_code()).order_by("first_at"))
    numbers = dict(
        Case.objects.filter(county=county_code(), pk__in=[row.case_id for row in rows]).values_list(
            "pk", "number"
        )
    )
    for row in rows:
        since = f"从第 {row.since} 条事件起" if row.since else ""
        number = spoken(numbers.get(row.case_id, ""))
        yield f"{titles.get(row.name, row.name)}：案件 {number} {since}没有做成：{row.why}"


def failed_duties() -> list[str]:
    """Return a sentence for each duty of the worker that could not be done, the longest failing first."""
    failed = FailedDuty.objects.filter(county=county_code()).order_by("first_at")
    return [
        f"后台“{one.name}”从 {timezone.localtime(one.first_at):%Y-%m-%d %H:%M} 起 {one.tries} 次没有做成：{one.why}"
        for one in failed
    ]


def clock_doubt() -> str:
    """Return why the machine's clock is not believed and what to do, or nothing when it is."""
    why = Pulse.objects.filter(county=county_code()).values_list("doubt", flat=True).first()
    if not why:
        return ""
    if why.startswith(APART):
        return f"{why}，时限提醒已暂停。请系统管理员核对本机和数据库服务器的时间，把不准的那一台校准，提醒就会接着走。"
    return f"{why}，时限提醒已暂停。请系统管理员核对时间：不准就校准；准确就执行 heshi time --confirm。"
