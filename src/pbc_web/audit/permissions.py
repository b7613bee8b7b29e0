"""Who may read the trail."""

from __future__ import annotations

from typing import Any


def may_read_trail(actor: Any) -> bool:
    """The audit trail is read by administrators, and by board and committee members for their own organisation."""
    return bool(actor.role.reads_audit)


def may_read_whole_trail(actor: Any) -> bool:
    """The whole trail, to be checked elsewhere, is handed to administrators alone."""
    return bool(actor.role.reads_all_audit)
