"""The places room as Django sees it."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """区划."""

    name = "heshi.places"
    label = "places"
    verbose_name = "区划"
