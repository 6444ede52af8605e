"""The command line as Django knows it: it may use every room, and no room uses it."""

from django.apps import AppConfig


class CliConfig(AppConfig):
    """命令行."""

    name = "heshi.cli"
    label = "cli"
    verbose_name = "命令行"
