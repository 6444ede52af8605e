"""The field room as Django knows it."""

from django.apps import AppConfig


class FieldConfig(AppConfig):
    """网格."""

    name = "heshi.field"
    label = "field"
    verbose_name = "网格"
