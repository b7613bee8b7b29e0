"""`pbc receive`: a deliveries folder taken in, checked row by row."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict, Unpack

import click

from pbc.engines import Engine
from pbc.errors import RefusedInput
from pbc.flows.extract import Extract, open_extract
from pbc.flows.journey import Journey
from pbc.flows.match_headings import read_heading_maps
from pbc.flows.receive_delivery import receive_delivery
from pbc.flows.receive_register import receive_register
from pbc.flows.receive_tables import receive_contracts, receive_need, receive_tariff
from pbc.periods import Month
from pbc.policy import Policy
from pbc.results import Store
from pbc.sources.headings import HeadingMap
from pbc.sources.pseudonym import read_key
from pbc_cli.options import (
    DELIVERIES,
    MonthType,
    engine_options,
    headings_option,
    journey,
    policy_options,
    store_option,
)
from pbc_cli.work import engine_for, policy_for, regime_of_folder

REFUSED = {
    "register": "rows of the register were refused, each with its reason.",
    "tariff": "rows of the tariff were refused, each with its reason.",
    "contracts": "rows of contracts were refused, each with its reason.",
    "need": "rows of need were refused, each with its reason.",
    "activity": "activity rows were refused, each with its reason.",
    "cells": "contacts could not be priced and are in no figure: add their prices to the tariff, receive it, run pbc bring-up-to-date.",
    "prescribing": "prescribing rows were refused, each with its reason.",
}


class Under(TypedDict):
    """What a delivery is taken in under."""

    regime: str | None
    overlays: tuple[Path, ...]
    engine_name: str
    spark_master: str


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--month", "months", multiple=True, type=MonthType(), help="Take in this month's delivery only. May be repeated."
)
@click.option(
    "--key-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File holding the secret that makes pseudonyms (mode 0600). Not needed for what pbc pseudonymise wrote.",
)
@store_option
@policy_options
@headings_option
@engine_options
def command(
    folder: Path | None, months: tuple[Month, ...], key_file: Path | None, store: Path, maps: tuple[Path, ...],
    **under: Unpack[Under],
) -> None:  # fmt: skip
    """Take in the deliveries in FOLDER: register, prices, contracts, need, then activity month by month.

    FOLDER is laid out as docs/local-extract-layout.md describes; left out, it is STORE/deliveries. A delivery taken in
    again unchanged, by the same version of pbc, changes nothing; a newer version makes its set anew and keeps the old one.
    Rows that cannot be read are refused one by one and counted at the end; `pbc check` lists them. If a register or prices
    changed since, run `pbc bring-up-to-date` afterwards.

    \b
    (umask 077; head -c 32 /dev/urandom | base64 > key)
    pbc receive deliveries --key-file key --month 2009-09
    """
    folder = folder or store / DELIVERIES
    shelf = Store(store)
    policy = policy_for(shelf, regime_of_folder(folder, under["regime"]), under["overlays"])
    key = read_key(key_file) if key_file else None
    with engine_for(under["engine_name"], under["spark_master"]) as engine:
        taken = receive_all(
            shelf,
            folder,
            months=list(months),
            key=key,
            policy=policy,
            engine=engine,
            way=journey(),
            headings=read_heading_maps(*maps),
        )
    click.echo(f"{len(taken)} deliveries are in {store}.")
    click.echo("\n".join(refusals(shelf)))


def refusals(store: Store) -> list[str]:
    """This returns a line for each kind of set in force that refused rows, with how many, or one that says none did."""
    lines = []
    for kind, what in REFUSED.items():
        held = [store.current(name) for name in store.names(kind)]
        count = sum(each.rows("rejected_rows") for each in held if "rejected_rows" in each.tables)
        lines += [f"{count:,} {what}"] if count else []
    return lines or ["No row was refused."]


def receive_all(
    store: Store,
    folder: Path | Extract,
    *,
    months: list[Month],
    key: bytes | None,
    policy: Policy,
    engine: Engine,
    way: Journey,
    headings: Sequence[HeadingMap] = (),
) -> list[Month]:
    """This returns the months taken in: those asked for, or with none asked for the register, prices, need and all."""
    extract = open_extract(folder)
    wanted = months or delivery_months(extract.folder or Path())
    if not months:
        receive_standing(
            store, extract, key=key, engine=engine, way=way.part(0.0, 0.1), policy=policy, headings=headings
        )
    for position, month in enumerate(wanted):
        part = way.part(0.1 + 0.9 * position / len(wanted), 0.1 + 0.9 * (position + 1) / len(wanted))
        receive_delivery(
            store, extract, month=month, key=key, engine=engine, policy=policy, journey=part, headings=headings
        )
    return wanted


def receive_standing(
    store: Store, extract: Extract, *, key: bytes | None, engine: Engine, way: Journey, policy: Policy | None = None,
    headings: Sequence[HeadingMap] = (),
) -> None:  # fmt: skip
    """Take in what stands for longer than a month: the register, and each year's prices, contracts and need."""
    receive_register(store, extract, key=key, engine=engine, journey=way, headings=headings)
    for year in extract.years:
        receive_tariff(store, extract, year=year, journey=way.part(1.0, 1.0), headings=headings)
        receive_contracts(store, extract, year=year, policy=policy, journey=way.part(1.0, 1.0), headings=headings)
        receive_need(store, extract, year=year, journey=way.part(1.0, 1.0), headings=headings)


def delivery_months(folder: Path) -> list[Month]:
    """This returns the months that have a folder of activity, in order; a folder without any is refused."""
    return months_in(folder, "activity")


def months_in(folder: Path, kind: str) -> list[Month]:
    """This returns the months that have a folder of a kind (activity, invoices), in order; a folder without any is refused."""
    found = sorted(_month_of(path) for path in (folder / kind).glob("[0-9]*-[0-9]*") if path.is_dir())
    if not found:
        raise RefusedInput(
            f"There is no monthly {kind} to take in.", where=str(folder), expected=f"folders like {kind}/2009-09",
            remedy="Lay the deliveries out as docs/local-extract-layout.md describes.",
        )  # fmt: skip
    return found


def _month_of(path: Path) -> Month:
    try:
        return Month.parse(path.name)
    except RefusedInput as fault:
        raise RefusedInput(
            f"A folder of {path.parent.name} is not named for a month.", where=f"{path.parent.name}/{path.name}", found=path.name,
            expected="like 2009-04", remedy=f"Rename it, or move it out of the folder {path.parent.name}.",
        ) from fault  # fmt: skip
