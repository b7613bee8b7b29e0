"""What higher apps do in the moment of a decision: money is reserved, milestones begin.

    on_decision(reserve)   # when the app starts; reserve(decision, by=actor, at=moment)
    on_end(set_free)       # of an approval that lapsed or was replaced; set_free(proposal, by=actor, at=moment)

Each is called in the transaction of its own: a fault it raises refuses the decision, and nothing of it stands.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from pbc_web.accounts.actor import Actor
from pbc_web.business_cases.models import Decision, Proposal


class OnDecision(Protocol):
    """What is called with the decision just made."""

    def __call__(self, decision: Decision, *, by: Actor, at: datetime) -> object:
        """Do what belongs to the decision, or raise a fault that refuses it."""


_lent: list[OnDecision] = []


def on_decision(function: OnDecision) -> None:
    """Take a function to call in every decision; one lent twice is called once."""
    if function not in _lent:
        _lent.append(function)


def carry_out(decision: Decision, *, by: Actor, at: datetime) -> None:
    """Call all that was lent, in the order it was lent."""
    for each in _lent:
        each(decision, by=by, at=at)


class OnEnd(Protocol):
    """What is called with a proposal that lapsed or was replaced."""

    def __call__(self, proposal: Proposal, *, by: Actor, at: datetime) -> object:
        """Undo what belonged to its approval, or raise a fault that refuses the ending."""


_ending: list[OnEnd] = []


def on_end(function: OnEnd) -> None:
    """Take a function to call where an approval ends; one lent twice is called once."""
    if function not in _ending:
        _ending.append(function)


def undo(proposal: Proposal, *, by: Actor, at: datetime) -> None:
    """Call all that was lent for the end of an approval, in the order it was lent."""
    for each in _ending:
        each(proposal, by=by, at=at)
