"""`pbc year-end`: who freed up money, how far luck alone explains it, who keeps what."""

from __future__ import annotations

from pathlib import Path

import click
import polars as pl

from pbc.flows.close_year import close_year
from pbc.money import pence_typed_by_a_person, pounds
from pbc.periods import FinancialYear
from pbc.results import PublishedSet, Store
from pbc.stats.power import expected_outside
from pbc_cli.options import YearType, engine_options, journey, policy_options, store_option
from pbc_cli.work import engine_for, policy_for


@click.command()
@click.option("--year", required=True, type=YearType(), help="The year to close, like 2009-10.")
@click.option(
    "--deficit",
    default="0",
    metavar="POUNDS",
    help="The commissioner's own deficit in pounds, where the rules let it be met first. Default: none.",
)
@store_option
@policy_options
@engine_options
def command(
    year: FinancialYear, deficit: str, store: Path, regime: str | None, overlays: tuple[Path, ...],
    engine_name: str, spark_master: str,
) -> None:  # fmt: skip
    """Close a year against its budgets and share what was freed up by the rules of that year.

    Freed-up resources are told twice, at the prices of activity and as the change in the commissioner's bill, and each
    practice's place against what luck alone could do. Under england-2025 no national rule says who keeps what: name your
    signed local agreement with --policy (docs/local-agreements.md has an example).

    \b
    pbc year-end --year 2009-10
    pbc year-end --year 2025-26 --policy gain-share.yaml
    """
    shelf = Store(store)
    with engine_for(engine_name, spark_master) as engine:
        published = close_year(
            shelf, year=year, policy=policy_for(shelf, regime, overlays), engine=engine, journey=journey(),
            commissioner_deficit_pence=pence_typed_by_a_person(deficit),
        )  # fmt: skip
    click.echo(summary(published))


def summary(published: PublishedSet) -> str:
    """This returns what the year end found, in plain sentences."""
    freed = published.frame("freed_up_resources")
    bands = published.frame("chance_bands").filter(pl.col("unit_kind") == "practice")
    judged = bands.filter(pl.col("label") != "not_judged")
    outside = bands.filter(pl.col("label").is_in(["outside_chance_inside_outer", "outside_outer"])).height
    told = [f"{published.name} is closed ({published.set_id})."]
    for (basis,), part in freed.group_by("basis", maintain_order=True):
        words = "At the prices of activity" if basis == "price" else "As the change in the bill this year"
        shared = "; this is what is shared" if part["is_shared"].any() else ""
        told.append(
            f"{words}: {pounds(int(part['freed_up_pence'].sum()))} freed up, {pounds(int(part['retained_pence'].sum()))} "
            f"of it kept by practices{shared}."
        )
    told.append(
        f"{outside} of {judged.height} practices judged stand further from budget than luck explains; luck alone would "
        f"put about {expected_outside(judged.height):.1f} there. Being outside is not yet a saving."
    )
    if judged.height < bands.height:
        told.append(f"{bands.height - judged.height} more cannot be judged: too small, too new or paid by fixed sums.")
    pools = published.frame("chance_bands").filter(pl.col("unit_kind") == "risk_pool")
    told += [str(said) for said in pools["sentence"]]
    awaited = published.receipt.parameters["awaited"]
    if awaited == "none":
        told.append("Final: the deliveries that settle the year have all been received.")
    else:
        told.append(f"Provisional: deliveries of {awaited} may still change it; receive them and close the year again.")
    return "\n".join(told)
