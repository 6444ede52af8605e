"""The community room as Django knows it."""

from django.apps import AppConfig


class CommunityConfig(AppConfig):
    """共治."""

    name = "heshi.community"
    label = "community"
    verbose_name = "共治"
