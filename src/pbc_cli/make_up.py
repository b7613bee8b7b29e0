"""`pbc make-up`: a made-up deliveries folder of any size."""

from __future__ import annotations

from pathlib import Path

import click

from pbc.policy import regimes
from pbc.sources.synthetic import generate
from pbc_cli.options import Steps


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--people", default=300_000, show_default=True, help="People registered at the start.")
@click.option("--practices", default=50, show_default=True, help="Practices among them.")
@click.option("--seed", default=2009, show_default=True, help="The same seed makes the same world.")
@click.option("--regime", type=click.Choice(regimes()), default="england-2005", show_default=True)
@click.option("--form", type=click.Choice(["parquet", "csv.gz"]), default="parquet", show_default=True)
@click.option("--plain", is_flag=True, help="Plant no truths: no over-referrer, no double billing, no saving.")
def command(folder: Path, people: int, practices: int, seed: int, regime: str, form: str, plain: bool) -> None:
    """Write a made-up deliveries folder into FOLDER. Everything in it is marked as made up."""
    years = years_of(regime)
    generate(
        folder, seed=seed, people=people, practices=practices, clusters=max(1, min(8, practices // 3)), regime=regime,
        years=years, form=form, plant=not plain, progress=Steps(),
    )  # fmt: skip
    click.echo(
        f"A made-up world of {people:,} people and {practices} practices, {years[0]} to {years[-1]}, is in {folder}."
    )


def years_of(regime: str) -> tuple[str, str, str]:
    """This returns the three financial years that the made-up world of a regime covers."""
    return ("2007-08", "2008-09", "2009-10") if regime == "england-2005" else ("2023-24", "2024-25", "2025-26")
