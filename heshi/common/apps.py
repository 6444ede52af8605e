"""The common room as Django knows it."""

from django.apps import AppConfig


class CommonConfig(AppConfig):
    """公共."""

    name = "heshi.common"
    label = "common"
    verbose_name = "公共"
