"""From statement lines to what can be judged: which lines luck moves, which are fixed, which are only shared out."""

from __future__ import annotations

import polars as pl

from pbc.errors import RefusedInput
from pbc.periods import FinancialYear, Month
from pbc.tables import BUDGET_POSITIONS

PRESCRIBING = "prescribing"
PAID_BY_ACTIVITY = ("activity_price", "marginal", "local")
_LINE = ("practice_code", "service", "payment_form", "budget_pence", "actual_pence")
_PRACTICE = ("practice_code", "commissioner_code", "list_size", "months_count")


def add_up_positions(
    lines: pl.DataFrame, *, practices: pl.DataFrame, year: FinancialYear, month: Month
) -> pl.DataFrame:
    """This returns BUDGET_POSITIONS for the year to date, one row per practice of `practices`.

    Grain in: `lines` has one row per practice, service and payment form, with `budget_pence` restated for the actual
    list and `actual_pence` at plan prices, and optionally `price_effect_pence`; `practices` has one row per practice
    with commissioner_code, list_size and months_count and any other column of BUDGET_POSITIONS. Prescribing is its own
    kind; activity prices, marginal and local forms move with luck; block is fixed; apportioned lines are shared out,
    not measured, and only their budget is carried. Amounts in pence. Source: chance.md 5.1 (`variance_kind`), 5.3.
    """
    _require_columns(lines, _LINE, "lines")
    _require_columns(practices, _PRACTICE, "practices")
    if "price_effect_pence" not in lines.columns:
        lines = lines.with_columns(pl.lit(0, pl.Int64).alias("price_effect_pence"))
    prescribing = pl.col("service") == PRESCRIBING
    activity = ~prescribing & pl.col("payment_form").is_in(PAID_BY_ACTIVITY)
    block = ~prescribing & (pl.col("payment_form") == "block")
    apportioned = ~prescribing & (pl.col("payment_form") == "apportioned")
    _refuse_strangers(lines.filter(~(prescribing | activity | block | apportioned)))
    budget, actual = pl.col("budget_pence"), pl.col("actual_pence")
    sums = lines.group_by("practice_code").agg(
        budget.filter(activity).sum().alias("activity_budget_pence"),
        actual.filter(activity).sum().alias("activity_actual_pence"),
        pl.col("price_effect_pence").filter(activity).sum(),
        budget.filter(prescribing).sum().alias("prescribing_budget_pence"),
        actual.filter(prescribing).sum().alias("prescribing_actual_pence"),
        budget.filter(block).sum().alias("fixed_budget_pence"),
        actual.filter(block).sum().alias("fixed_actual_pence"),
        budget.filter(apportioned).sum().alias("apportioned_budget_pence"),
    )
    joined = practices.join(sums, on="practice_code", how="left").with_columns(
        pl.lit(year.slug).alias("financial_year"),
        pl.lit(month.number, pl.Int32).alias("statement_month"),
        pl.col("activity_budget_pence", "activity_actual_pence").fill_null(0),
    )
    return complete_positions(joined)


def complete_positions(positions: pl.DataFrame) -> pl.DataFrame:
    """This returns the frame as BUDGET_POSITIONS in order of practice: columns that may be empty are added empty, a
    missing one is refused. The order makes every sum of doubles the same whatever the order of rows."""
    may_lack = {column.name: column.polars_type for column in BUDGET_POSITIONS.columns if column.nullable}
    _require_columns(positions, tuple(name for name in BUDGET_POSITIONS.names if name not in may_lack), "positions")
    added = [pl.lit(None, kind).alias(name) for name, kind in may_lack.items() if name not in positions.columns]
    whole = BUDGET_POSITIONS.conform(positions.with_columns(added)).sort(BUDGET_POSITIONS.key)
    return BUDGET_POSITIONS.require(whole, where="chance bands")


def _require_columns(frame: pl.DataFrame, wanted: tuple[str, ...], where: str) -> None:
    missing = [name for name in wanted if name not in frame.columns]
    if missing:
        raise RefusedInput(
            "A chance band cannot be drawn without this.", where=where, found=f"no {', '.join(missing)}",
            expected=", ".join(wanted), remedy="Give the missing columns; nothing is taken as zero in silence.",
        )  # fmt: skip


def _refuse_strangers(lines: pl.DataFrame) -> None:
    if lines.height:
        row = lines.row(0, named=True)
        raise RefusedInput(
            "This line has a payment form no rule of chance knows.", where=f"{row['practice_code']} {row['service']}",
            found=str(row["payment_form"]), expected=", ".join((*PAID_BY_ACTIVITY, "block", "apportioned")),
        )  # fmt: skip
