"""`pbc set-budgets`: a year's budgets on one basis."""

from __future__ import annotations

from pathlib import Path

import click
import polars as pl

from pbc.errors import RefusedInput
from pbc.flows.set_budgets import set_budgets
from pbc.money import pounds
from pbc.periods import FinancialYear
from pbc.results import PublishedSet, Store
from pbc.sources.deliveries import read_whole_table
from pbc.tables import BUDGET_ADJUSTMENTS
from pbc_cli.options import YearType, engine_options, journey, policy_options, store_option
from pbc_cli.work import engine_for, policy_for


@click.command()
@click.option("--year", required=True, type=YearType(), help="The year to budget, like 2009-10.")
@click.option(
    "--basis", required=True, type=click.Choice(["historic", "fair_shares", "blend"]),
    help="historic: last year's activity at this year's prices; fair_shares: need, at the pace of change; blend: both.",
)  # fmt: skip
@click.option(
    "--adjustments", type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="CSV of agreed adjustments: financial_year, practice_code, service, amount_pence, reason. Each needs its reason.",
)  # fmt: skip
@store_option
@policy_options
@engine_options
def command(
    year: FinancialYear, basis: str, adjustments: Path | None, store: Path,
    regime: str | None, overlays: tuple[Path, ...], engine_name: str, spark_master: str,
) -> None:  # fmt: skip
    """Set the budgets of a year for every practice, step by step, so that each figure can be explained.

    Steps are, for example, need, pace of change, top-slice and rounding; they add up to the budget to the penny. Prices
    and need of the year must have been received, and for historic budgets the activity of the year before.

    \b
    pbc set-budgets --year 2009-10 --basis fair_shares
    pbc set-budgets --year 2009-10 --basis blend --adjustments agreed.csv
    """
    shelf = Store(store)
    agreed = read_adjustments(adjustments, year) if adjustments else None
    with engine_for(engine_name, spark_master) as engine:
        published = set_budgets(
            shelf, year=year, basis=basis, policy=policy_for(shelf, regime, overlays), engine=engine, journey=journey(),
            adjustments=agreed,
        )  # fmt: skip
    click.echo(summary(published))


def read_adjustments(path: Path, year: FinancialYear) -> pl.DataFrame:
    """This returns the adjustments of a year from a CSV; one row refused refuses the file, since half would mislead."""
    read = read_whole_table(path, BUDGET_ADJUSTMENTS, delivery=path.name)
    others = read.frame.filter(pl.col("financial_year") != year.slug)
    if others.height:
        raise RefusedInput(
            "An adjustment belongs to another year.",
            where=path.name,
            found=others["financial_year"][0],
            expected=year.slug,
        )
    return read.frame


def summary(published: PublishedSet) -> str:
    """This returns what was set, in a sentence or two."""
    lines = published.frame("budget_lines")
    steps = lines.group_by("step").agg(pl.col("amount_pence").sum()).sort("step")
    names = (
        {"need": "services without a past, by need"} if published.receipt.parameters.get("basis") == "historic" else {}
    )
    told = ", ".join(f"{names.get(step, step.replace('_', ' '))} {pounds(pence)}" for step, pence in steps.iter_rows())
    return (
        f"{lines['practice_code'].n_unique()} practices hold {pounds(int(lines['amount_pence'].sum()))} in "
        f"{published.name} ({published.set_id}).\nBy step: {told}."
    )
