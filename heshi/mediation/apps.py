"""The mediation room as Django knows it."""

from django.apps import AppConfig


class MediationConfig(AppConfig):
    """调解."""

    name = "heshi.mediation"
    label = "mediation"
    verbose_name = "调解"
