"""The states of a run, and which moves there are."""

from __future__ import annotations

QUEUED, RUNNING, DONE, FAILED, CANCELLED = "queued", "running", "done", "failed", "cancelled"
STATES = {
    QUEUED: "Waiting",
    RUNNING: "In progress",
    DONE: "Done",
    FAILED: "Could not be done",
    CANCELLED: "Stopped",
}
MOVES = {
    QUEUED: (RUNNING, CANCELLED),
    RUNNING: (QUEUED, DONE, FAILED, CANCELLED),  # queued again: its worker died under it
    FAILED: (QUEUED,),
    CANCELLED: (QUEUED,),
    DONE: (),
}
OVER = (DONE, FAILED, CANCELLED)


def may_move(before: str, after: str) -> bool:
    """This returns whether a run may go from one state to another.

    >>> may_move(QUEUED, RUNNING), may_move(DONE, QUEUED)
    (True, False)
    """
    return after in MOVES[before]
