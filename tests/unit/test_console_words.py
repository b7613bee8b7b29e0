"""What the console understands although it is typed otherwise, and what its refusals name so that one can go on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from pbc.errors import Fault, MissingFigure
from pbc.results import Receipt, Store
from pbc.sources.catalogue import published_files
from pbc.sources.published.local import read_pots
from pbc.tables import PRACTICES
from pbc_cli.fetch import command as fetch
from pbc_cli.main import pbc_command
from pbc_cli.receive import delivery_months


def refused(*words: str) -> str:
    told = CliRunner().invoke(pbc_command, list(words)).exception
    assert isinstance(told, Fault)
    return str(told)


@pytest.mark.parametrize("year", ["2018", "2019-20", "2018-20"])
def test_fair_shares_of_another_year_names_those_there_are(year: str, tmp_path: Path) -> None:
    told = refused("fair-shares", "--published", str(tmp_path), "--year", year, "--out", "x.csv")
    assert f"found {year}; expected 2018-19 or 2025-26" in told


def test_published_file_is_known_in_capitals_too() -> None:
    unverified = next(file for file in published_files().values() if not file.is_verified)
    told = CliRunner().invoke(fetch, [unverified.name.upper()]).exception
    assert "address not verified" in str(told)


def test_commissioner_of_a_pot_may_be_in_small_letters(tmp_path: Path) -> None:
    path = tmp_path / "pots.csv"
    path.write_text("pot,commissioner_code,weighted_population,pounds\ncore,zi1,Final WP,10\n")
    pots = read_pots(path, measures={"Final WP": "overall_weighted_population"}).rows
    assert pots["commissioner_code"].to_list() == ["ZI1"]


@pytest.mark.parametrize("name", ["9999-99", "2009-04-old", "2009-13"])
def test_stray_folder_of_activity_is_named(name: str, tmp_path: Path) -> None:
    for each in ("2009-04", name):
        (tmp_path / "activity" / each).mkdir(parents=True)
    with pytest.raises(Fault, match=rf"not named for a month\. \(activity/{name}; found {name}; expected like 2009-04"):
        delivery_months(tmp_path)


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("register", "pbc receive FOLDER --key-file FILE first"),
        ("cells/2011-05", "pbc receive FOLDER --key-file FILE --month 2011-05 first"),
        ("budgets/2009-10", "pbc set-budgets --year 2009-10"),
        ("year-end/2009-10", "pbc year-end --year 2009-10 first"),
    ],
)
def test_set_that_is_missing_is_told_with_the_command_that_makes_it(name: str, command: str, tmp_path: Path) -> None:
    with pytest.raises(MissingFigure) as told:
        Store(tmp_path).current(name)
    assert f"found nothing of this kind) Run {command}" in str(told.value)


def test_many_sets_of_a_kind_are_told_by_the_first_and_the_last(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for month in range(1, 10):
        store.publish(f"cells/2009-0{month}", {"practices": PRACTICES.empty()}, Receipt(flow="test", inputs={}))
    with pytest.raises(MissingFigure, match=r"found cells/2009-01 to cells/2009-09, 9 of this kind\)"):
        store.current("cells/2011-05")


def test_console_runs_as_a_module() -> None:
    left = subprocess.run([sys.executable, "-m", "pbc_cli", "--version"], capture_output=True, text=True, check=False)
    assert (left.returncode, left.stderr) == (0, "")
    assert left.stdout.startswith("pbc, version")
