"""`pbc verify`: whether every published file is still what it was when it was published."""

from __future__ import annotations

from pathlib import Path

import click

from pbc.results import Store
from pbc_cli.options import store_option


@click.command()
@store_option
def command(store: Path) -> None:
    """Check every set in force, and every set kept from before, against its manifest."""
    shelf = Store(store)
    checked = 0
    for name in shelf.names():
        for published in shelf.history(name):
            published.verify()
            checked += 1
    click.echo(f"{checked} published sets checked; every file is as it was published.")
