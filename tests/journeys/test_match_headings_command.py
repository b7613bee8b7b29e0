"""`pbc match-headings`, then the map used by `pbc check` and `pbc receive`, as a person types them."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from pbc.results import Store
from pbc.sources.synthetic import generate
from pbc_cli.main import pbc_command

CODES = {"first": "New", "follow_up": "FU", "procedure": "Proc"}


def run(*words: str | Path) -> tuple[int, str]:
    done = CliRunner().invoke(pbc_command, list(map(str, words)))
    return done.exit_code, done.output + (str(done.exception) if done.exit_code == 1 else "")


@pytest.fixture(scope="module")
def arrived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up place in which one hospital sends outpatients under headings of its own."""
    folder = tmp_path_factory.mktemp("headings")
    generate(folder / "ours", seed=5, people=600, practices=4, clusters=2, years=("2009-10",))
    generate(folder / "theirs", seed=5, people=600, practices=4, clusters=2, years=("2009-10",))
    path = folder / "theirs" / "activity" / "2009-04" / "outpatients.parquet"
    frame = pl.read_parquet(path)
    frame.select(
        pl.col("attendance_type").cast(pl.String).replace(CODES).alias("New or Follow Up"),
        pl.col("attendance_date").dt.strftime("%d/%m/%Y").alias("Date Seen"),
        pl.all().exclude("attendance_type", "attendance_date"),
    ).rename({"nhs_number": "NHS No", "practice_code": "Surgery"}).write_parquet(path)
    (folder / "key").touch(mode=0o600)
    (folder / "key").write_text("0123456789abcdef" * 4)
    return folder


def test_matched_once_and_received_ever_after(arrived: Path, tmp_path: Path) -> None:
    path = arrived / "theirs" / "activity" / "2009-04" / "outpatients.parquet"
    status, told = run("match-headings", path, "--layout", "outpatients")
    assert (status, "Still needed: practice_code." in told) == (1, True)
    more = ["--set", "practice_code=Surgery", "--from", "2009-04-01", "--save", tmp_path / "maps" / "a.yaml"]
    status, told = run("match-headings", path, "--layout", "outpatients", *more)
    assert (status, "Say whose headings they are" in told) == (2, True)
    status, told = run("match-headings", path, "--layout", "outpatients", *more, "--supplier", "St Elsewhere")
    assert status == 0, told
    assert "attendance_date: Date Seen (a name suppliers use), days as dd/mm/yyyy" in told
    assert "New is first" in told
    assert "nhs_number (not shown)" in told
    assert run("check", path)[0] == 1
    maps = ["--headings", tmp_path / "maps"]
    assert run("check", path, "--month", "2009-04", *maps, "--store", tmp_path / "none")[0] == 0
    for name in ("ours", "theirs"):
        words = ["receive", arrived / name, "--key-file", arrived / "key", "--store", tmp_path / name]
        assert run(*words, *(maps if name == "theirs" else []))[0] == 0
    frames = [Store(tmp_path / name).current("cells/2009-04").frame("activity_cells") for name in ("ours", "theirs")]
    assert frames[0].sort(frames[0].columns).equals(frames[1].sort(frames[1].columns))
    assert "headings of outpatients.parquet" in Store(tmp_path / "theirs").current("activity/2009-04").receipt.inputs


def test_words_that_pair_nothing_are_a_mistake_of_typing(arrived: Path) -> None:
    path = arrived / "theirs" / "activity" / "2009-04" / "outpatients.parquet"
    status, told = run("match-headings", path, "--layout", "outpatients", "--set", "practice_code")
    assert (status, "--set takes COLUMN=WORDS" in told) == (2, True)
