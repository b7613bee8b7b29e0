"""Adjusting a fair share by hand: allowed, in the open, with a reason, and paid for by the other practices."""

from __future__ import annotations

import polars as pl

from pbc.errors import RefusedInput
from pbc.money import share_out
from pbc.tables import BUDGET_LINES


def adjust_fair_shares(shares: pl.DataFrame, *, adjustments: pl.DataFrame, sequence: int) -> pl.DataFrame:
    """This returns BUDGET_LINES of step `adjustment`: what agreed adjustments add or take, their sum being nil.

    Grain in: shares of one financial year (as `set_fair_shares` gives them), and adjustments, one practice and service
    with amount_pence (positive adds) and reason. Grain out: one practice and service touched. What is given to one
    practice is taken from the others of its commissioner in proportion to their shares of the service, to the penny.
    An adjustment without a reason, for a practice or service not in the shares, or that takes more than the others
    hold is refused. Local agreement; no national rule.
    """
    for row in adjustments.iter_rows(named=True):
        if not str(row["reason"] or "").strip():
            raise RefusedInput(
                "An adjustment needs a reason.", where=f"practice {row['practice_code']}, {row['service']}",
                remedy="Write why the formula misjudges this list, as the practice will read it.",
            )  # fmt: skip
    lines = [line for row in adjustments.iter_rows(named=True) for line in _adjust(shares, row)]
    touched = pl.DataFrame(lines, schema={**_LINE, "reason": pl.String}, orient="row")
    return BUDGET_LINES.conform(
        touched.group_by(*list(_LINE)[:3], "payment_form", maintain_order=True)
        .agg(pl.col("amount_pence").sum(), pl.col("reason").unique(maintain_order=True).str.join(" "))
        .with_columns(
            pl.lit(sequence).alias("sequence"),
            pl.lit("adjustment").alias("step"),
            pl.lit("local agreement").alias("rule"),
            pl.lit(None, pl.String).alias("parameter"),
        )
    ).sort(BUDGET_LINES.key)


_LINE = {
    "financial_year": pl.String,
    "practice_code": pl.String,
    "service": pl.String,
    "amount_pence": pl.Int64,
    "payment_form": pl.String,
}


def _adjust(shares: pl.DataFrame, row: dict[str, object]) -> list[tuple[object, ...]]:
    own = shares.filter((pl.col("practice_code") == row["practice_code"]) & (pl.col("service") == row["service"]))
    if own.height != 1:
        raise RefusedInput(
            "An adjustment names a practice and service that have no single share.",
            where=f"practice {row['practice_code']}, {row['service']}", found=f"{own.height} shares", expected="one",
        )  # fmt: skip
    mine = own.row(0, named=True)
    others = shares.filter(
        (pl.col("commissioner_code") == mine["commissioner_code"])
        & (pl.col("service") == row["service"])
        & (pl.col("practice_code") != row["practice_code"])
    ).sort("practice_code")
    amount = row["amount_pence"]
    assert isinstance(amount, int)
    if amount > others["amount_pence"].sum() or mine["amount_pence"] + amount < 0:
        raise RefusedInput(
            "An adjustment takes more than there is.", where=f"practice {row['practice_code']}, {row['service']}",
            found=f"{amount} pence",
        )  # fmt: skip
    taken = share_out(-amount, others["amount_pence"].to_list(), keys=others["practice_code"].to_list())
    place = (mine["financial_year"], row["service"], mine["payment_form"])
    return [
        (place[0], row["practice_code"], place[1], amount, place[2], f"Adjusted by agreement: {row['reason']}"),
        *(
            (place[0], code, place[1], part, place[2], f"Its part in adjusting {row['practice_code']}: {row['reason']}")
            for code, part in zip(others["practice_code"], taken, strict=True)
            if part
        ),
    ]
