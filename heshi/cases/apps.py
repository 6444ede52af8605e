"""The cases room as Django knows it."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """案件."""

    name = "heshi.cases"
    label = "cases"
    verbose_name = "案件"
