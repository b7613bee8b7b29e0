"""Who keeps organisations and records who takes part."""

from __future__ import annotations

from typing import Any

from pbc_web.organisations.kinds import COMMISSIONERS, UPWARD, WATCHED_BY


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


def may_say(doer: Any, relation: str) -> bool:
    """Whether somebody says or ends a relation of a kind: a commissioner does not choose the region that watches it."""
    return relation not in WATCHED_BY or _is_above_all(doer)


def may_close(doer: Any, organisation: Any) -> bool:
    """Whether somebody says who took an organisation over: of a commissioner, which then answers to no region, not itself."""
    return organisation.kind not in COMMISSIONERS or _is_above_all(doer)


def sayable(doer: Any, kind: str) -> dict[str, tuple[str, ...]]:
    """This returns what somebody may say of an organisation of a kind: relations, each with the kinds it leads to."""
    return {relation: kinds for relation, kinds in UPWARD.get(kind, {}).items() if may_say(doer, relation)}


def _is_above_all(doer: Any) -> bool:
    """An administrator, or a process of ours, which takes in what is published."""
    role = getattr(doer, "role", None)
    return role is None or bool(role.reads_all_audit)
