"""States of a publication, a query and a pot, and the moves each permits, as data."""

from __future__ import annotations

from pbc.errors import RefusedInput

PUBLICATION = {
    "prepared": {"publish": "published", "withdraw": "withdrawn"},
    "published": {"replace": "replaced"},
    "replaced": {},
    "withdrawn": {"prepare": "prepared"},
}
QUERY = {
    "open": {"answer": "answered", "withdraw": "withdrawn"},
    "answered": {},
    "withdrawn": {},
}
# What may happen to a pot while its money stands furthest at each step. Notice and taking back need no step of their own:
# a year may turn out worse at any time before all is spent.
POT = {
    "declared": {"confirm", "give_notice", "take_back"},
    "confirmed": {"confirm", "release", "reserve", "free", "give_notice", "take_back"},
    "available": {"confirm", "release", "reserve", "free", "spend", "give_notice", "take_back"},
    "spent": {"confirm", "release", "give_notice", "take_back"},  # what was never confirmed may yet go back
}
PUBLICATION_WORDS = {
    "prepared": "Prepared", "published": "Published", "replaced": "Replaced", "withdrawn": "Withdrawn",
}  # fmt: skip
QUERY_WORDS = {"open": "Open", "answered": "Answered", "withdrawn": "Withdrawn"}
POT_WORDS = {"declared": "Declared", "confirmed": "Confirmed", "available": "Available", "spent": "Spent"}


def require_pot_move(step: str, move: str) -> None:
    """This refuses a move that money at this step does not permit."""
    if move not in POT[step]:
        raise RefusedInput(
            f"Money that is {step} cannot be moved in this way.", found=step,
            expected=" or ".join(each for each, moves in POT.items() if move in moves),
            remedy="Take the steps in order: declared, confirmed, available, spent.",
        )  # fmt: skip
