"""E-mail through Django's mail backend."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage

from heshi.common.numbers import spoken
from heshi.notices.actions.channels import NowhereToSend
from heshi.notices.models import Notice

_DOMAIN = "heshi.invalid"


def send(notice: Notice) -> None:
    """Hand the notice to the mail server. The message id is the notice's, so a second copy can be told."""
    if not notice.destination:
        raise NowhereToSend(channel="邮件")
    EmailMessage(
        subject=f"【和事】{notice.subject} {spoken(notice.number)}".strip(" -"),
        body=notice.outgoing,
        to=[notice.destination],
        headers={"Message-ID": f"<{notice.pk}@{_DOMAIN}>", "Auto-Submitted": "auto-generated"},
    ).send(fail_silently=False)


def problems() -> list[str]:
    """Ask for a mail server where the SMTP backend is in use."""
    if settings.EMAIL_BACKEND.endswith("smtp.EmailBackend") and not settings.EMAIL_HOST:
        return ["邮件渠道已启用，但没有填写邮件服务器 HESHI_EMAIL_HOST。"]
    return []
