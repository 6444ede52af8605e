"""The journey room as Django knows it."""

from django.apps import AppConfig


class JourneyConfig(AppConfig):
    """流程."""

    name = "heshi.journey"
    label = "journey"
    verbose_name = "流程"
