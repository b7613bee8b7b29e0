"""`pbc contracts`: what is owed to each hospital under its contract, line by line and step by step."""

from __future__ import annotations

from pathlib import Path

import click

from pbc.flows.show_contracts import show_contracts
from pbc.periods import Month
from pbc.reports import PROTECTED, for_purpose
from pbc.reports.contracts import contracts_text, write_contracts
from pbc.results import Store
from pbc_cli.options import MonthType, store_option


@click.command()
@click.option(
    "--month", required=True, type=MonthType(), help="Month of the statement; bills are for the year to date."
)
@click.option("--provider", help="Code of one hospital. Left out: all of them.")
@click.option("--commissioner", help="Code of the commissioner, where the store holds several.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write, .xlsx or .csv, with every step and its figure id.",
)
@click.option(
    "--all-numbers",
    is_flag=True,
    help="For the commissioner's finance staff: show lines of a few people too. Without it they are hidden with their money.",
)
@store_option
def command(
    *, month: Month, provider: str | None, commissioner: str | None, out: Path | None, all_numbers: bool, store: Path
) -> None:
    """Show the commissioner's bill by hospital and line: priced activity, what the contract's terms add or take, the bill.

    The statement of the month must have been made. What activity beside the plan does to the bill this year and next is
    told where contracts have plans. Each step can be walked back: pbc explain with the figure id of its row.

    \b
    pbc contracts --month 2009-09
    pbc contracts --month 2009-09 --provider ZH1 --out bill.xlsx
    """
    report = show_contracts(
        Store(store), month=month, provider_code=provider, commissioner_code=commissioner,
        protection=for_purpose("billing contracts") if all_numbers else PROTECTED,
    )  # fmt: skip
    if out is None:
        click.echo(contracts_text(report), nl=False)
    else:
        click.echo(f"The bills of {month.title} are in {write_contracts(report, path=out)}")
