"""Short messages written to files under ``var/outbox``: for trying things out, never for a real centre.

Write a sibling for the county's gateway and name it in ``HESHI_CHANNELS``; then this file can be deleted.
"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from heshi.notices.actions.channels import NowhereToSend
from heshi.notices.models import Notice


def send(notice: Notice) -> None:
    """Write the message to its own file, readable by this account only; sending again writes the same file."""
    if not notice.destination:
        raise NowhereToSend(channel="短信")
    folder = Path(settings.HESHI_VAR) / "outbox"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{notice.pk}.txt"
    path.touch(mode=0o600)
    path.write_text(f"{notice.destination}\n【和事】{notice.outgoing}\n", encoding="utf-8")


def problems() -> list[str]:
    """Refuse to start a real centre with it."""
    if str(settings.SETTINGS_MODULE).endswith("production"):
        return [
            "正式环境不能用 file_sms 代替短信：请配置短信平台，或把 HESHI_SMS_CHANNEL 留空（短信保留未发）。"
        ]
    return []
