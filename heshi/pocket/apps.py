"""The pocket room as Django knows it."""

from django.apps import AppConfig


class PocketConfig(AppConfig):
    """随身."""

    name = "heshi.pocket"
    label = "pocket"
    verbose_name = "随身"
