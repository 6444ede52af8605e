"""Tell Django this room exists, so that its command is found."""

from django.apps import AppConfig


class ClocksConfig(AppConfig):
    """时限."""

    name = "heshi.clocks"
    verbose_name = "时限"
