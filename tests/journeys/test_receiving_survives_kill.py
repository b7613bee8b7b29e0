"""A process that receives a delivery is killed at any point: what was published stands whole, and a rerun finishes."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest
from tests.journeys.killed_journey import KilledJourney

from pbc.sources.synthetic import generate

SETS = ("register", "tariff/2009-10", "activity/2009-05", "cells/2009-05", "prescribing/2009-05")
RECEIVING = KilledJourney("receiving", SETS, steps=10)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("made-up") / "deliveries"
    generate(made, seed=3, people=1000, practices=3, clusters=1, hospitals=3, years=("2009-10",))
    return made


def changed(folder: Path, to: Path) -> Path:
    """The same extract with one practice emptied into another: every set but the tariff must change."""
    shutil.copytree(folder, to)
    for path in [to / "register" / "registrations.parquet", to / "activity" / "2009-05" / "outpatients.parquet"]:
        pl.read_parquet(path).with_columns(pl.col("practice_code").replace("Z90001", "Z90002")).write_parquet(path)
    return to


def test_killed_anywhere_the_last_set_stands_and_a_rerun_completes(folder: Path, tmp_path: Path) -> None:
    """At every step of receiving a changed extract over an older one, with a little luck in the moment."""
    other = changed(folder, tmp_path / "changed")
    whole = tmp_path / "whole"
    before = RECEIVING.run_whole(whole, folder)
    after = RECEIVING.run_whole(whole, other)
    assert {name for name in SETS if before[name] == after[name]} == {"tariff/2009-10", "prescribing/2009-05"}
    RECEIVING.require_whole_sets_wherever_killed(
        whole, other, before=before, after=after, steps=range(1, RECEIVING.steps + 1), seconds=[0, 0.02, 0.1, 0.3],
        seed=5,
    )  # fmt: skip
