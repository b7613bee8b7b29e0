"""`pbc decision-times`: how long plans and business cases waited for their decision, and the service for its change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

import click

from pbc.flows.decision_times import keep_decision_times, show_decision_times, time_decisions
from pbc.reports.decision_times import DecisionMaterial, decisions_csv, decisions_text, decisions_workbook
from pbc.reports.whole_file import write_whole
from pbc.results import Store
from pbc_cli.options import journey, policy_options, require_form, store_option
from pbc_cli.work import policy_for

WRITERS: Mapping[str, Callable[[DecisionMaterial], bytes]] = {".csv": decisions_csv, ".xlsx": decisions_workbook}


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--as-at", "as_at", required=True, type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD",
    help="The day it is told for: what happened later is not counted.",
)  # fmt: skip
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False),
    help="A file to write as well: .csv holds the cases, .xlsx also the shares and the rule values.",
)  # fmt: skip
@click.option(
    "--keep", "is_kept", is_flag=True, help="Keep it in the store too, with its receipt: figures explain themselves."
)
@store_option
@policy_options
def command(
    *, file: Path, as_at: datetime, out: Path | None, is_kept: bool, store: Path, regime: str | None, overlays: tuple[Path, ...]
) -> None:  # fmt: skip
    """Tell how long cases waited for a decision, how many were decided within eight weeks, and when the service changed.

    FILE is a CSV with columns case_code, commissioner_code, happened_on, event, missing_item, earlier_case_code: a row for
    everything that happened to a case (docs/decision-clock.md). `pbc check` says what is wrong with it, row by row.

    \b
    pbc decision-times events.csv --as-at 2009-09-30
    pbc decision-times events.csv --as-at 2009-09-30 --out times.xlsx --keep
    """
    require_form(out, WRITERS, what="Times to a decision are")
    shelf, day = Store(store), as_at.date()
    policy = policy_for(shelf, regime, overlays)
    told = time_decisions(file, as_at=day, policy=policy)
    if is_kept:
        kept = keep_decision_times(shelf, file, as_at=day, policy=policy, journey=journey())
        told = show_decision_times(kept, told)
    click.echo(decisions_text(told), nl=False)
    if is_kept:
        click.echo(f"Kept: {told.kept_as}.")
    if out is not None:
        write_whole(WRITERS[out.suffix.lower()](told), path=out)
        click.echo(f"Written: {out}")
