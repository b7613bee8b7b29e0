"""Taking a row for a change: whoever acts says which version they saw, and of two at once one is refused."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Model

from pbc.errors import RefusedInput


def claim(row: Model, *, version: int, where: str, **changes: Any) -> None:
    """Change a row that still has the version that was seen; one changed since is refused in words."""
    if row.pk is None or not _update(row, version, changes):
        raise RefusedInput(
            "Somebody changed this while you looked at it.", where=where, found=f"a later version than {version}",
            remedy="Nothing of yours was done. Look at it as it stands now, and decide again.",
        )  # fmt: skip
    for name, value in changes.items():
        setattr(row, name, value)
    row.version = version + 1


def _update(row: Model, version: int, changes: dict[str, Any]) -> int:
    rows = type(row)._base_manager.filter(pk=row.pk, version=version)
    return rows.update(**changes, version=F("version") + 1)
