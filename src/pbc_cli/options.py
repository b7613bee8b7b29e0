"""What most commands take: options declared once, with the help a newcomer can follow."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from pbc.errors import RefusedInput
from pbc.flows.journey import Journey
from pbc.periods import FinancialYear, Month
from pbc.policy import regimes
from pbc_cli.terminal import Steps, Stop

PUBLISHED = "published"  # the folder of a store into which published files are fetched
DELIVERIES = "deliveries"  # the folder of a store into which a made-up world is written
Function = TypeVar("Function", bound=Callable[..., Any])


class MonthType(click.ParamType[Any]):
    """A month written 2009-09."""

    name = "YYYY-MM"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Month:
        """This returns the month, its own refusal told as usage."""
        return value if isinstance(value, Month) else Month.parse(value)


class YearType(click.ParamType[Any]):
    """A financial year written 2009-10."""

    name = "YYYY-YY"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> FinancialYear:
        """This returns the financial year, its own refusal told as usage."""
        return value if isinstance(value, FinancialYear) else FinancialYear.parse(value)


def store_option(function: Function) -> Function:
    """This returns the function with --store."""
    return click.option(
        "--store", type=click.Path(path_type=Path, file_okay=False), default=Path("pbc-store"), show_default=True,
        help="Folder that keeps what commands make: results, each with its receipt, and files fetched or made up.",
    )(function)  # fmt: skip


def policy_options(function: Function) -> Function:
    """This returns the function with --regime and --policy."""
    function = click.option(
        "--regime", type=click.Choice(regimes()), default=None,
        help="Whose rules: england-2005 (PCTs) or england-2025 (ICBs). Default: that of the store, else england-2005.",
    )(function)  # fmt: skip
    return click.option(
        "--policy", "overlays", multiple=True, type=click.Path(path_type=Path, exists=True, dir_okay=False),
        help="A YAML file of local agreements, laid over the regime's values (docs/local-agreements.md). May be repeated.",
    )(function)  # fmt: skip


def engine_options(function: Function) -> Function:
    """This returns the function with --engine and --spark-master."""
    function = click.option(
        "--engine", "engine_name", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True,
        help="duckdb runs in this process; spark needs the extra of that name and Java 17.",
    )(function)  # fmt: skip
    return click.option(
        "--spark-master",
        default="local[2]",
        show_default=True,
        metavar="ADDRESS",
        help="With --engine spark: Spark's local mode, or a cluster's address.",
    )(function)


def key_option(function: Function) -> Function:
    """This returns the function with --key-file."""
    return click.option(
        "--key-file", required=True, type=click.Path(path_type=Path, dir_okay=False),
        help="File holding the secret that makes pseudonyms: 32 bytes or more, readable by you alone (mode 0600).",
    )(function)  # fmt: skip


def headings_option(function: Function) -> Function:
    """This returns the function with --headings."""
    return click.option(
        "--headings", "maps", multiple=True, type=click.Path(path_type=Path, exists=True),
        help="A map of a supplier's headings, or a folder of them (pbc match-headings). May be repeated.",
    )(function)  # fmt: skip


def journey() -> Journey:
    """This returns a journey that prints its steps to standard error and stops cleanly on Ctrl-C, told the time now."""
    stop = Stop()
    return Journey(progress=Steps(), cancelled=stop.asked, made_at=now())


def now() -> str:
    """This returns the time in UTC to the second; SOURCE_DATE_EPOCH fixes it for repeatable output."""
    fixed = os.environ.get("SOURCE_DATE_EPOCH")
    moment = datetime.fromtimestamp(int(fixed), UTC) if fixed else datetime.now(UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def today() -> date:
    """This returns the day it is in UTC; SOURCE_DATE_EPOCH fixes it for repeatable output."""
    return date.fromisoformat(now()[:10])


def published_folder(store: Path | None = None) -> Path | None:
    """This returns the folder of published files: PBC_PUBLISHED_DATA, else STORE/published, else ../shared/data, or None."""
    named = os.environ.get("PBC_PUBLISHED_DATA")
    places = [Path(named)] if named else [*([store / PUBLISHED] if store else []), Path("../shared/data")]
    return next((place for place in places if place.is_dir()), None)


def require_form(out: Path | None, forms: Collection[str], *, what: str) -> None:
    """This refuses a file to write whose ending is none of the forms, before anything is worked out."""
    if out is not None and out.suffix.lower() not in forms:
        raise RefusedInput(
            f"{what} not written in a file of this kind.", where=f"--out {out}", found=out.suffix or "no ending",
            expected=" or ".join(forms), remedy="Give the file one of these endings.",
        )  # fmt: skip
