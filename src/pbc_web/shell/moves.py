"""Moves from state to state, as apps declare them in their `states.py`: the one refusal of a move that is not permitted."""

from __future__ import annotations

from collections.abc import Mapping

from pbc.errors import RefusedInput

Table = Mapping[str, Mapping[str, str]]  # of each state the moves it permits, and where each leads


def moved(table: Table, state: str, move: str, *, what: str) -> str:
    """This returns the state a move leads to, refusing one that is not permitted from where it stands.

    >>> moved({"open": {"answer": "answered"}, "answered": {}}, "open", "answer", what="query")
    'answered'
    """
    if move not in table[state]:
        raise RefusedInput(
            f"This {what} is {state}: it cannot be changed in this way now.", found=state,
            expected=" or ".join(each for each, moves in table.items() if move in moves),
            remedy="Open the page again: somebody else may have changed it meanwhile.",
        )  # fmt: skip
    return table[state][move]
