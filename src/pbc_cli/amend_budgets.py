"""`pbc amend-budgets`: decisions of the year that change agreed budgets."""

from __future__ import annotations

from pathlib import Path

import click

from pbc.flows.amend_budgets import amend_budgets
from pbc.periods import FinancialYear
from pbc.results import Store
from pbc.sources.deliveries import read_whole_table
from pbc.tables import BUDGET_AMENDMENTS
from pbc_cli.options import YearType, journey, store_option
from pbc_cli.set_budgets import summary


@click.command()
@click.option("--year", required=True, type=YearType(), help="The year budgeted, like 2009-10.")
@click.option(
    "--amendments", required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="CSV: financial_year, amendment_number, practice_code, service, kind, money_source, amount_pence, effective_month, "
    "decision, reason. Rows of one number are one decision.",
)  # fmt: skip
@click.option("--base", metavar="ID", help="The set they were decided on. Default: the one in force.")
@store_option
def command(year: FinancialYear, amendments: Path, base: str | None, store: Path) -> None:
    """Add decisions of the year to its agreed budgets: virement, in-year money, the risk pool, top-slice, protected savings.

    What was agreed stays as it was; each decision is a further line with its reason, and changes the months from the one it
    names on. A month already stated no longer changes.

    \b
    pbc amend-budgets --year 2009-10 --amendments decisions.csv
    """
    shelf = Store(store)
    rows = read_whole_table(amendments, BUDGET_AMENDMENTS, delivery=amendments.name).frame
    base = base or shelf.current(f"budgets/{year.slug}").set_id
    amended = amend_budgets(shelf, year=year, base_set_id=base, amendments=rows, journey=journey())
    click.echo(summary(amended))
