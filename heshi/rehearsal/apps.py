"""The rehearsal room as Django knows it."""

from django.apps import AppConfig


class RehearsalConfig(AppConfig):
    """排演."""

    name = "heshi.rehearsal"
    label = "rehearsal"
    verbose_name = "排演"
