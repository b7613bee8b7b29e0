"""States of a difference and the moves each permits, as data."""

from __future__ import annotations

from pbc.errors import RefusedInput

MOVES = {
    "open": {"agree": "agreed", "dispute": "disputed", "settle": "settled"},
    "agreed": {"dispute": "disputed", "settle": "settled", "reopen": "open"},
    "disputed": {"agree": "agreed", "settle": "settled", "reopen": "open"},
    "settled": {"reopen": "open"},
}
WORDS = {"open": "Open", "agreed": "Agreed", "disputed": "Disputed", "settled": "Settled"}
MOVE_WORDS = {"agree": "Agree it", "dispute": "Dispute it", "settle": "Settle it", "reopen": "Open it again"}
MEANS = {
    "agree": "Both sides see it alike: say what will be done, by whom.",
    "dispute": "The hospital is asked to answer: say what is wrong.",
    "settle": "Nothing more is to be done: say how it ended, such as the number of a credit.",
    "reopen": "It was taken for done and is not: say what came up.",
}
EVENTS = {
    "own": "Given an owner", "agree": "Agreed", "dispute": "Disputed", "settle": "Settled", "reopen": "Opened again",
    "write": "Wrote",
}  # fmt: skip


def moved(state: str, move: str) -> str:
    """This returns the state a move leads to, refusing one that is not permitted from where it stands.

    >>> moved("open", "dispute"), moved("settled", "reopen")
    ('disputed', 'open')
    """
    if move not in MOVES[state]:
        raise RefusedInput(
            f"This difference is {state}: it cannot be changed in this way now.", found=state,
            expected=" or ".join(each for each, moves in MOVES.items() if move in moves),
            remedy="Open the page again: somebody else may have changed it meanwhile.",
        )  # fmt: skip
    return MOVES[state][move]
