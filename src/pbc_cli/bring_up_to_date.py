"""`pbc bring-up-to-date`: what is held placed and costed again after a register or a tariff has changed."""

from __future__ import annotations

from pathlib import Path

import click

from pbc.flows.bring_up_to_date import bring_up_to_date
from pbc.results import Store
from pbc_cli.options import engine_options, journey, policy_options, store_option
from pbc_cli.receive import refusals
from pbc_cli.work import engine_for, policy_for


@click.command()
@store_option
@policy_options
@engine_options
def command(store: Path, regime: str | None, overlays: tuple[Path, ...], engine_name: str, spark_master: str) -> None:
    """Place and cost every delivery held again, with the register, the tariff and the policy now in force.

    Nothing is read from deliveries folders. Run it after a register or a tariff was received anew; statements written
    afterwards list the months that changed. Run again, it changes nothing.
    """
    shelf, way = Store(store), journey()
    policy = policy_for(shelf, regime, overlays)
    with engine_for(engine_name, spark_master) as engine:
        changed = bring_up_to_date(shelf, engine=engine, policy=policy, journey=way)
    way.step("Up to date", 1.0)
    click.echo("\n".join([*(f"{each.name} changed ({each.set_id})." for each in changed), _told(shelf, len(changed))]))
    click.echo("\n".join(refusals(shelf)))


def _told(store: Store, changed: int) -> str:
    if not store.names("activity"):
        return f"No delivery is held in {store.path}: nothing to bring up to date. Run pbc receive first."
    return f"{changed} sets changed; write the statements again." if changed else "Everything held was up to date."
