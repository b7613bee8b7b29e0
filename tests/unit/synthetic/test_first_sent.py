"""What was sent at first, and replaced later: a month coded wrongly and a month without its rows."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pbc.periods import Month
from pbc.sources.synthetic import generate
from pbc.sources.synthetic.first_sent import first_sent

KEPT = ["provider_code", "attendance_number", "nhs_number", "attendance_date", "age", "practice_code"]


def read(path: Path) -> pl.DataFrame:
    if path.suffix == ".parquet":
        return pl.read_parquet(path).with_columns(pl.all().cast(pl.String))
    return pl.read_csv(path, infer_schema=False)


@pytest.mark.parametrize("form", ["parquet", "csv.gz"])
def test_two_months_were_sent_otherwise_at_first(form: str, tmp_path: Path) -> None:
    generate(tmp_path, seed=13, people=3_000, practices=12, clusters=3, years=("2009-10",), form=form)
    sent = first_sent(tmp_path)
    assert list(sent) == [Month(2009, 9), Month(2009, 11)]
    wrong, late = (next(iter(files.items())) for files in sent.values())
    assert (wrong[0], late[0]) == ("activity/2009-09/outpatients", "activity/2009-11/outpatients")
    right = read(tmp_path / f"{wrong[0]}.{form}")
    found = read(wrong[1])
    assert found.columns == right.columns
    assert found.select(KEPT).equals(right.select(KEPT))
    changed = found["attendance_type"] != right["attendance_type"]
    assert 0 < changed.sum() < found.height
    assert set(right.filter(changed)["attendance_type"]) == {"follow_up"}
    assert set(found.filter(changed)["attendance_type"]) == {"first"}
    assert set(found.filter(changed)["hrg_code"].str.head(4)) == {"ZZOF"}
    assert set(found.filter(changed)["provider_code"]) == {"ZH1"}
    assert found.filter(~changed).equals(right.filter(~changed))
    assert (read(late[1]).height, read(late[1]).columns) == (0, right.columns)


def test_a_plain_world_was_sent_right_at_once(tmp_path: Path) -> None:
    generate(tmp_path, seed=13, people=600, practices=4, clusters=2, years=("2009-10",))
    assert first_sent(tmp_path) == {}
