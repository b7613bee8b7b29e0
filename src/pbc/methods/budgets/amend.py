"""An agreed budget with amendments of the year: further lines, and their amounts spread over the months still to come."""

from __future__ import annotations

import numpy as np
import polars as pl

from pbc.errors import RefusedInput
from pbc.methods.budgets.lines import AMENDED, add_up_budgets
from pbc.methods.budgets.targets import TOTAL
from pbc.money import pounds_and_pence, share_out_many
from pbc.periods import Month
from pbc.tables import BUDGET_LINES, BUDGET_PROFILES, BUDGET_TARGETS

_KEY = ["practice_code", "service"]
FROM_WHERE = {
    "practices": "between lines", "reserve": "from the reserve", "contingency": "from the contingency",
    "national": "from national money", "risk_pool": "risk pool", "top_slice": "from the top-slice",
}  # fmt: skip


def amend_lines(lines: pl.DataFrame, *, amendments: pl.DataFrame) -> pl.DataFrame:
    """This returns BUDGET_LINES with one more line for each amendment of a practice and service; none before is touched.

    Grain in: BUDGET_LINES and BUDGET_AMENDMENTS that `require_amendments` let pass. The step is kind and number, the
    reason carries decision, first month and where the money comes from. Pence. Source: decision methods/0163.
    """
    forms = add_up_budgets(lines).select(*_KEY, "payment_form")
    month = pl.col("effective_month").map_elements(lambda number: Month.from_number(number).title, pl.String)
    source = pl.col("money_source").replace_strict(FROM_WHERE, return_dtype=pl.String)
    added = amendments.join(forms, on=_KEY, how="left").select(
        "financial_year",
        *_KEY,
        (AMENDED + 10 * pl.col("amendment_number")).alias("sequence"),
        pl.format("{}_{}", "kind", "amendment_number").alias("step"),
        "amount_pence",
        "payment_form",
        pl.lit("local agreement").alias("rule"),
        pl.lit(None, pl.String).alias("parameter"),
        pl.format("{} ({}; {}, from {})", pl.col("reason").str.strip_chars(), "decision", source, month).alias(
            "reason"
        ),
    )
    return pl.concat([BUDGET_LINES.conform(lines), BUDGET_LINES.conform(added)]).sort(BUDGET_LINES.key)


def amend_profiles(profiles: pl.DataFrame, *, amendments: pl.DataFrame) -> pl.DataFrame:
    """This returns BUDGET_PROFILES with each amendment spread over its line's months from the first it changes.

    Earlier months, and lines not amended, stay as they are to the byte. An amount follows the months' budgets, evenly
    where they hold nothing, in whole pence by largest remainder; planned activity follows at the price the budget buys
    it at. Taking more than the months left hold is refused by name. Source: decision methods/0163.
    """
    wanted = amendments.select(_KEY).unique()
    others, mine = profiles.join(wanted, on=_KEY, how="anti"), profiles.join(wanted, on=_KEY, how="semi")
    parts = {(part["practice_code"][0], part["service"][0]): part for part in mine.partition_by(_KEY)}
    for row in amendments.sort("amendment_number", *_KEY).iter_rows(named=True):
        place = (row["practice_code"], row["service"])
        parts[place] = _spread(parts[place], row["amount_pence"], Month.from_number(row["effective_month"]))
    return BUDGET_PROFILES.conform(pl.concat([others, *parts.values()])).sort(BUDGET_PROFILES.key)


def _spread(line: pl.DataFrame, amount: int, begins: Month) -> pl.DataFrame:
    ordered = line.sort("month", "point_of_delivery")
    changes = ordered["month"].to_numpy() >= begins.number
    held = np.where(changes, ordered["budget_pence"].to_numpy(), 0)
    left = int(held.sum())
    if left + amount < 0:
        raise RefusedInput(
            "An amendment takes more than the line still holds.",
            where=f"{ordered['practice_code'][0]}, {ordered['service'][0]}, from {begins.title}",
            found=pounds_and_pence(amount), expected=f"at most {pounds_and_pence(left)} less",
        )  # fmt: skip
    weights = np.clip(held, 0, None).astype(np.float64) if (held > 0).any() else changes.astype(np.float64)
    parts = share_out_many(amount, weights)
    priced = pl.col("budget_pence").sum() / pl.col("planned_activity").sum()
    price = pl.when(pl.col("planned_activity").sum() > 0).then(priced).over("point_of_delivery")
    changed = (pl.col("part_pence") != 0) & (pl.col("price") > 0)
    bought = pl.col("planned_activity") + pl.col("part_pence") / pl.col("price")
    spread = ordered.with_columns(pl.Series("part_pence", parts), price.alias("price"))
    return BUDGET_PROFILES.conform(
        spread.with_columns(
            (pl.col("budget_pence") + pl.col("part_pence")).alias("budget_pence"),
            pl.when(changed).then(bought).otherwise("planned_activity").alias("planned_activity"),
        )
    )


def amend_targets(targets: pl.DataFrame, *, lines: pl.DataFrame) -> pl.DataFrame:
    """This returns BUDGET_TARGETS with budgets and closing distances as the lines now add up; fair shares stay as agreed."""
    budgets = add_up_budgets(lines).select(*_KEY, pl.col("budget_pence").alias("now_pence"))
    total = budgets.group_by("practice_code").agg(pl.lit(TOTAL).alias("service"), pl.col("now_pence").sum())
    now = pl.concat([budgets, total.select(budgets.columns)])
    joined = targets.join(now, on=_KEY, how="left", maintain_order="left")
    distance = pl.when(pl.col("target_pence") > 0).then(pl.col("now_pence") / pl.col("target_pence") - 1).otherwise(0.0)
    changed = pl.col("now_pence") != pl.col("budget_pence")
    return BUDGET_TARGETS.conform(
        joined.with_columns(
            pl.when(changed).then(distance).otherwise("closing_distance_ratio").alias("closing_distance_ratio"),
            pl.col("now_pence").alias("budget_pence"),
        )
    )
