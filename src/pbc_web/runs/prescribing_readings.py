"""Prescribing as money, as pages read it."""

from __future__ import annotations

from collections.abc import Collection

from pbc.flows.show_prescribing import PrescribingShown, show_prescribing
from pbc.reports import Protection, StatementMaterial
from pbc_web.runs.reading import site_store

__all__ = ["PrescribingShown", "prescribing_of"]


def prescribing_of(material: StatementMaterial, *, protection: Protection, named: Collection[str]) -> PrescribingShown:
    """This returns a month's prescribing of one commissioner, practices only as far as they are named."""
    return show_prescribing(site_store(), material, protection=protection, named=named)
