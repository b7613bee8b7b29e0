"""States of a meeting and the moves each permits, as data; and who may chair."""

from __future__ import annotations

from pbc_web.shell.moves import Table

STATES = {"planned": "Planned", "cancelled": "Cancelled", "held": "Held"}
MOVES: Table = {
    "planned": {"move": "planned", "cancel": "cancelled", "hold": "held"},
    "cancelled": {"undo": "planned"},
    "held": {"correct": "held"},
}
MOVE_WORDS = {
    "move": "Move it", "cancel": "Cancel it", "hold": "Record who attended", "undo": "Hold it after all",
    "correct": "Correct who attended",
}  # fmt: skip
CHAIRS = "non_executive"  # R7.2: the committee is chaired by a non-executive director
