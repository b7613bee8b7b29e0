"""The app, for Django."""

from __future__ import annotations

from django.apps import AppConfig


class BusinessCasesConfig(AppConfig):
    """Plans, business cases and uses of pots: one table, one clock, one way to decide."""

    name = "pbc_web.business_cases"
    label = "business_cases"
