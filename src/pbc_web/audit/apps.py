"""The app, for Django."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Audit."""

    name = "pbc_web.audit"
    label = "audit"
