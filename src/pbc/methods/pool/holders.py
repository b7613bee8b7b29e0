"""One budget holder's year: what it is over, what of its savings repays and is set off, and what the rule of the year says."""

from __future__ import annotations

from dataclasses import dataclass

from pbc.methods.pool.account import Unit
from pbc.methods.pool.rules import THREE_YEARS, PoolRules
from pbc.money import pounds, share_out
from pbc.periods import FinancialYear


@dataclass(frozen=True)
class Past:
    """What earlier year ends hold of a holder: its variances by year, and overspends still carried."""

    variances: dict[FinancialYear, int]
    carried_pence: int = 0


@dataclass(frozen=True)
class HolderYear:
    """A holder's year as freed-up resources have it: cost less budget on the basis shared, and what practices keep."""

    unit: Unit
    commissioner_code: str
    variance_pence: int
    retained_pence: int
    past: Past

    @property
    def overspend_pence(self) -> int:
        """What it is over budget, or nothing."""
        return max(0, self.variance_pence)


@dataclass(frozen=True)
class Settled:
    """How a holder's year was settled, in pence."""

    covered: int
    carried: int
    commissioner: int
    repaid: int
    offset: int
    from_next_budget: int
    lapsed: int

    @classmethod
    def of(cls, holder: HolderYear, rules: PoolRules, *, covered: int, repaid: int, from_next_budget: int) -> Settled:
        """This returns the year settled: what is not covered is carried by the rule's share, the rest is the commissioner's."""
        left = holder.overspend_pence - covered
        carried = share_out(left, [rules.carried_share, 1 - rules.carried_share], keys=[0, 1])[0]
        before = holder.past.carried_pence
        offset = min(before, max(0, holder.retained_pence) - repaid) if rules.carried_share else 0
        lapsed = 0 if rules.carried_share else before
        return cls(covered, carried, left - carried, repaid, offset, from_next_budget, lapsed)


@dataclass(frozen=True)
class Judged:
    """Where the rule of the year leaves a holder, with the plain sentence that says so."""

    window_variance: int
    window_years: int
    years_over: int
    is_incentive_lost: bool
    standing: str
    rule: str
    parameter: str
    reason: str


def judge_holder(holder: HolderYear, rules: PoolRules, *, year: FinancialYear) -> Judged:
    """This returns what the overspend rule of the year says of a holder. Source: rules.md R3.1, R3.2."""
    known = holder.past.variances | {year: holder.variance_pence}
    run = 0
    while known.get(year.plus(-run), 0) > 0:
        run += 1
    is_over = holder.variance_pence > 0
    lost = is_over and rules.incentive_needs_balance
    is_fixed = rules.overspend_rule == THREE_YEARS
    span = rules.balance_years if is_fixed else 1
    held = [known[year.plus(-back)] for back in range(span) if year.plus(-back) in known]
    standing, reason = _standing(sum(held), len(held), run, rules, is_over=is_over, is_fixed=is_fixed, is_lost=lost)
    rule, parameter = ("R3.1", "pool.balance_years") if is_fixed else ("R3.2", "pool.persistent_years")
    return Judged(sum(held), len(held), run, lost, standing, rule, parameter, reason)


def _standing(
    window: int, years: int, run: int, rules: PoolRules, *, is_over: bool, is_fixed: bool, is_lost: bool
) -> tuple[str, str]:
    if is_fixed and years >= rules.balance_years and window > 0:
        said = f"{pounds(window)} over budget in {years} years together: the right to hold a budget may be lost, after arbitration."
        return "may_lose_budget", said
    award = " The local incentive award of the year is lost." if is_lost else ""
    if not is_fixed and is_over and run >= rules.persistent_years:
        said = f"Over budget in {run} years in a row: the commissioner considers the practice contract.{award}"
        return "contract_considered", said
    if not is_over:
        return "in_balance", "Within its budget."
    if is_fixed:
        return "over", f"Over budget this year; it has to balance over {rules.balance_years} years."
    return "over", f"Over budget this year; no period is fixed in which to balance.{award}"
