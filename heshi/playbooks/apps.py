"""The playbooks room as Django knows it."""

from django.apps import AppConfig


class PlaybooksConfig(AppConfig):
    """预案."""

    name = "heshi.playbooks"
    label = "playbooks"
    verbose_name = "预案"
