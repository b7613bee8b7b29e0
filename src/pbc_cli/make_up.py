"""`pbc make-up`: a made-up deliveries folder of any size."""

from __future__ import annotations

from pathlib import Path

import click

from pbc.policy import regimes
from pbc.sources.synthetic import generate
from pbc_cli.options import DELIVERIES, journey, store_option
from pbc_cli.work import close_store


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option("--people", default=300_000, show_default=True, help="People registered at the start.")
@click.option("--practices", default=50, show_default=True, help="Practices among them.")
@click.option("--seed", default=2009, show_default=True, help="The same seed makes the same world.")
@click.option(
    "--regime", type=click.Choice(regimes()), default="england-2005", show_default=True,
    help="Whose world: england-2005 (PCTs, 2007/08 to 2009/10) or england-2025 (ICBs, 2023/24 to 2025/26).",
)  # fmt: skip
@click.option(
    "--form", type=click.Choice(["parquet", "csv.gz"]), default="parquet", show_default=True,
    help="Form of the large files: Parquet is smaller and quicker, csv.gz can be read by eye.",
)  # fmt: skip
@click.option("--plain", is_flag=True, help="Plant no truths: no over-referrer, no double billing, no saving.")
@store_option
def command(
    folder: Path | None, people: int, practices: int, seed: int, regime: str, form: str, plain: bool, store: Path
) -> None:
    """Write a made-up deliveries folder into FOLDER, by default STORE/deliveries, where `pbc receive` looks for it.

    Three years of register, prices, need and monthly hospital and prescribing activity of people who never lived.
    Everything in it is marked as made up, and so is whatever is worked out from it.

    \b
    pbc make-up --people 20000 --practices 5
    pbc receive --key-file FILE
    """
    years = years_of(regime)
    folder = folder or close_store(store) / DELIVERIES
    generate(
        folder, seed=seed, people=people, practices=practices, clusters=max(1, min(8, practices // 3)), regime=regime,
        years=years, form=form, plant=not plain, progress=journey().step,
    )  # fmt: skip
    click.echo(
        f"A made-up world of {people:,} people and {practices} practices, {years[0]} to {years[-1]}, is in {folder}."
    )


def years_of(regime: str) -> tuple[str, str, str]:
    """This returns the three financial years that the made-up world of a regime covers."""
    return ("2007-08", "2008-09", "2009-10") if regime == "england-2005" else ("2023-24", "2024-25", "2025-26")
