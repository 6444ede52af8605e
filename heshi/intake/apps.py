"""The intake room as Django knows it."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """受理."""

    name = "heshi.intake"
    label = "intake"
    verbose_name = "受理"
