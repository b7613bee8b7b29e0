"""States of a difference and the moves each permits, as data."""

from __future__ import annotations

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
