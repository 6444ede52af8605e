"""The routing room as Django knows it."""

from django.apps import AppConfig


class RoutingConfig(AppConfig):
    """分流."""

    name = "heshi.routing"
    label = "routing"
    verbose_name = "分流"
