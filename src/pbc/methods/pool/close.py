"""Closing the pools of a year: paid in, repaid, borne, lent, given back; and each holder's overspend settled by the rules."""

from __future__ import annotations

from datetime import date

import polars as pl

from pbc.methods.pool.account import Account, Unit
from pbc.methods.pool.holders import HolderYear, Judged, Past, Settled, judge_holder
from pbc.methods.pool.rules import NEXT_BUDGET, RETURNED, SAVINGS, PoolRules, find_pool_rules
from pbc.money import share_out
from pbc.periods import FinancialYear
from pbc.policy.policy import Policy
from pbc.tables import OVERSPEND_YEARS, POOL_MOVEMENTS

RULE_OF = {
    "opening": ("R3.6", "pool.surplus_rule"), "owed_before": ("R3.6", "pool.repayment_years"),
    "contribution": ("R3.3", "budgets.risk_pool_share"), "support": ("R1.1", "pool.may_go_below_zero"),
    "high_cost": ("R3.4", "risk.stop_loss_pounds"), "repayment": ("R3.6", "pool.repayment_years"),
    "overspend_cover": ("R3.6", "pool.covers_overspends"), "returned": ("R3.6", "pool.surplus_rule"),
}  # fmt: skip


def close_pools(
    freed: pl.DataFrame,
    *,
    holders: pl.DataFrame,
    contributions: pl.DataFrame,
    high_costs: pl.DataFrame,
    earlier_movements: pl.DataFrame,
    earlier_overspends: pl.DataFrame,
    year: FinancialYear,
    policy: Policy,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """This returns the tables pool_movements and overspend_years of a year.

    Grain in: `freed` FREED_UP_RESOURCES, of which the basis shared counts; `holders`: `unit_kind, unit_code,
    commissioner_code`; `contributions`: `practice_code, commissioner_code, amount_pence` handed to the pool;
    `high_costs`: `commissioner_code, amount_pence` borne for people above the stop-loss; POOL_MOVEMENTS of the last year
    end and OVERSPEND_YEARS of those before, with codes of who answers now. Savings repay the pool first, oldest drawing
    first; what is due and not met so is paid by `pool.unpaid_rule`; then the pool bears high cost, lends for overspends
    what it has beyond its reserve, and keeps or gives back the rest. Pence; amounts sum to the balance, an overspend to
    what was lent, carried and left with the commissioner. Source: rules.md R3.1 to R3.6; decisions methods/0157, 0158.
    """
    rules = find_pool_rules(policy, on=year.start)
    years = _holder_years(freed, holders, earlier_overspends, year)
    codes = {
        code for frame in (holders, contributions, high_costs, earlier_movements) for code in frame["commissioner_code"]
    }
    movements, settled = [], []
    for commissioner_code in sorted(codes):
        mine = pl.col("commissioner_code") == commissioner_code
        account = _open(commissioner_code, earlier_movements.filter(mine), rules)
        paid_in = dict(
            contributions.filter(mine).select("practice_code", "amount_pence").sort("practice_code").iter_rows()
        )
        for code, pence in paid_in.items():
            account.pay_in(
                "contribution", ("practice", code), pence, reason="Held back of the year's budget for the pool."
            )
        own = [each for each in years if each.commissioner_code == commissioner_code]
        settled += _settle(account, own, rules, year, borne=int(high_costs.filter(mine)["amount_pence"].sum()),
                           paid_in=paid_in, commissioner_code=commissioner_code)  # fmt: skip
        movements += _rows(account, commissioner_code, year)
    return POOL_MOVEMENTS.from_rows(movements), OVERSPEND_YEARS.from_rows(settled).sort(OVERSPEND_YEARS.key)


def _open(commissioner_code: str, before: pl.DataFrame, rules: PoolRules) -> Account:
    """The account as the last year end left it: its balance, and every drawing still owed."""
    account = Account(rules.may_go_below_zero)
    last = before.sort("sequence")["balance_pence"].to_list()
    if last and last[-1]:
        account.pay_in(
            "opening",
            ("commissioner", commissioner_code),
            last[-1],
            reason="What the pool had when the year before closed.",
        )
    owed = (
        before.filter(pl.col("drawn_year").is_not_null())
        .group_by("unit_kind", "unit_code", "drawn_year")
        .agg(pl.col("owed_change_pence").sum(), pl.col("repay_on").max())
        .filter(pl.col("owed_change_pence") > 0)
        .sort("drawn_year", "unit_kind", "unit_code")
    )
    for kind, code, drawn, pence, by in owed.iter_rows():
        account.bring_forward((kind, code), pence, year=FinancialYear.parse(drawn), repay_on=by)
    return account


def _settle(
    account: Account, own: list[HolderYear], rules: PoolRules, year: FinancialYear, *, borne: int,
    paid_in: dict[str, int], commissioner_code: str,
) -> list[dict[str, object]]:  # fmt: skip
    repaid = {
        each.unit: account.repay(each.unit, paid_from=SAVINGS, at_most=max(0, each.retained_pence)) for each in own
    }
    late = {unit: _collect(account, unit, rules, year) for unit in sorted({unit for unit, _ in account.owed})}
    account.bear(
        ("commissioner", commissioner_code), borne, reason="People above the stop-loss, all practices together."
    )
    given = sum(paid_in.values())
    kept = share_out(given, [rules.reserve_share, 1 - rules.reserve_share], keys=[0, 1])[0]
    lent: dict[Unit, int] = {}
    if rules.covers_overspends:
        wanted = {each.unit: each.overspend_pence for each in own}
        lent = account.lend(wanted, year=year, repay_on=_repay_on(year, rules), kept_pence=kept)
    if rules.surplus_rule == RETURNED:
        account.give_back({("practice", code): pence for code, pence in paid_in.items()}, kept_pence=kept)
    rows = []
    for each in own:
        unit = each.unit
        settled = Settled.of(
            each, rules, covered=lent.get(unit, 0), repaid=repaid[unit], from_next_budget=late.get(unit, 0)
        )
        rows.append(_row(each, settled, judge_holder(each, rules, year=year), account.owed_by(unit), year))
    return rows


def _collect(account: Account, unit: Unit, rules: PoolRules, year: FinancialYear) -> int:
    """What is due by the end of this year and was not met from savings, taken as the rule says; what falls on the holder."""
    taken = account.repay(unit, paid_from=rules.unpaid_rule, due_by=year.end)
    return taken if rules.unpaid_rule == NEXT_BUDGET else 0


def _repay_on(year: FinancialYear, rules: PoolRules) -> date:
    return year.plus(rules.repayment_years).end


def _holder_years(
    freed: pl.DataFrame, holders: pl.DataFrame, earlier: pl.DataFrame, year: FinancialYear
) -> list[HolderYear]:
    key = ["unit_kind", "unit_code"]
    shared = freed.filter("is_shared").join(holders, on=key, how="left").sort(key)
    before: dict[Unit, dict[FinancialYear, int]] = {}
    carried: dict[Unit, int] = {}
    last = year.plus(-1).slug
    for row in earlier.iter_rows(named=True):
        unit = (row["unit_kind"], row["unit_code"])
        held, of = before.setdefault(unit, {}), FinancialYear.parse(row["financial_year"])
        held[of] = held.get(of, 0) + row["variance_pence"]
        if row["financial_year"] == last:
            carried[unit] = carried.get(unit, 0) + row["carried_on_pence"]
    return [
        HolderYear(
            unit := (row["unit_kind"], row["unit_code"]), row["commissioner_code"], row["actual_pence"] - row["budget_pence"],
            row["retained_pence"], Past(before.get(unit, {}), carried.get(unit, 0)),
        )
        for row in shared.iter_rows(named=True)
    ]  # fmt: skip


def _row(holder: HolderYear, settled: Settled, judged: Judged, owed: int, year: FinancialYear) -> dict[str, object]:
    before = holder.past.carried_pence
    return {
        "financial_year": year.slug, "unit_kind": holder.unit[0], "unit_code": holder.unit[1],
        "commissioner_code": holder.commissioner_code, "variance_pence": holder.variance_pence,
        "overspend_pence": holder.overspend_pence, "covered_pence": settled.covered, "carried_pence": settled.carried,
        "commissioner_pence": settled.commissioner, "retained_pence": holder.retained_pence, "repaid_pence": settled.repaid,
        "offset_pence": settled.offset, "free_pence": holder.retained_pence - settled.repaid - settled.offset,
        "from_next_budget_pence": settled.from_next_budget, "carried_before_pence": before, "lapsed_pence": settled.lapsed,
        "carried_on_pence": before - settled.offset - settled.lapsed + settled.carried, "owed_pence": owed,
        "window_variance_pence": judged.window_variance, "window_years_count": judged.window_years,
        "years_over_count": judged.years_over, "is_incentive_lost": judged.is_incentive_lost, "standing": judged.standing,
        "rule": judged.rule, "parameter": judged.parameter, "reason": judged.reason,
    }  # fmt: skip


def _rows(account: Account, commissioner_code: str, year: FinancialYear) -> list[dict[str, object]]:
    return [
        {
            "financial_year": year.slug, "commissioner_code": commissioner_code, "sequence": at, "kind": moved.kind,
            "unit_kind": moved.unit[0], "unit_code": moved.unit[1], "amount_pence": moved.amount_pence,
            "balance_pence": moved.balance_pence, "owed_change_pence": moved.owed_change_pence, "owed_pence": moved.owed_pence,
            "drawn_year": moved.drawn_year.slug if moved.drawn_year else None, "repay_on": moved.repay_on,
            "paid_from": moved.paid_from, "rule": RULE_OF[moved.kind][0], "parameter": RULE_OF[moved.kind][1],
            "reason": moved.reason,
        }
        for at, moved in enumerate(account.movements, start=1)
    ]  # fmt: skip
