"""What the contract adds to or takes from priced activity, year to date, and which practices carry it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from fractions import Fraction
from typing import Any

import polars as pl

from pbc.errors import RefusedInput
from pbc.money import share_out
from pbc.periods import Month
from pbc.policy import Policy
from pbc.tables import BILL_ADJUSTMENTS, UNPLACED

BY_GROWTH, BY_VALUE = "growth_over_own_baseline", "share_of_emergency_value"
_LINE = ("commissioner_code", "provider_code", "point_of_delivery")


def apply_marginal_rate(
    activity_cells: pl.DataFrame,
    *,
    contract_forms: pl.DataFrame,
    statement_month: Month,
    policy: Policy,
    earlier_cells: pl.DataFrame | None = None,
    year_share: Fraction | None = None,
    left_out: Collection[tuple[int, str]] = (),
) -> pl.DataFrame:
    """This returns BILL_ADJUSTMENTS of kind marginal_rate: the part of the price not paid above a provider's baseline.

    Grain in: ACTIVITY_CELLS of any months, CONTRACT_FORMS of any years; the year to date of `statement_month` is used.
    The baseline of each line with the form `marginal` is taken for `year_share` of the year (default: days gone by, but
    for months and kinds `left_out` because they never came), value above it is paid at the line's percent, rounded half
    up. The reduction is shared to practices by the policy value `costing.marginal_rate_shared_by`: growth over each
    practice's own value of the same months a year before (`earlier_cells`), or its share of the value; without growth
    anywhere, by value. Shares sum to the reduction.
    Source: rules.md 8.2 P8; methods.md 3.11; T9 of rules.md.
    """
    shared_by = policy.text("costing.marginal_rate_shared_by", on=statement_month.financial_year.start)
    if shared_by not in (BY_GROWTH, BY_VALUE):
        raise RefusedInput(
            "This is no way to share the marginal rate.", where="costing.marginal_rate_shared_by", found=shared_by,
            expected=f"{BY_GROWTH} or {BY_VALUE}",
        )  # fmt: skip
    earlier = activity_cells.clear() if earlier_cells is None else earlier_cells
    shares: list[dict[str, Any]] = []
    for line in _lines(contract_forms, "marginal", statement_month):
        value = _value_by_practice(activity_cells, line, statement_month)
        share = year_share or _share_of_year(statement_month, line["point_of_delivery"], left_out)
        excess = max(sum(value.values()) - _nearest(line["baseline_pence"] * share), 0)
        reduction = -_nearest(Fraction(excess * (100 - line["marginal_percent"]), 100))
        before = _value_by_practice(earlier, line, statement_month.plus(-12))
        growth = {code: max(amount - before.get(code, 0), 0) for code, amount in value.items()}
        by_growth = shared_by == BY_GROWTH and any(growth.values())
        rule = (
            f"above the baseline {line['marginal_percent']}% is paid; shared by {BY_GROWTH if by_growth else BY_VALUE}"
        )
        shares += _shared(reduction, growth if by_growth else value, line, rule)
    return _adjustments(shares, "marginal_rate", statement_month)


def apply_block_sums(
    activity_cells: pl.DataFrame,
    *,
    contract_forms: pl.DataFrame,
    statement_month: Month,
    year_share: Fraction | None = None,
    left_out: Collection[tuple[int, str]] = (),
) -> pl.DataFrame:
    """This returns BILL_ADJUSTMENTS of kind block: a block sum for the year to date, less what the activity was priced at.

    The bill of a block line does not move with activity: priced activity and this adjustment together are the block sum
    for `year_share` of the year (as `apply_marginal_rate` takes it), to the penny. Shared by value; a line without any
    activity stands at `not-attributed`.
    Source: rules.md 13.1 (block payments); contract_forms.
    """
    shares: list[dict[str, Any]] = []
    for line in _lines(contract_forms, "block", statement_month):
        value = _value_by_practice(activity_cells, line, statement_month)
        share = year_share or _share_of_year(statement_month, line["point_of_delivery"], left_out)
        due = _nearest(line["baseline_pence"] * share) - sum(value.values())
        shares += _shared(due, value, line, "the block sum is paid whatever the activity; shared by value")
    return _adjustments(shares, "block", statement_month)


def _share_of_year(statement_month: Month, kind: str, left_out: Collection[tuple[int, str]]) -> Fraction:
    """Days gone by, without those of months of this kind that never came, over the days of the year."""
    year = statement_month.financial_year
    held = [month for month in year.months() if month <= statement_month and (month.number, kind) not in left_out]
    return Fraction(sum((month.end - month.start).days + 1 for month in held), (year.end - year.start).days + 1)


def _nearest(amount: Fraction | int) -> int:
    return (2 * Fraction(amount).numerator + Fraction(amount).denominator) // (2 * Fraction(amount).denominator)


def _lines(contract_forms: pl.DataFrame, form: str, month: Month) -> Iterator[dict[str, Any]]:
    held = contract_forms.filter(
        (pl.col("payment_form") == form) & (pl.col("financial_year") == month.financial_year.slug)
    ).sort(*_LINE)
    for line in held.iter_rows(named=True):
        if line["baseline_pence"] is None or (form == "marginal" and line["marginal_percent"] is None):
            raise RefusedInput(
                f"A {form} contract line has no baseline or no percent.",
                where=f"contract_forms, {line['provider_code']} {line['point_of_delivery']} {line['financial_year']}",
                remedy="Fill in baseline_pence, and marginal_percent for a marginal line.",
            )
        yield line


def _value_by_practice(cells: pl.DataFrame, line: dict[str, Any], month: Month) -> dict[str, int]:
    first = Month.of(month.financial_year.start).number
    on_line = pl.all_horizontal(pl.col(name) == line[name] for name in _LINE)
    value = (
        cells.filter(on_line & pl.col("month").is_between(first, month.number))
        .group_by("practice_code")
        .agg(pl.col("cost_pence").sum())
        .sort("practice_code")
    )
    return dict(value.iter_rows())


def _shared(amount: int, weights: dict[str, int], line: dict[str, Any], rule: str) -> list[dict[str, Any]]:
    if amount == 0:
        return []
    held = {code: weight for code, weight in weights.items() if weight > 0} or {UNPLACED: 1}
    parts = share_out(amount, list(held.values()), keys=list(held))
    provider = line["provider_code"]
    return [
        {"provider_code": provider, "practice_code": code, "amount_pence": part, "rule": rule}
        for code, part in zip(held, parts, strict=True)
    ]


def _adjustments(shares: list[dict[str, Any]], kind: str, month: Month) -> pl.DataFrame:
    rows = [{**share, "statement_month": month.number, "kind": kind} for share in shares]
    added = (
        BILL_ADJUSTMENTS.from_rows(rows)
        .group_by(BILL_ADJUSTMENTS.key)
        .agg(pl.col("amount_pence").sum(), pl.col("rule").unique().sort().str.join("; "))
    )
    return BILL_ADJUSTMENTS.conform(added.sort(BILL_ADJUSTMENTS.key))
