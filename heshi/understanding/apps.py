"""The understanding room as Django knows it."""

from django.apps import AppConfig


class UnderstandingConfig(AppConfig):
    """研判."""

    name = "heshi.understanding"
    label = "understanding"
    verbose_name = "研判"
