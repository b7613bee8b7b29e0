"""The stop-loss: how much of one person's cost a practice bears, and what the risk pool bears instead."""

from __future__ import annotations

from datetime import date

from pbc.money import LARGEST_PENCE
from pbc.policy.policy import Policy


def find_stop_loss(policy: Policy, *, on: date) -> int | None:
    """This returns what one person can cost a practice in a year, in pounds of that year; none without a stop-loss.

    A locally agreed sum stands as agreed; the default is at 2017/18 prices and follows the price index.
    Source: rules.md R3.4, chance.md 5.1.
    """
    if not policy.switch("risk.stop_loss_applies", on=on):
        return None
    threshold = policy.value("risk.stop_loss_pounds", on=on)
    pounds = policy.ratio("risk.stop_loss_pounds", on=on)
    return round(pounds if threshold.status == "local_agreement" else pounds * policy.ratio("risk.price_index", on=on))


def cap_pence(policy: Policy, *, on: date) -> int:
    """This returns the stop-loss in pence; where there is none, more than anybody costs."""
    pounds = find_stop_loss(policy, on=on)
    return LARGEST_PENCE if pounds is None else pounds * 100
