"""`pbc check FILE`: what is wrong with a delivery, row by row."""

from __future__ import annotations

from pathlib import Path

import click

from pbc.engines import open_engine
from pbc.flows.check_file import Checked, check_file
from pbc.reports.safe_csv import write_safe_csv
from pbc_cli.options import journey

SHOWN = 50


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--month", default="check", metavar="YYYY-MM", help="Month of the delivery: later days are then faults.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write every fault to this CSV file.")
@click.option("--all", "shows_all", is_flag=True, help=f"Print every fault, not the first {SHOWN}.")
@click.pass_context
def command(context: click.Context, file: Path, month: str, out: Path | None, shows_all: bool) -> None:
    """Say what is wrong with FILE, row by row, without taking it in.

    The layout is recognised by the headings: local extracts of hospitals and registers, prescribing, prices, need, and
    the published files. Leaves with 0 if nothing is wrong and with 1 if anything is. No NHS number is ever shown.
    """
    with open_engine() as engine:
        checked = check_file(file, engine=engine, delivery=month, journey=journey())
    click.echo(f"{file.name}: {checked.title}")
    click.echo(_summary(checked))
    faults = checked.rejected.sort("row_number", "column_name", "rule")
    for row in faults.head(faults.height if shows_all else SHOWN).iter_rows(named=True):
        found = f"found {row['value_found']}; " if row["value_found"] is not None else ""
        click.echo(
            f"row {row['row_number']:,}, {row['column_name']}: {row['rule']} "
            f"({found}expected {row['value_expected']}) {row['remedy']}"
        )
    if faults.height > SHOWN and not shows_all:
        click.echo(f"... and {faults.height - SHOWN:,} more; --all prints them, --out FILE.csv writes them.")
    if out is not None:
        write_safe_csv(faults, out)
    context.exit(1 if faults.height else 0)


def _summary(checked: Checked) -> str:
    counts = checked.counts
    if not checked.is_checked_by_row:
        return f"{counts['delivered']:,} rows in the published layout; its cells are checked when it is read."
    told = f"{counts['delivered']:,} rows, {counts['accepted']:,} accepted, {counts['refused']:,} refused"
    for name, words in (
        ("nhs_number_missing", "without an NHS number"),
        ("nhs_number_invalid", "with one that fails its check digit"),
        ("restricted", "of a legally restricted kind"),
    ):
        if counts.get(name):
            told += f", {counts[name]:,} {words}"
    return told + "."
