"""Who keeps organisations and records who takes part."""

from __future__ import annotations

from typing import Any


def may_keep_register(actor: Any) -> bool:
    """Organisations and their relations are kept by whoever keeps the register."""
    return bool(actor.role.keeps_register)


def may_record_uptake(actor: Any) -> bool:
    """Who takes part is recorded by the commissioner's commissioning manager."""
    return bool(actor.role.records_uptake)


def keeps(actor: Any, organisation: Any) -> bool:
    """Whether somebody keeps this organisation: an administrator every one, a commissioner those it sees in detail."""
    is_everywhere = bool(actor.role.reads_all_audit)
    return may_keep_register(actor) and (is_everywhere or organisation.id in actor.reach.detail)
