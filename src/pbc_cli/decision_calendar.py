"""`pbc decision-calendar`: on which days a case cannot be decided at a meeting within eight weeks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path

import click

from pbc.flows.decision_calendar import set_calendar
from pbc.reports.decision_calendar import CalendarMaterial, calendar_csv, calendar_text, calendar_workbook
from pbc.reports.whole_file import write_whole
from pbc.results import Store
from pbc_cli.options import policy_options, require_form, store_option
from pbc_cli.work import policy_for

WRITERS: Mapping[str, Callable[[CalendarMaterial], bytes]] = {".csv": calendar_csv, ".xlsx": calendar_workbook}
YEAR_DAYS = 365


@click.command()
@click.argument("meetings", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--from", "first", required=True, type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD",
    help="First day of submission to tell.",
)  # fmt: skip
@click.option(
    "--to",
    "last",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="Last day of submission. Default: 365 days in all.",
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="A file to write as well: .csv or .xlsx.")
@store_option
@policy_options
def command(
    *, meetings: Path, first: datetime, last: datetime | None, out: Path | None, store: Path, regime: str | None,
    overlays: tuple[Path, ...],
) -> None:  # fmt: skip
    """Say for every day of submission which meeting is the last within eight weeks, and warn where there is none.

    MEETINGS is a CSV with columns commissioner_code, meets_on, papers_due_on: the meetings that decide business cases, with the
    last day on which papers are taken. List those of the eight weeks after the last day too, or its days cannot be told.

    \b
    pbc decision-calendar meetings.csv --from 2009-04-01
    pbc decision-calendar meetings.csv --from 2009-04-01 --to 2010-03-31 --out calendar.csv
    """
    require_form(out, WRITERS, what="A calendar is")
    policy = policy_for(Store(store), regime, overlays)
    starts_on = first.date()
    a_year_on = min(starts_on.toordinal() + YEAR_DAYS - 1, date.max.toordinal())
    ends_on = last.date() if last else date.fromordinal(a_year_on)
    told = set_calendar(meetings, starts_on=starts_on, ends_on=ends_on, policy=policy)
    click.echo(calendar_text(told), nl=False)
    if out is not None:
        write_whole(WRITERS[out.suffix.lower()](told), path=out)
        click.echo(f"Written: {out}")
