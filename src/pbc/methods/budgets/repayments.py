"""What was due to the risk pool last year and not met from savings comes off this year's budget."""

from __future__ import annotations

import polars as pl

from pbc.errors import RefusedInput
from pbc.methods.budgets.lines import Rule, add_lines, add_up_budgets
from pbc.methods.budgets.opening import APPORTIONED
from pbc.money import pounds_and_pence, share_out_many
from pbc.periods import FinancialYear

STEP = "pool_repayment"
CITED = Rule("R3.6", "pool.unpaid_rule")
DUE = {"commissioner_code": pl.String, "unit_kind": pl.String, "unit_code": pl.String, "amount_pence": pl.Int64}


def apply_repayments(lines: pl.DataFrame, *, due: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    """This returns the lines with one more step, `pool_repayment`: what holders owe the risk pool of the year before.

    Grain in: BUDGET_LINES of one commissioner; `due`, what holders owe it of the year before (`DUE`, one row each,
    positive); `places`, `practice_code, cluster` of this year. A practice's falls on its services by their budgets,
    a cluster's on what that leaves its practices; what is shared out by head carries none. Budgets fall by what is due, to
    the penny, and by nothing where nobody holds a budget: then it stays with the commissioner. More than is left of a
    holder's budgets is refused by name. Source: rules.md R3.6; decisions methods/0157, 0199.
    """
    budgets = add_up_budgets(lines).filter((pl.col("payment_form") != APPORTIONED) & (pl.col("budget_pence") > 0))
    held = budgets.join(places.select("practice_code", "cluster"), on="practice_code", how="left")
    year = FinancialYear.parse(lines["financial_year"][0])
    parts = []
    owing = due.select("unit_kind", "unit_code", "amount_pence").sort(
        "unit_kind", "unit_code", descending=[True, False]
    )
    for kind, code, amount in owing.iter_rows():  # practices first: a cluster's comes off what they have left
        own = held.filter(pl.col("practice_code" if kind == "practice" else "cluster") == code)
        if own.height:
            parts.append(_shared(own, code, amount, year))
            held = _less(held, parts[-1])
    if not parts:
        return lines
    taken = pl.concat(parts).group_by("practice_code", "service", "payment_form").agg(
        pl.col("taken_pence").sum(), pl.col("said").unique().sort().str.join(" ")
    )  # fmt: skip
    return add_lines(lines, taken, step=STEP, amount=pl.col("taken_pence"), cited=CITED, reason=pl.col("said"))


def _less(held: pl.DataFrame, part: pl.DataFrame) -> pl.DataFrame:
    """Budgets less what was just taken off them."""
    keys = ["practice_code", "service", "payment_form"]
    taken = held.join(part.select(*keys, "taken_pence"), on=keys, how="left", maintain_order="left")
    left = pl.col("budget_pence") + pl.col("taken_pence").fill_null(0)
    return taken.with_columns(left.alias("budget_pence")).drop("taken_pence")


def _shared(own: pl.DataFrame, code: str, amount: int, year: FinancialYear) -> pl.DataFrame:
    """What a holder owes, taken from its budgets in proportion."""
    whole = int(own["budget_pence"].sum())
    if amount > whole:
        raise RefusedInput(
            "A holder owes the risk pool more than is left of its budget of the year.", where=f"{code}, budgets of {year}",
            found=pounds_and_pence(amount), expected=f"at most {pounds_and_pence(whole)}",
            remedy="Let the commissioner pay it: pool.unpaid_rule, by a local agreement.",
        )  # fmt: skip
    shares = share_out_many(-amount, own["budget_pence"].cast(pl.Float64).to_numpy())
    said = (
        f"{pounds_and_pence(amount)} was due to the risk pool by {code} in {year.plus(-1)} and not met from savings: "
        "it comes off this budget."
    )
    return own.with_columns(pl.Series("taken_pence", shares), pl.lit(said).alias("said"))


def list_due(overspend_years: pl.DataFrame, *, heirs: dict[str, str]) -> pl.DataFrame:
    """This returns what holders owe of a year, under the codes of who answers now: `DUE`.

    Grain in: OVERSPEND_YEARS of the year before; grain out: one holder that owes anything.
    """
    owing = overspend_years.filter(pl.col("from_next_budget_pence") > 0)
    heir = pl.col("unit_code").replace(heirs)
    code = pl.when(pl.col("unit_kind") == "practice").then(heir).otherwise(pl.col("unit_code"))
    added = owing.group_by("commissioner_code", "unit_kind", code.alias("unit_code")).agg(
        pl.col("from_next_budget_pence").sum().alias("amount_pence")
    )
    return added.select(list(DUE)).sort("unit_kind", "unit_code", "commissioner_code")
