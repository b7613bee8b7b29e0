"""The app, for Django."""

from django.apps import AppConfig


class ShellConfig(AppConfig):
    """The shell."""

    name = "pbc_web.shell"
    label = "shell"
