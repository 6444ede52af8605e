"""Days as the desk writes them: short, because a table has many."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.template import Context
from django.utils import timezone

from heshi.clocks.rules import due_on
from heshi.web.kit.access import Frame, frame_of

register = template.Library()
KILO, MEGA = 1024, 1024 * 1024
KILOMETRE = 1000


@register.simple_tag(takes_context=True)
def desk_frame(context: Context) -> Frame | None:
    """Return what the frame of a desk page shows to this person."""
    return frame_of(context["request"])


@register.filter
def short_day(when: date | datetime | None) -> str:
    """Return 3月5日, with the year when it is not this one."""
    if when is None:
        return ""
    local = timezone.localtime(when).date() if isinstance(when, datetime) else when
    said = f"{local.month}月{local.day}日"
    return said if local.year == timezone.localdate().year else f"{local.year}年{said}"


@register.filter
def due_day(when: datetime | None) -> date | None:
    """Return the day a due instant belongs to; midnight belongs to the day that ends with it."""
    return due_on(when) if when else None


@register.filter
def size(octets: int) -> str:
    """Return how large a file is: 340 KB, 2.1 MB."""
    return f"{octets / MEGA:.1f} MB" if octets >= MEGA else f"{max(1, round(octets / KILO))} KB"


@register.filter
def metres(distance: float) -> str:
    """Return a distance over ground: 80 米, 2.4 公里."""
    return f" {distance / 1000:.1f} 公里" if distance >= KILOMETRE else f" {round(distance)} 米"


@register.filter
def share(part: float) -> str:
    """Return a share as a percentage."""
    return f"{round(100 * part)}%"
