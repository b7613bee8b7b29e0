"""`pbc adopt-budgets`: a draft becomes the year's budgets."""

from __future__ import annotations

from pathlib import Path

import click

from pbc.flows.draft_budgets import adopt_budgets
from pbc.periods import FinancialYear
from pbc.results import Store
from pbc_cli.options import YearType, journey, store_option
from pbc_cli.set_budgets import summary


@click.command()
@click.option("--year", required=True, type=YearType(), help="The year budgeted, like 2009-10.")
@click.option(
    "--draft", "draft_set_id", required=True, metavar="ID", help="Id of the draft, as pbc set-budgets printed it."
)
@click.option("--decision", required=True, metavar="TEXT", help="Reference of the decision, such as a minute.")
@store_option
def command(year: FinancialYear, draft_set_id: str, decision: str, store: Path) -> None:
    """Adopt a draft as the budgets of its year, figure for figure. They are then frozen, and change by amendments alone.

    \b
    pbc adopt-budgets --year 2009-10 --draft 0123456789ab --decision "Board, 14 April, item 6"
    """
    adopted = adopt_budgets(Store(store), year=year, draft_set_id=draft_set_id, decision=decision, journey=journey())
    click.echo(summary(adopted))
