"""`pbc reconcile`: from what care cost to what was invoiced and what the ledger shows, every pound named or unexplained."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import click

from pbc.errors import RefusedInput
from pbc.flows.reconcile import reconcile
from pbc.flows.show_reconciliation import show_reconciliation
from pbc.periods import Month
from pbc.reports.reconciliation import (
    ReconciliationMaterial,
    reconciliation_csv,
    reconciliation_text,
    reconciliation_workbook,
)
from pbc.reports.whole_file import write_whole
from pbc.results import Store
from pbc_cli.options import MonthType, engine_options, journey, policy_options, store_option
from pbc_cli.work import engine_for, policy_for

WRITERS: Mapping[str, Callable[[ReconciliationMaterial], str | bytes]] = {
    ".csv": reconciliation_csv,
    ".xlsx": reconciliation_workbook,
    ".txt": reconciliation_text,
}
READ_TO = click.option(
    "--read-to",
    type=MonthType(),
    help="Read deliveries and invoices on to this later month, as the end of a year wants it.",
)


@click.command()
@click.option(
    "--month", required=True, type=MonthType(), help="The month to reconcile, like 2009-09; it needs its statement."
)
@READ_TO
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="A file to write as well: .xlsx, .csv or .txt."
)
@store_option
@policy_options
@engine_options
def command(
    *, month: Month, read_to: Month | None, out: Path | None, store: Path, regime: str | None, overlays: tuple[Path, ...],
    engine_name: str, spark_master: str,
) -> None:  # fmt: skip
    """Hold what hospitals charged against what their care cost, and both against the ledger, for the year to date.

    Every difference has a name, an id that lasts, the month it was first seen and the records behind it; what nobody can
    explain stands as unexplained. Nothing is published that does not add up to the penny.

    \b
    pbc reconcile --month 2009-09 --out september.xlsx
    pbc reconcile --month 2010-03 --read-to 2010-06
    """
    shelf, way = Store(store), journey()
    form = _form_of(out)
    policy = policy_for(shelf, regime, overlays)
    with engine_for(engine_name, spark_master) as engine:
        reconcile(shelf, month=month, policy=policy, engine=engine, journey=way, read_to=read_to)
    material = show_reconciliation(shelf, month=month, read_to=read_to)
    click.echo(reconciliation_text(material), nl=False)
    if out is not None:
        write_whole(WRITERS[form](material), path=out)
        click.echo(f"Written to {out}")


def _form_of(out: Path | None) -> str:
    form = out.suffix.lower() if out else ".txt"
    if form not in WRITERS:
        raise RefusedInput(
            "A reconciliation is not written in a file of this kind.", where=f"--out {out}", found=form or "no ending",
            expected=" or ".join(WRITERS), remedy="Give the file one of these endings.",
        )  # fmt: skip
    return form
