"""Checking an uploaded file, and taking in accepted ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from django.conf import settings

from pbc.engines import Engine
from pbc.errors import RefusedInput
from pbc.flows.check_file import Checked, check_file
from pbc.flows.extract import Extract, accepted_files
from pbc.flows.journey import Journey
from pbc.flows.match_headings import read_heading_map
from pbc.flows.receive_delivery import receive_delivery
from pbc.flows.receive_register import receive_register
from pbc.flows.receive_tables import receive_need, receive_tariff
from pbc.flows.usual_size import usual_size
from pbc.periods import FinancialYear, Month
from pbc.reports.safe_csv import write_safe_csv
from pbc.results import PublishedSet
from pbc_web.accounts.roles import Duty
from pbc_web.runs.delivery_readings import in_words, parsed
from pbc_web.runs.journeys.kind import Kind, Outcome, Site

MOST_SHOWN = 200  # faults on the page; every one stands in the file beside it
HELD = "month_already_delivered"


def check_delivery(site: Site, parameters: Mapping[str, Any], journey: Journey) -> Outcome:
    """Check one file row by row; every fault is written beside it, the first of them told.

    Whatever the file is made of, a file that cannot be read ends the check with what is wrong, not the run.
    """
    path, period = upload_at(parameters["file"]), parsed(parameters["kind"], parameters["period"])
    maps = [read_heading_map(text) for text in parameters["maps"]]
    try:
        with site.engine() as engine:
            checked = check_file(
                path, engine=engine, month=period if isinstance(period, Month) else None, store=site.store,
                policy=site.policy, journey=journey, takes_nhs_numbers=False, headings=maps,
            )  # fmt: skip
    except RefusedInput as refused:
        return Outcome(told={"refused": refused_as(refused)})
    if checked.layout not in parameters["layouts"]:
        return Outcome(told={"refused": _other_layout(checked.title, parameters["title"])})
    faults = checked.rejected.filter(pl.col("rule") != HELD)  # told above the faults: it is no fault of a row
    write_safe_csv(faults, path.parent / "faults.csv")
    shown = faults.head(MOST_SHOWN).to_dicts()
    told = {
        "layout": checked.layout, "title": in_words(checked.title), "counts": _counts(checked, faults), "notes": list(checked.notes),
        "undone": list(checked.undone), "faults_count": faults.height, "headings": dict(checked.headings),
        "faults": [{name: "" if value is None else str(value) for name, value in row.items()} for row in shown],
        "size": _size(site, checked, period), "sums": dict(checked.sums),
    }  # fmt: skip
    return Outcome(told=told)


def refused_as(refused: RefusedInput) -> dict[str, str]:
    """This returns a refusal as a check tells it."""
    return {name: getattr(refused, name) for name in ("what", "where", "found", "expected", "remedy")}


def _counts(checked: Checked, faults: pl.DataFrame) -> dict[str, int]:
    """The counts of the check, without the row at which it told that the month is held, where nothing else doubts it."""
    alone = checked.rejected["row_number"].n_unique() - faults["row_number"].n_unique()
    return {name: count - (alone if name == "doubted" else 0) for name, count in checked.counts.items()}


def _size(site: Site, checked: Checked, period: Any) -> dict[str, Any]:
    """How the rows that can be used compare with what is held of the month and of others, where that can be told."""
    if not isinstance(period, Month):
        return {}
    size = usual_size(site.store, checked.layout, month=period)
    return {**asdict(size), "is_unusual": size.is_unusual(checked.counts["accepted"])}


def _other_layout(found: str, expected: str) -> dict[str, str]:
    return {
        "what": "This is another kind of file than the feed brings.", "where": "", "found": found, "expected": expected,
        "remedy": "Choose the feed it belongs to, or match its headings.",
    }  # fmt: skip


def receive_accepted(site: Site, parameters: Mapping[str, Any], journey: Journey) -> Outcome:
    """Take in the accepted files of a period: the register, a year's prices or need, or a month. Needs no key.

    `parameters`: kind (register, tariff, need, activity), period, files by place, maps, commissioners, is_made_up, and
    `feeds`: name and last day of each feed. A feed whose right has ended by the day of the run refuses it.
    """
    require_rights(parameters["feeds"], journey)
    period = parsed(parameters["kind"], parameters["period"])
    deliveries = accepted_files(
        {place: upload_at(kept_at) for place, kept_at in parameters["files"].items()}, regime=site.policy.regime,
        commissioners=parameters["commissioners"], years=_years(site, period), is_made_up=parameters["is_made_up"],
    )  # fmt: skip
    with site.engine() as engine:
        published = RECEIVERS[parameters["kind"]](site, deliveries, period, engine, journey, parameters)
    return Outcome(
        published.name, published.set_id, {"rows": {name: published.rows(name) for name in published.tables}}
    )


def require_rights(feeds: Sequence[Mapping[str, str]], journey: Journey) -> None:
    """This refuses a run on whose day the right of a feed has ended; `feeds`: the name and last day of each."""
    today = date.fromisoformat(journey.made_at[:10])
    ended = [each for each in feeds if date.fromisoformat(each["last_day"]) < today]
    if ended:
        raise RefusedInput(
            "The right to use what a feed brings has ended, so it is not taken in.", where=ended[0]["name"],
            found=f"ended after {ended[0]['last_day']}", remedy="Renew its entry in the register of feeds, with the legal basis.",
        )  # fmt: skip


def _years(site: Site, period: Month | FinancialYear | None) -> list[FinancialYear]:
    """The years lists are counted for: those of what is held, and of what now comes."""
    months = {Month.parse(name.partition("/")[2]).financial_year for name in site.store.names("activity")}
    own = {period.financial_year} if isinstance(period, Month) else {period} if period else set()
    return sorted(months | own | {year.plus(1) for year in months})


def upload_at(kept_at: str) -> Path:
    """This returns where uploaded bytes stand now: a store restored elsewhere finds them there."""
    return Path(settings.PBC_UPLOADS) / kept_at


def _maps(parameters: Mapping[str, Any]) -> list[Any]:
    return [read_heading_map(text) for text in parameters["maps"]]


def _receive_register(
    site: Site, deliveries: Extract, period: Any, engine: Engine, journey: Journey, parameters: Any
) -> PublishedSet:
    return receive_register(
        site.store, deliveries, key=None, engine=engine, journey=journey, headings=_maps(parameters)
    )


def _receive_tariff(
    site: Site, deliveries: Extract, period: Any, engine: Engine, journey: Journey, parameters: Any
) -> PublishedSet:
    return receive_tariff(site.store, deliveries, year=period, journey=journey, headings=_maps(parameters))


def _receive_need(
    site: Site, deliveries: Extract, period: Any, engine: Engine, journey: Journey, parameters: Any
) -> PublishedSet:
    return receive_need(site.store, deliveries, year=period, journey=journey, headings=_maps(parameters))


def _receive_month(
    site: Site, deliveries: Extract, period: Any, engine: Engine, journey: Journey, parameters: Any
) -> PublishedSet:
    receive_delivery(
        site.store, deliveries, month=period, key=None, policy=site.policy, engine=engine, journey=journey,
        headings=_maps(parameters),
    )  # fmt: skip
    return site.store.current(f"activity/{period}")


RECEIVERS: Mapping[str, Callable[..., PublishedSet]] = {
    "register": _receive_register, "tariff": _receive_tariff, "need": _receive_need, "activity": _receive_month,
}  # fmt: skip

CHECK_DELIVERY: Kind = Kind("Check a file of {title}", check_delivery, frozenset({Duty.DELIVER}))
RECEIVE_ACCEPTED: Kind = Kind("Take in {what}", receive_accepted, frozenset({Duty.DELIVER}))
