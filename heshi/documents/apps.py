"""The documents room as Django knows it."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """文书."""

    name = "heshi.documents"
    label = "documents"
    verbose_name = "文书"
