"""`pbc verify`: whether every published file is still what it was when it was published."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from pbc.errors import BrokenSet, Fault, MissingFigure
from pbc.results import PublishedSet, Store
from pbc_cli.options import journey, store_option


@click.command()
@store_option
def command(store: Path) -> None:
    """Check that everything in a store is what it was when it was published.

    Every set in force and every set kept from before is checked: its files against their hashes, its pointer, and the
    sets its receipt names. Run it after a disk was restored or a store was copied. Leaves with 1 if anything is missing
    or was changed, each fault on a line of its own.
    """
    shelf, way = Store(store), journey()
    names = shelf.names()
    if not names:
        raise MissingFigure(
            "There is nothing to verify here.", where=f"store {store}", remedy="Name the store with --store."
        )
    faults = [
        f"No set of {home.parent.relative_to(store / 'sets').as_posix()} is in force: its pointer is gone."
        for home in (path.parent for path in (store / "sets").rglob("manifest.json"))
        if not (home.parent / "current").exists()
    ]
    checked = 0
    for place, name in enumerate(names):
        way.step(f"Checking {name}", place / len(names))
        faults += _told(shelf.current, name)
        for published in shelf.history(name):
            faults += [*_told(lambda each=published: each.verify()), *_lost(shelf, published)]
            checked += 1
    way.step("Checked", 1.0)
    for fault in dict.fromkeys(faults):
        click.echo(fault, err=True)
    if faults:
        raise BrokenSet(f"{len(set(faults))} faults in {checked} published sets.", where=f"store {store}")
    click.echo(f"{checked} published sets checked; every file is as it was published, and every set named is there.")


def _told(look: Callable[..., object], *words: str) -> list[str]:
    try:
        look(*words)
    except Fault as fault:
        return [str(fault)]
    return []


def _lost(shelf: Store, published: PublishedSet) -> list[str]:
    """The sets that a set's receipt names and the store no longer has; names with a dot are delivered files."""
    inputs = published.receipt.inputs.items()
    return [fault for name, set_id in inputs if _is_set(name, set_id) for fault in _told(shelf.at, name, set_id)]


def _is_set(name: str, set_id: str) -> bool:
    return len(set_id) == 12 and "." not in name
