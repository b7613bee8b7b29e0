"""`pbc explain`: from any figure to its parts, rule, rule values, prices, records and receipts."""

from __future__ import annotations

from pathlib import Path

import click

from pbc.flows.explain import explain
from pbc.reports import PROTECTED, for_purpose
from pbc.reports.explanation import explanation_text
from pbc.results import Store
from pbc_cli.options import policy_options, store_option
from pbc_cli.work import policy_for


@click.command()
@click.argument("figure_id")
@click.option("--receipts", "all_receipts", is_flag=True, help="List every set and file behind the figure, one by one.")
@click.option(
    "--protected",
    is_flag=True,
    help="Explain as to a reader who may not see small numbers. Without it all is told: whoever holds the store holds the records.",
)
@store_option
@policy_options
def command(
    figure_id: str, all_receipts: bool, protected: bool, store: Path, regime: str | None, overlays: tuple[Path, ...]
) -> None:
    """Walk from FIGURE_ID to how that figure came about.

    The id stands in the last column, figure_id, of every CSV and workbook row. Put it in quotes. Parts that have an id of
    their own can be explained in turn.

    \b
    pbc explain "statement/2009-09@0123456789ab:budget_statements:..."
    """
    shelf = Store(store)
    protection = PROTECTED if protected else for_purpose("explaining on the machine that holds the records")
    policy = policy_for(shelf, regime, overlays) if overlays or regime else None
    click.echo(
        explanation_text(explain(shelf, figure_id, policy=policy, protection=protection), all_receipts=all_receipts),
        nl=False,
    )
