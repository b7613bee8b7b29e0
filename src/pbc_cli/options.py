"""What most commands take, and how they show progress: options declared once, with the help a newcomer can follow."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any, TypeVar

import click

from pbc.flows.journey import Journey
from pbc.periods import FinancialYear, Month
from pbc.policy import regimes

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
        help="Folder in which results are published.",
    )(function)  # fmt: skip


def policy_options(function: Function) -> Function:
    """This returns the function with --regime and --policy."""
    function = click.option(
        "--regime", type=click.Choice(regimes()), default=None,
        help="Whose rules: england-2005 (PCTs) or england-2025 (ICBs). Default: that of the store, else england-2005.",
    )(function)  # fmt: skip
    return click.option(
        "--policy", "overlays", multiple=True, type=click.Path(path_type=Path, exists=True, dir_okay=False),
        help="A YAML file of local agreements, laid over the regime's values. May be repeated.",
    )(function)  # fmt: skip


def engine_options(function: Function) -> Function:
    """This returns the function with --engine and --spark-master."""
    function = click.option(
        "--engine", "engine_name", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True,
        help="duckdb runs in this process; spark needs the extra of that name and Java 17.",
    )(function)  # fmt: skip
    return click.option(
        "--spark-master", default="local[2]", show_default=True, help="Spark's local mode or a cluster's address."
    )(function)


def key_option(function: Function) -> Function:
    """This returns the function with --key-file."""
    return click.option(
        "--key-file", required=True, type=click.Path(path_type=Path, dir_okay=False),
        help="File holding the secret that makes pseudonyms: 32 bytes or more, readable by you alone (mode 0600).",
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


def published_folder() -> Path | None:
    """This returns the folder of published files, PBC_PUBLISHED_DATA or ../shared/data, or None where there is none."""
    folder = Path(os.environ.get("PBC_PUBLISHED_DATA", "../shared/data"))
    return folder if folder.is_dir() else None


class Stop:
    """Remembers that Ctrl-C was pressed; a second press ends at once."""

    def __init__(self) -> None:
        self._asked = False
        signal.signal(signal.SIGINT, self._ask)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        if self._asked:
            raise KeyboardInterrupt
        self._asked = True
        click.echo("Stopping after this step; press again to stop at once.", err=True)

    def asked(self) -> bool:
        """This returns whether to stop."""
        return self._asked


class Steps:
    """Tells each step: one line rewritten on a terminal, one line per step elsewhere."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._live = sys.stderr.isatty()

    def __call__(self, message: str, done: float) -> None:
        seconds = time.monotonic() - self._began
        line = f"{done:>5.0%} {seconds:6.1f}s  {message}"
        click.echo(f"\r\033[K{line}" if self._live and done < 1 else line, nl=not self._live or done >= 1, err=True)
