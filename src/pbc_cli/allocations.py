"""`pbc allocations`: allocations over years followed to their targets, from a file and nothing else."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click
import polars as pl

from pbc.errors import RefusedInput
from pbc.flows.allocations import follow_allocations, keep_allocations
from pbc.money import pounds
from pbc.reports.safe_csv import write_safe_csv
from pbc.results import Store
from pbc_cli.options import journey, store_option
from pbc_cli.work import regime_of


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="CSV file to write.")
@click.option(
    "--changes", type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="CSV with columns old_code, new_code, on, share: mergers and splits. Needs --on.",
)  # fmt: skip
@click.option(
    "--on", "on_day", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD",
    help="Day whose codes count: before a change as then, later as now. Needs --changes.",
)  # fmt: skip
@click.option("--keep", "is_kept", is_flag=True, help="Keep it in the store too, for the page of allocations.")
@store_option
def command(
    *, file: Path, out: Path, changes: Path | None, on_day: datetime | None, is_kept: bool, store: Path
) -> None:
    """Follow allocations over years to their targets: opening, growth, convergence, closing, distance.

    FILE is a CSV with columns commissioner_code, year, opening_pounds, target_pounds, growth, rule (growth_only,
    convergence_rate or share_of_distance) and rule_share, typed from what was published. Nothing is filled in: what is
    missing is refused by row, and no year is told beyond the last one read.

    \b
    pbc allocations allocations.csv --out paths.csv
    pbc allocations allocations.csv --changes mergers.csv --on 2026-04-01 --out paths.csv
    """
    if (changes is None) != (on_day is None):
        raise RefusedInput(
            "Changes and a day go together.", expected="--changes FILE and --on DAY", remedy="Give both, or neither."
        )
    day = on_day.date() if on_day else None
    paths = follow_allocations(file, changes=changes, on=day)
    write_safe_csv(paths, out)
    for (year,), rows in paths.group_by("financial_year", maintain_order=True):
        closing, target = int(rows["closing_pence"].sum()), int(rows["target_pence"].sum())
        over = rows.filter(pl.col("distance_ratio") > 0).height
        click.echo(
            f"{year}: {pounds(closing)} against targets of {pounds(target)}; {over} of {rows.height} over target."
        )
    click.echo(f"Years and commissioners: {out}. Every figure was read from {file.name}, or follows from it.")
    if is_kept:
        shelf = Store(store)
        kept = keep_allocations(shelf, file, changes=changes, on=day, regime=regime_of(shelf, None), journey=journey())
        click.echo(f"Kept: {kept.name} ({kept.set_id}).")
