"""The statistics room as Django knows it."""

from django.apps import AppConfig


class StatisticsConfig(AppConfig):
    """统计."""

    name = "heshi.statistics"
    label = "statistics"
    verbose_name = "统计"
