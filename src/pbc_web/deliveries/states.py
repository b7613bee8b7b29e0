"""The states of a delivered file and the moves between them, as data."""

from __future__ import annotations

CHECKING, UNREADABLE, CHECKED, ACCEPTED, REJECTED, REPLACED = (
    "checking", "unreadable", "checked", "accepted", "rejected", "replaced",
)  # fmt: skip
STATES = {
    CHECKING: "Being checked",
    UNREADABLE: "Cannot be read",
    CHECKED: "Checked",
    ACCEPTED: "Accepted",
    REJECTED: "Rejected",
    REPLACED: "Replaced",
}
TAGS = {
    CHECKING: "white", UNREADABLE: "red", CHECKED: "blue", ACCEPTED: "green", REJECTED: "grey", REPLACED: "grey",
}  # fmt: skip
MOVES = {
    CHECKING: (CHECKED, UNREADABLE),
    UNREADABLE: (CHECKING, REJECTED),  # checked again once its headings are matched
    CHECKED: (CHECKING, ACCEPTED, REJECTED),
    ACCEPTED: (REPLACED, REJECTED),  # withdrawn, while it has not been taken in
    REJECTED: (),
    REPLACED: (),
}
WITHOUT_FILE = (REJECTED,)  # what is rejected is not kept


def may_move(state: str, to: str) -> bool:
    """This returns whether a file in a state may go to another.

    >>> may_move(CHECKED, ACCEPTED), may_move(REJECTED, ACCEPTED)
    (True, False)
    """
    return to in MOVES[state]
