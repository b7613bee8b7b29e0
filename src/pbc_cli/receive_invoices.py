"""`pbc receive-invoices`: what providers charge and what the ledger shows, taken in month by month."""

from __future__ import annotations

from pathlib import Path

import click

from pbc.flows.extract import open_extract
from pbc.flows.match_headings import read_heading_maps
from pbc.flows.receive_invoices import INVOICED, receive_invoices
from pbc.periods import Month
from pbc.results import Store
from pbc.sources.pseudonym import read_key
from pbc_cli.options import DELIVERIES, MonthType, engine_options, headings_option, journey, store_option
from pbc_cli.receive import months_in
from pbc_cli.work import engine_for


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--month", "months", multiple=True, type=MonthType(), help="Take in this month's invoices only. May be repeated."
)
@click.option(
    "--key-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File holding the secret for checking invoices, never that of the register. Not needed for what was pseudonymised with it.",
)
@store_option
@headings_option
@engine_options
def command(
    folder: Path | None, months: tuple[Month, ...], key_file: Path | None, store: Path, maps: tuple[Path, ...], engine_name: str,
    spark_master: str,
) -> None:  # fmt: skip
    """Take in the invoices in FOLDER, the records that back them, and the ledger's extract.

    FOLDER is laid out as docs/reconciliation.md describes; left out, it is STORE/deliveries. An invoice or ledger that cannot
    be read is refused whole, charges row by row. A workbook's first sheet is read like a CSV.

    \b
    pbc receive-invoices deliveries --key-file invoice-key --month 2009-09
    """
    extract, shelf, way = open_extract(folder or store / DELIVERIES), Store(store), journey()
    wanted = list(months) or months_in(extract.folder or Path(), INVOICED)
    key = read_key(key_file) if key_file else None
    headings = read_heading_maps(*maps)
    with engine_for(engine_name, spark_master) as engine:
        for at, month in enumerate(wanted):
            part = way.part(at / len(wanted), (at + 1) / len(wanted))
            made = receive_invoices(
                shelf, extract, month=month, key=key, engine=engine, journey=part, headings=headings
            )
            refused = sum(each.rows("rejected_rows") for each in made if "rejected_rows" in each.tables)
            click.echo(
                f"{month}: {', '.join(each.name for each in made)}; {refused:,} charges refused, each with its reason."
            )
