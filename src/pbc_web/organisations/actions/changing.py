"""Taking in a file of organisation changes."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pbc.errors import RefusedInput
from pbc_web.audit.actions import Doer, record
from pbc_web.organisations.actions.by_hand import record_succession
from pbc_web.organisations.changes import Checked


@transaction.atomic
def take_in_changes(checked: Checked, *, name: str, by: Doer, at: datetime) -> int:
    """Say who took over whom, of every row of a file without faults, all or none; returns how many rows.

    Each is in the trail by itself, and the file once. What others said meanwhile is judged again.
    """
    if checked.faults or not checked.changes:
        raise RefusedInput("A file with faults is not taken in.", where=name, remedy="Correct the rows that are told.")
    for each in checked.changes:
        record_succession(
            each.old, successor=each.new, on=each.on, share=each.share, by=by, at=at, source=f"file of changes {name}"[:200]
        )  # fmt: skip
    told = {"rows": len(checked.changes), "name": name}
    record(by=by, verb="take_in_changes", about=("organisations", name), at=at, told=told)
    return len(checked.changes)
