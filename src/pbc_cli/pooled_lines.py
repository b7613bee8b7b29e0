"""`pbc pooled-lines`: what each owner of a pooled line bears, month by month, and what settles it."""

from __future__ import annotations

from pathlib import Path

import click
import polars as pl

from pbc.flows.pooled_lines import keep_pooled_lines, position_pooled_lines
from pbc.money import pounds_and_pence
from pbc.reports.safe_csv import write_safe_csv
from pbc.results import Store
from pbc_cli.options import journey, store_option
from pbc_cli.work import regime_of


@click.command()
@click.argument("lines", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("spending", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="CSV file to write.")
@click.option("--keep", "is_kept", is_flag=True, help="Keep it in the store too, for the page of pooled lines.")
@store_option
def command(*, lines: Path, spending: Path, out: Path, is_kept: bool, store: Path) -> None:
    """Share lines pooled with a local authority by what was signed, each owner in its own financial year.

    LINES is a CSV with line_code, line_name, owner_code, owner_kind (nhs or local_authority), year_starts_month,
    contribution_share, risk_share, from, to, signed_by, signed_on; SPENDING one with line_code, month, owner_code,
    budget_pounds, spent_pounds. Where an owner has not signed nothing is shared: each bears what it spent.

    \b
    pbc pooled-lines lines.csv spending.csv --out positions.csv
    pbc pooled-lines lines.csv spending.csv --out positions.csv --keep
    """
    found = position_pooled_lines(lines, spending)
    write_safe_csv(found, out)
    for (line, owner), rows in found.group_by("line_code", "owner_code", maintain_order=True):
        last = rows.row(-1, named=True)
        alone = rows.filter(~pl.col("is_shared")).height
        words = f"; nothing is shared in {alone} of {rows.height} months: no signed agreement holds" if alone else ""
        click.echo(
            f"{line}, {owner}, since {last['year_starts_on']}: bears {pounds_and_pence(last['borne_to_date_pence'])}, to settle "
            f"{pounds_and_pence(last['settlement_to_date_pence'])}{words}."
        )
    click.echo(f"Every month: {out}")
    if is_kept:
        shelf = Store(store)
        kept = keep_pooled_lines(
            shelf, lines=lines, spending=spending, regime=regime_of(shelf, None), journey=journey()
        )
        click.echo(f"Kept: {kept.name} ({kept.set_id}).")
