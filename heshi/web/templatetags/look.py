"""How a badge, an icon, a number and a date look on every page."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from heshi.common import numbers

register = template.Library()

# A colour never stands alone: every one has its own sign, told apart without seeing colour.
SIGNS = {"red": "▲", "orange": "◆", "yellow": "●", "blue": "■", "green": "✓", "grey": "○"}
COLOUR_WORDS = {
    "red": "红色",
    "orange": "橙色",
    "yellow": "黄色",
    "blue": "蓝色",
    "green": "绿色",
    "grey": "",
}
WEEKDAYS = "一二三四五六日"
ONE_LINE: Final = 14
"""So many signs of a badge stand in one line on any phone, in the large reading mode too."""


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw one picture of the sprite; it says nothing to a screen reader, so put a word beside it."""
    address = static("img/icons.svg")
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', address, name)


@register.simple_tag
def badge(colour: str | None, word: str = "") -> SafeString:
    """Draw a badge: sign, word, colour. An unknown colour is grey; a whole sentence may go on in a second line."""
    name = (colour or "grey").lower()
    name = name if name in SIGNS else "grey"
    said = word or COLOUR_WORDS[name]
    return format_html(
        '<span class="badge badge-{}{}"><span aria-hidden="true">{}</span>{}</span>',
        name,
        " badge-long" if len(said) > ONE_LINE else "",
        SIGNS[name],
        said,
    )


@register.filter
def spoken(number: str) -> str:
    """Return a case number as it is read out: 3827-1945-0637."""
    return numbers.spoken(str(number))


@register.filter
def day(when: date | datetime | None) -> str:
    """Return a day as people say it: 2026年3月5日（星期四）."""
    if when is None:
        return ""
    local = timezone.localtime(when).date() if isinstance(when, datetime) else when
    return f"{local.year}年{local.month}月{local.day}日（星期{WEEKDAYS[local.weekday()]}）"


@register.filter
def moment(when: datetime | None) -> str:
    """Return an instant as people write it: 2026年3月5日 09:30."""
    if when is None:
        return ""
    local = timezone.localtime(when) if timezone.is_aware(when) else when
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


@register.filter
def month(code: str) -> str:
    """Return 2026-03 as people write it: 2026年3月."""
    year, _dash, number = str(code).partition("-")
    return f"{year}年{int(number)}月" if number.isdecimal() else str(code)


@register.filter
def get(mapping: dict[object, object], key: object) -> object:
    """Return one entry of a mapping, or nothing."""
    return mapping.get(key, "")
