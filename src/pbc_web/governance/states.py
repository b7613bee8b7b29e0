"""Kinds of interest and tie, states of an entry and the moves each permits, as data."""

from __future__ import annotations

KINDS = {
    "financial": "Financial", "professional": "Non-financial professional", "personal": "Non-financial personal",
    "indirect": "Indirect",
}  # fmt: skip
KIND_MEANS = {
    "financial": "You may gain or lose money: shares, pay, a partnership, a grant.",
    "professional": "Your standing or career may gain: an unpaid post, research, advice.",
    "personal": "Something else of your own may gain: membership of a charity, a campaign.",
    "indirect": "Somebody close to you has the interest. Say the relation only, never their name.",
}
TIES = {  # the tie, and how a path says it
    "shareholder": ("Holds shares", "holds shares in"),
    "employer": ("Employed", "is employed by"),
    "partner": ("Partner", "is a partner in"),
    "director": ("Director", "is a director of"),
    "household": ("Of the household", "has somebody of the household at"),
    "adviser": ("Adviser", "advises"),
    "part": ("Part of it", "is part of"),
    "other": ("Another tie", "has a tie to"),
}
THROUGH = {
    "spouse": "husband, wife or partner", "child": "son or daughter", "parent": "parent", "sibling": "brother or sister",
    "relative": "another relative", "household": "somebody of the same household", "friend": "a close friend",
    "associate": "a business partner",
}  # fmt: skip

STATES = {"standing": "Standing", "ended": "Ended", "withdrawn": "Withdrawn"}
MOVES = {
    "standing": {"change": "standing", "end": "ended", "correct": "standing", "withdraw": "withdrawn"},
    "ended": {"correct": "ended", "withdraw": "withdrawn"},
    "withdrawn": {},
}
GIFT_MOVES = {"standing": {"correct": "standing", "withdraw": "withdrawn"}, "withdrawn": {}}
MOVE_WORDS = {
    "change": "It has changed", "end": "It has ended", "correct": "Correct it", "withdraw": "Take it off the register",
}  # fmt: skip
MOVED = {
    "declare": "Declared", "change": "Changed", "end": "Ended", "correct": "Corrected", "withdraw": "Taken off the register",
}  # fmt: skip
GIFT_KINDS = {"gift": "Gift", "hospitality": "Hospitality"}
SAYS = {"nothing": "Nothing to declare", "complete": "All entries are complete"}
