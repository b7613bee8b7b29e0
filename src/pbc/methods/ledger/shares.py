"""Which practices carry what the terms of contracts do to the bill."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from pbc.errors import RefusedInput
from pbc.methods.ledger.agreed import LINE, Agreed, LineKey, line_of
from pbc.methods.ledger.bill import LOCAL_PRICE, PRICED
from pbc.money import share_out
from pbc.periods import Month
from pbc.policy import Policy
from pbc.tables import BILL_ADJUSTMENTS, UNPLACED

BY_GROWTH, BY_VALUE = "growth_over_own_baseline", "share_of_emergency_value"
SHARED_BY = "costing.marginal_rate_shared_by"
MARGINAL = "marginal_rate"
_Done = dict[LineKey, dict[str, tuple[int, int]]]  # by line, then practice: units and priced pence


def share_bill(
    contract_bills: pl.DataFrame, *, activity_cells: pl.DataFrame, agreed: Agreed, policy: Policy,
    earlier_cells: pl.DataFrame | None = None,
) -> pl.DataFrame:  # fmt: skip
    """This returns BILL_ADJUSTMENTS with `commissioner_code`: the steps of CONTRACT_BILLS but `priced`, by who carries them.

    The shares of a step sum to it, to the penny. A local price falls on each practice as its own units do. A marginal
    rate is shared by the policy value `costing.marginal_rate_shared_by`: growth over each practice's own value of the
    same months a year before (`earlier_cells`), or its share of the value; without growth anywhere, by value. Every other
    step is shared by value; a line without any activity stands at `not-attributed`. Activity of months that a contract does
    not hold in carries none of it.
    Source: rules.md 8.2 P8; methods.md 3.11; decision methods/0179; T9 of rules.md.
    """
    rows: list[dict[str, Any]] = []
    for (number,), steps in contract_bills.group_by("statement_month", maintain_order=True):
        month = Month.from_number(int(str(number)))
        shared_by = policy.text(SHARED_BY, on=month.financial_year.start)
        if shared_by not in (BY_GROWTH, BY_VALUE):
            raise RefusedInput(
                "This is no way to share the marginal rate.", where=SHARED_BY, found=shared_by,
                expected=f"{BY_GROWTH} or {BY_VALUE}",
            )  # fmt: skip
        year = month.financial_year
        now = agreed.within(activity_cells, year=year)
        earlier = now.clear() if earlier_cells is None else agreed.within(earlier_cells, year=year, years_before=1)
        told = steps.filter(pl.col("step") != PRICED)
        done, before = (
            _by_practice(cells.join(told, on=LINE, how="semi"), at)
            for cells, at in ((now, month), (earlier, month.plus(-12)))
        )
        prices = {line_of(row): row["local_price_pence"] for row in agreed.forms(month.financial_year).to_dicts()}
        for step in told.sort(*LINE, "sequence").iter_rows(named=True):
            line = line_of(step)
            rows += _shares(
                step, done.get(line, {}), before.get(line, {}), prices[line], by_growth=shared_by == BY_GROWTH
            )
    return _added(rows)


def _shares(
    step: dict[str, Any], done: dict[str, tuple[int, int]], before: dict[str, tuple[int, int]], price: int | None, *,
    by_growth: bool,
) -> Iterator[dict[str, Any]]:  # fmt: skip
    value, own = _values(done, price), {}
    if step["step"] == LOCAL_PRICE:
        own, by = {code: value[code] - priced for code, (_, priced) in done.items()}, "own units"
    else:
        weights, by = value, BY_VALUE if step["step"] == MARGINAL else "value"
        if step["step"] == MARGINAL and by_growth:
            then = _values(before, price)
            growth = {code: max(amount - then.get(code, 0), 0) for code, amount in value.items()}
            weights, by = (growth, BY_GROWTH) if any(growth.values()) else (value, BY_VALUE)
        held = {code: weight for code, weight in weights.items() if weight > 0} or {UNPLACED: 1}
        own = dict(zip(held, share_out(step["amount_pence"], list(held.values()), keys=list(held)), strict=True))
    kept = ("statement_month", "commissioner_code", "provider_code")
    for code, part in own.items():
        yield {name: step[name] for name in kept} | {
            "practice_code": code, "kind": step["step"], "amount_pence": part, "rule": f"{step['rule']}; shared by {by}",
        }  # fmt: skip


def _values(done: dict[str, tuple[int, int]], price: int | None) -> dict[str, int]:
    return {code: priced if price is None else count * price for code, (count, priced) in done.items()}


def _by_practice(cells: pl.DataFrame, month: Month) -> _Done:
    first = Month.of(month.financial_year.start).number
    held = cells.filter(pl.col("month").is_between(first, month.number))
    added = held.group_by(*LINE, "practice_code").agg(pl.col("activity_count", "cost_pence").sum())
    found: _Done = {}
    for row in added.sort(*LINE, "practice_code").iter_rows(named=True):
        found.setdefault(line_of(row), {})[row["practice_code"]] = (row["activity_count"], row["cost_pence"])
    return found


def _added(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Shares of one commissioner, hospital, practice and kind added over kinds of activity."""
    key = ["commissioner_code", *BILL_ADJUSTMENTS.key]
    schema = {"commissioner_code": pl.String, **BILL_ADJUSTMENTS.polars_schema}
    added = pl.DataFrame(rows, schema=schema, orient="row").group_by(key)
    totals = added.agg(pl.col("amount_pence").sum(), pl.col("rule").unique().sort().str.join("; "))
    return totals.select(list(schema)).sort(key)
