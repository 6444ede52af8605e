"""The followup room as Django knows it."""

from django.apps import AppConfig


class FollowupConfig(AppConfig):
    """回访."""

    name = "heshi.followup"
    label = "followup"
    verbose_name = "回访"
