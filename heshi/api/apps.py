"""The api room as Django knows it."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """接口."""

    name = "heshi.api"
    label = "api"
    verbose_name = "接口"
