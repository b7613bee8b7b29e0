"""What the rules of a year say of the risk pool and of overspends, read once from the policy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from pbc.policy.policy import Policy

THREE_YEARS = "three_year_balance"
NEXT_BUDGET, SAVINGS = "next_budget", "savings"
RETURNED = "returned"


@dataclass(frozen=True)
class PoolRules:
    """The values of `pool` in force on a day; shares are exact."""

    covers_overspends: bool
    repayment_years: int
    unpaid_rule: str
    reserve_share: Fraction
    may_go_below_zero: bool
    surplus_rule: str
    overspend_rule: str
    balance_years: int
    carried_share: Fraction
    incentive_needs_balance: bool
    persistent_years: int


def find_pool_rules(policy: Policy, *, on: date) -> PoolRules:
    """This returns the rules of the pool and of overspends in force on a day. Source: rules.md R3.1 to R3.6."""
    return PoolRules(
        covers_overspends=policy.switch("pool.covers_overspends", on=on),
        repayment_years=policy.whole("pool.repayment_years", on=on),
        unpaid_rule=policy.text("pool.unpaid_rule", on=on),
        reserve_share=Fraction(str(policy.ratio("pool.reserve_share", on=on))),
        may_go_below_zero=policy.switch("pool.may_go_below_zero", on=on),
        surplus_rule=policy.text("pool.surplus_rule", on=on),
        overspend_rule=policy.text("pool.overspend_rule", on=on),
        balance_years=policy.whole("pool.balance_years", on=on),
        carried_share=Fraction(str(policy.ratio("pool.carried_share", on=on))),
        incentive_needs_balance=policy.switch("pool.incentive_needs_balance", on=on),
        persistent_years=policy.whole("pool.persistent_years", on=on),
    )
