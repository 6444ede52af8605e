"""The notices room as Django knows it."""

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register


class NoticesConfig(AppConfig):
    """通知."""

    name = "heshi.notices"
    label = "notices"
    verbose_name = "通知"

    def ready(self) -> None:
        """Have the channels looked at whenever Heshi starts."""
        register(channels_work)


def channels_work(**_asked: object) -> list[CheckMessage]:
    """Stop the start with one sentence for each channel that is switched on and cannot work."""
    from heshi.notices.actions.channels import problems  # noqa: PLC0415 -- models are not loaded before ready()

    return [Error(problem, id="heshi.notices.E001") for problem in problems()]
