"""`pbc appraise`: what a business case saves, when, and under what conditions."""

from __future__ import annotations

from pathlib import Path

import click

from pbc.flows.appraise_case import appraise_case
from pbc.flows.case_rows import read_case
from pbc.flows.show_appraisal import show_appraisal
from pbc.periods import FinancialYear
from pbc.reports.appraisal import WRITERS, appraisal_text, write_appraisal
from pbc.results import Store
from pbc_cli.options import YearType, journey, policy_options, require_form, store_option
from pbc_cli.work import policy_for


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--year", required=True, type=YearType(), help="The year appraised, like 2009-10: its prices hold throughout."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write too, .xlsx or .csv, every row with its figure id.",
)
@store_option
@policy_options
def command(
    *, files: tuple[Path, ...], year: FinancialYear, out: Path | None, store: Path, regime: str | None, overlays: tuple[Path, ...]
) -> None:  # fmt: skip
    """Appraise the options of a business case against doing nothing: costs, the bill, budgets, net present value.

    FILES are CSV files known by their headings, or a folder of them: options (needed), costs, changes of activity, money named.
    What activity is worth comes from the year's prices and contracts in the store, and so does when the bill follows. A row that
    cannot be used is refused by its number; pbc check lists every fault of a file.

    \b
    pbc appraise heart-clinic --year 2009-10
    pbc appraise options.csv costs.csv changes.csv --year 2009-10 --out heart-clinic.xlsx
    """
    require_form(out, WRITERS, what="An appraisal is")
    shelf = Store(store)
    published = appraise_case(
        shelf, case=read_case(files), year=year, policy=policy_for(shelf, regime, overlays), journey=journey()
    )
    report = show_appraisal(published)
    click.echo(appraisal_text(report), nl=False)
    if out is not None:
        click.echo(f"Written: {write_appraisal(report, path=out)}")
