"""The web room as Django knows it."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Pages; no tables of its own."""

    name = "heshi.web"
    label = "web"
    verbose_name = "网页"
