"""Channels: one module each, named in the setting ``HESHI_CHANNELS``, that can be deleted whole.

A channel module has ``send(notice) -> None``, which raises when the message did not leave, and ``problems()``,
which returns what keeps it from working here. Nothing else in Heshi names a channel module.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Final, Protocol, cast

from django.conf import settings

from heshi.common.refusals import Conflict
from heshi.notices.models import Notice
from heshi.notices.terms import channel_word

SWITCHES: Final = {"sms": "HESHI_SMS_CHANNEL", "email": "HESHI_EMAIL_HOST"}
"""By which setting a channel is switched on."""


class ChannelOff(Conflict):
    """No channel of that kind is switched on here."""

    code = "channel_off"
    sentence = "{channel}渠道没有启用，通知保留未发；请系统管理员设定 {setting}，或改用电话告知。"


class NowhereToSend(Conflict):
    """The notice has no telephone number or e-mail address."""

    code = "nowhere_to_send"
    sentence = "这条{channel}通知没有号码或邮箱，请改用电话、上门或邮寄告知。"


class Channel(Protocol):
    """What a channel module offers."""

    def send(self, notice: Notice) -> None:
        """Hand the notice over, or raise."""

    def problems(self) -> list[str]:
        """Return what keeps this channel from working here, in sentences."""


def send(notice: Notice) -> None:
    """Hand a notice to its channel; raises whatever the channel raises, or `ChannelOff`."""
    name = settings.HESHI_CHANNELS.get(notice.channel)
    if not name:
        raise ChannelOff(channel=channel_word(notice.channel), setting=_setting(notice.channel))
    _module(name).send(notice)


def problems() -> list[str]:
    """Return what keeps each configured channel from working, for the start-up check."""
    found: list[str] = []
    for kind, name in settings.HESHI_CHANNELS.items():
        try:
            found += _module(name).problems() if name else []
        except ImportError:
            found.append(f"{channel_word(kind)}渠道的程序 {name} 不存在，请核对 {_setting(kind)}。")
    return found


def _setting(kind: str) -> str:
    return SWITCHES.get(kind, "这一渠道的程序（见 docs/notices.md）")


@cache
def _module(name: str) -> Channel:
    return cast("Channel", import_module(name))
