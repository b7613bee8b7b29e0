"""`pbc make-up-invoices`: what made-up hospitals charge for a made-up year, with errors of known size."""

from __future__ import annotations

from pathlib import Path
from typing import Unpack

import click

from pbc.flows.make_up_invoices import make_up_invoices
from pbc.periods import FinancialYear
from pbc.results import Store
from pbc.sources.pseudonym import read_key
from pbc_cli.options import DELIVERIES, YearType, engine_options, journey, key_option, policy_options, store_option
from pbc_cli.receive import Under
from pbc_cli.work import engine_for, policy_for


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--year", required=True, type=YearType(), help="A year received and stated, like 2009-10.")
@click.option("--seed", type=int, default=2009, show_default=True, help="The luck of the errors planted.")
@key_option
@store_option
@policy_options
@engine_options
def command(
    folder: Path | None, *, year: FinancialYear, seed: int, key_file: Path, store: Path, **under: Unpack[Under]
) -> None:  # fmt: skip
    """Write into FOLDER what made-up hospitals charge for a year: invoices, the records behind them, the ledger's extract.

    They charge what their records cost as first sent, but for errors whose sizes invoice-truths.json tells. FOLDER is the
    made-up deliveries folder; left out, it is STORE/deliveries. --key-file is a key for checking invoices alone.

    \b
    pbc make-up-invoices --year 2009-10 --key-file invoice-key
    """
    shelf = Store(store)
    with engine_for(under["engine_name"], under["spark_master"]) as engine:
        planted = make_up_invoices(
            shelf, folder or store / DELIVERIES, years=[year], key=read_key(key_file), seed=seed,
            policy=policy_for(shelf, under["regime"], under["overlays"]), engine=engine, journey=journey(),
        )  # fmt: skip
    click.echo(f"The invoices of {year} are written. Errors are planted in {', '.join(planted) or 'none'}.")
