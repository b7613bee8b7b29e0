"""The app, for Django."""

from django.apps import AppConfig


class HomeConfig(AppConfig):
    """Home."""

    name = "pbc_web.home"
    label = "home"
