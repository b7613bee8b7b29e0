"""`pbc prescribing-budgets`: the year's prescribing by age and sex, beside need and what was set."""

from __future__ import annotations

from pathlib import Path

import click

from pbc.flows.weigh_prescribing import weigh_prescribing
from pbc.periods import FinancialYear
from pbc.reports.plain_files import plain_csv, plain_workbook
from pbc.reports.prescribing_budgets import budgets_sheet, describe_budgets
from pbc.reports.whole_file import write_whole
from pbc.results import Store
from pbc_cli.options import YearType, journey, policy_options, store_option
from pbc_cli.work import policy_for


@click.command()
@click.option("--year", required=True, type=YearType(), help="A year with budgets, like 2009-10.")
@click.option(
    "--weights", type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The published workbook of ASTRO-PU weightings. A made-up place is weighed by made-up weights without it.",
)  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="File to write too: .csv or .xlsx.")
@store_option
@policy_options
def command(
    *, year: FinancialYear, weights: Path | None, out: Path | None, store: Path, regime: str | None, overlays: tuple[Path, ...]
) -> None:  # fmt: skip
    """Share the prescribing budgets of a year by age and sex (ASTRO-PU), beside need and what was set.

    \b
    pbc prescribing-budgets --year 2009-10
    pbc prescribing-budgets --year 2009-10 --weights ASTRO_PU_weightings.xlsx --out prescribing.xlsx
    """
    shelf = Store(store)
    policy = policy_for(shelf, regime, overlays)
    published = weigh_prescribing(shelf, year=year, policy=policy, workbook=weights, journey=journey())
    found = published.frame("prescribing_budgets")
    title = f"Prescribing {year}, by age and sex beside need"
    mark = "made up" if published.receipt.is_made_up else ""
    click.echo(
        "\n".join([f"{published.name} ({published.set_id}){', ' + mark if mark else ''}.", *describe_budgets(found)])
    )
    if out is not None:
        sheet = budgets_sheet(found, title=title)
        if out.suffix == ".xlsx":
            write_whole(
                plain_workbook(title, lines=describe_budgets(found)[:1], sheets=[sheet], on=year.start, mark=mark),
                path=out,
            )
        else:
            write_whole(plain_csv(sheet, mark=mark), path=out)
        click.echo(f"Written: {out}")
