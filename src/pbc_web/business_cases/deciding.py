"""What higher apps do in the moment of a decision: money is reserved, milestones begin.

    on_decision(reserve)   # when the app starts; reserve(decision, by=actor, at=moment)

It is called in the decision's own transaction: a fault it raises refuses the decision, and nothing of it stands.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from pbc_web.accounts.actor import Actor
from pbc_web.business_cases.models import Decision


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
