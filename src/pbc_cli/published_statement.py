"""`pbc statement --published`: real practices' prescribing against fair shares, called by the statement command."""

from __future__ import annotations

from pathlib import Path

import click

from pbc.flows.state_published_prescribing import state_published_prescribing
from pbc.policy import load_policy
from pbc.reports.published_statement import write_published_statement
from pbc_cli.fair_shares import REGIME
from pbc_cli.options import journey


def state_published(published: Path, *, commissioner_code: str, year: int, out: Path) -> list[Path]:
    """This writes the statement of a commissioner's practices from published files and returns the paths, page first."""
    shown = state_published_prescribing(
        published, commissioner_code=commissioner_code, year=year, policy=load_policy(REGIME), journey=journey()
    )
    paths = write_published_statement(shown, folder=out)
    click.echo(
        f"{shown.practices.height} practices of {shown.commissioner_name}: £{shown.total_pence // 100:,} spent on "
        f"prescriptions in {shown.year}, against fair shares by need of {shown.need_year}."
    )
    click.echo(f"Open {paths[0]}")
    return paths
