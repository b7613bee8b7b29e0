"""`pbc set-budgets`: a year's budgets on one basis."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import polars as pl

from pbc.errors import RefusedInput
from pbc.flows.draft_budgets import Scenario, draft_budgets
from pbc.flows.make_budgets import Agreed
from pbc.flows.set_budgets import set_budgets
from pbc.money import pounds
from pbc.periods import FinancialYear
from pbc.policy.policy import Scalar
from pbc.policy.strict_yaml import read_yaml
from pbc.results import PublishedSet, Store
from pbc.sources.deliveries import read_whole_table
from pbc.tables import BUDGET_ADJUSTMENTS, BUDGET_PROTECTIONS
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
@click.option(
    "--protections", type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="CSV of demonstrated savings that do not lower a baseline yet: practice_code, service, first_year, amount_pence, "
    "years_count, decision, reason.",
)  # fmt: skip
@click.option("--draft", metavar="NAME", help="Set them as a draft of this name, beside the year's budgets.")
@click.option(
    "--vary", "varied", multiple=True, metavar="NAME=VALUE",
    help="With --draft: a rule value of this draft alone, like budgets.top_slice_share=0.02. May be repeated.",
)  # fmt: skip
@click.option("--source", default="", metavar="TEXT", help="With --vary: who proposes these values, and where.")
@store_option
@policy_options
@engine_options
def command(
    year: FinancialYear, basis: str, store: Path, regime: str | None, overlays: tuple[Path, ...], engine_name: str,
    spark_master: str, **given: Any,
) -> None:  # fmt: skip
    """Set the budgets of a year for every practice, step by step, so that each figure can be explained.

    Steps are, for example, need, pace of change, top-slice and rounding; they add up to the budget to the penny. Prices
    and need of the year must have been received, and for historic budgets the activity of the year before. A draft is
    looked at, compared and adopted (pbc adopt-budgets) without touching the year's budgets meanwhile.

    \b
    pbc set-budgets --year 2009-10 --basis fair_shares
    pbc set-budgets --year 2009-10 --basis blend --adjustments agreed.csv
    pbc set-budgets --year 2009-10 --basis fair_shares --draft "Faster pace" --vary budgets.pace_closed_share=0.3 --source "Paper 4"
    """
    shelf, draft = Store(store), given["draft"]
    if draft is None and (given["varied"] or given["source"]):
        raise RefusedInput(
            "Only a draft varies rule values.", found="--vary or --source", expected="--draft NAME beside it"
        )
    agreed = _agreed(given["adjustments"], given["protections"], year)
    policy = policy_for(shelf, regime, overlays)
    with engine_for(engine_name, spark_master) as engine:
        if draft is None:
            published = set_budgets(
                shelf, year=year, basis=basis, policy=policy, engine=engine, journey=journey(),
                adjustments=agreed.adjustments, protections=agreed.protections,
            )  # fmt: skip
        else:
            scenario = Scenario(read_choices(given["varied"]), given["source"], agreed)
            published = draft_budgets(
                shelf, year=year, name=draft, basis=basis, policy=policy, engine=engine, journey=journey(),
                scenario=scenario,
            )  # fmt: skip
    click.echo(summary(published))


def read_choices(varied: tuple[str, ...]) -> dict[str, Scalar]:
    """This returns rule values typed as NAME=VALUE, read as a policy file reads them.

    >>> read_choices(("budgets.top_slice_share=0.02", "budgets.pool_atypical_lists=false"))
    {'budgets.top_slice_share': 0.02, 'budgets.pool_atypical_lists': False}
    """
    choices: dict[str, Scalar] = {}
    for each in varied:
        name, mark, value = each.partition("=")
        read = read_yaml(value) if mark else None
        if not isinstance(read, str | int | float | bool):
            raise RefusedInput("This is not a rule value.", where="--vary", found=each, expected="NAME=VALUE")
        choices[name] = read
    return choices


def _agreed(adjustments: Path | None, protections: Path | None, year: FinancialYear) -> Agreed:
    shown = read_whole_table(protections, BUDGET_PROTECTIONS, delivery=protections.name).frame if protections else None
    return Agreed(read_adjustments(adjustments, year) if adjustments else None, shown)


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
