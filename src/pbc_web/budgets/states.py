"""States and permitted moves, as data. A move is asked for by its verb; one that is not permitted is refused in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pbc.errors import RefusedInput


@dataclass(frozen=True)
class Move:
    """From which states a verb leads, and to which."""

    sources: tuple[str, ...]
    target: str


Moves = Mapping[str, Move]

OFFER_STATES = {
    "issued": "Offered",
    "received": "Received",
    "queried": "Queried",
    "accepted": "Agreed",
    "withdrawn": "Withdrawn",
    "lapsed": "Lapsed",
    "replaced": "Replaced",
}
OPEN = ("issued", "received", "queried")  # offers that wait for an answer
LIVE = (*OPEN, "accepted")  # at most one of these for a practice and year
OFFER: Moves = {
    "receive": Move(("issued",), "received"),
    "query": Move(OPEN, "queried"),
    "settle": Move(("queried",), "received"),
    "accept": Move(("issued", "received"), "accepted"),
    "withdraw": Move(OPEN, "withdrawn"),
    "replace": Move(OPEN, "replaced"),
    "lapse": Move(OPEN, "lapsed"),
}

QUERY_STATES = {"asked": "Waiting for an answer", "answered": "Answered", "closed": "Closed"}
QUERY: Moves = {
    "answer": Move(("asked",), "answered"),
    "follow_up": Move(("answered",), "asked"),
    "close": Move(("asked", "answered"), "closed"),
}

DECISION_STATES = {
    "proposed": "Proposed",
    "approved": "Approved, being published",
    "published": "In force",
    "refused": "Not approved",
    "withdrawn": "Withdrawn",
    "failed": "Could not be published",
}
DECISION: Moves = {
    "approve": Move(("proposed",), "approved"),
    "refuse": Move(("proposed",), "refused"),
    "withdraw": Move(("proposed",), "withdrawn"),
    "publish": Move(("approved",), "published"),
    "fail": Move(("approved",), "failed"),
    "retry": Move(("failed",), "approved"),
    "give_up": Move(("failed",), "refused"),
}

TAGS = {  # one colour for one meaning, on every page
    "issued": "blue", "received": "blue", "queried": "yellow", "accepted": "green", "withdrawn": "grey", "lapsed": "grey",
    "replaced": "grey", "asked": "yellow", "answered": "blue", "closed": "grey", "proposed": "blue", "approved": "green",
    "published": "green", "refused": "grey", "failed": "red", "late": "red",
}  # fmt: skip


def move(moves: Moves, verb: str, state: str, *, where: str) -> str:
    """This returns the state a verb leads to, refusing a verb the state does not permit.

    >>> move(OFFER, "accept", "received", where="offer 1")
    'accepted'
    """
    found = moves[verb]
    if state not in found.sources:
        raise RefusedInput(
            "This was settled in the meantime, or is not ready for that.", where=where, found=state,
            expected=" or ".join(found.sources), remedy="Go back and look at it as it stands now.",
        )  # fmt: skip
    return found.target
