"""States of a milestone, the moves each permits, and levels of risk, as data."""

from __future__ import annotations

from pbc_web.shell.moves import Table

STATES = {"open": "Open", "done": "Done", "dropped": "Dropped"}
MOVES: Table = {
    "open": {"finish": "done", "drop": "dropped"},
    "done": {"reopen": "open"},
    "dropped": {"reopen": "open"},
}
MOVE_WORDS = {"finish": "Mark it as done", "drop": "Drop it", "reopen": "Open it again"}
NEEDS_REASON = ("drop", "reopen")
RISKS = {"low": "Low", "medium": "Medium", "high": "High"}
AFTER = (3, 6, 12)  # months after the start at which the engine holds a promise against fact
