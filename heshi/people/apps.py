"""The people room as Django sees it."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """人与机构."""

    name = "heshi.people"
    label = "people"
    verbose_name = "人与机构"
