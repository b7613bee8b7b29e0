"""`pbc check FILE`: what is wrong with a delivery, row by row."""

from __future__ import annotations

from pathlib import Path

import click
import polars as pl

from pbc.engines import open_engine
from pbc.flows.check_file import Checked, check_file
from pbc.flows.match_headings import read_heading_maps
from pbc.periods import Month
from pbc.reports.safe_csv import write_safe_csv
from pbc.results import Store
from pbc_cli.options import MonthType, headings_option, journey, policy_options, store_option
from pbc_cli.work import policy_for

SHOWN = 50


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--month", type=MonthType(), help="Month of the delivery: later days are then faults.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write every fault to this CSV file.")
@click.option("--all", "shows_all", is_flag=True, help=f"Print every fault, not the first {SHOWN}.")
@store_option
@headings_option
@policy_options
def command(
    file: Path, month: Month | None, out: Path | None, shows_all: bool, store: Path,
    regime: str | None, overlays: tuple[Path, ...], maps: tuple[Path, ...],
) -> None:  # fmt: skip
    """Say what is wrong with FILE, row by row, without taking it in.

    The kind of file is told by its headings: extracts of hospitals and registers, prescribing, prices, need, the
    published files, and your own pots and neighbourhoods. Every cell is judged by the rules of the reader that would take
    it in; what it names is looked up in the store, if there is one: practices, hospitals, prices, and records and months
    held already. Rows that are left out of a published file for a known reason, such as its row of totals, are listed too.

    \b
    pbc check activity/2009-09/outpatients.csv --month 2009-09
    pbc check neighbourhoods.csv --all

    Leaves with 0 if nothing is wrong and with 1 if anything is. No NHS number is ever shown.
    """
    shelf = Store(store)
    policy = policy_for(shelf, regime, overlays)
    with open_engine() as engine:
        checked = check_file(
            file,
            engine=engine,
            month=month,
            store=shelf,
            policy=policy,
            journey=journey(),
            headings=read_heading_maps(*maps),
        )
    click.echo("\n".join([f"{file.name}: {checked.title}", _summary(checked), *checked.notes]))
    if checked.undone:
        click.echo(f"Not looked up: {'; '.join(checked.undone)}.")
    faults = checked.rejected.sort("row_number", "column_name", "rule")
    _print(faults, shows_all=shows_all)
    if checked.left_out.height:
        click.echo("Left out when it is read, as is known of this publication:")
        _print(checked.left_out.sort("row_number", "column_name", "rule"), shows_all=shows_all)
    if out is not None:
        write_safe_csv(pl.concat([faults, checked.left_out]), out)
    raise click.exceptions.Exit(1 if faults.height else 0)


def _print(rows: pl.DataFrame, *, shows_all: bool) -> None:
    for row in rows.head(rows.height if shows_all else SHOWN).iter_rows(named=True):
        found = f"found {row['value_found']}; " if row["value_found"] is not None else ""
        click.echo(
            f"row {row['row_number']:,}, {row['column_name']}: {row['rule']} "
            f"({found}expected {row['value_expected']}) {row['remedy']}"
        )
    if rows.height > SHOWN and not shows_all:
        click.echo(f"... and {rows.height - SHOWN:,} more; --all prints them, --out FILE.csv writes them.")


def _summary(checked: Checked) -> str:
    counts = checked.counts
    told = f"{counts['delivered']:,} rows, {counts['accepted']:,} accepted, {counts['refused']:,} refused"
    for name, words in (
        ("left_out", "left out"),
        ("already_held", "of a record that the store holds already"),
        ("doubted", "that name what the store does not know, or holds already"),
        ("nhs_number_missing", "without an NHS number"),
        ("nhs_number_invalid", "with one that fails its check digit"),
        ("restricted", "of a legally restricted kind"),
    ):
        if counts.get(name):
            told += f", {counts[name]:,} {words}"
    return told + ("." if counts["delivered"] else ": the file has headings and holds no rows.")
