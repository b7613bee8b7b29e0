"""The published prescribing samples read to the totals a plain reading of the text gives. Source: NHSBSA, OGL v3."""

from __future__ import annotations

import csv
import gzip
from decimal import Decimal
from pathlib import Path

import pytest

from pbc.engines.duckdb_engine import DuckDBEngine
from pbc.sources.deliveries import Read, read_prescribing
from pbc.tables import PRESCRIPTIONS


def plainly(path: Path, practice: str, *columns: str, without: str = "") -> tuple[int, list[Decimal]]:
    """Count and exact sums of columns, read with nothing but the csv module."""
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as text:
        rows = [row for row in csv.DictReader(text) if row[practice] != without]
    return len(rows), [sum((Decimal(row[column]) for row in rows), Decimal(0)) for column in columns]


def assert_same_sums(read: Read, expected: list[Decimal]) -> None:
    frame = read.rows.frame()
    assert PRESCRIPTIONS.check(frame) == []
    items, cost, actual, quantity = expected
    assert frame["items"].sum() == items
    assert frame["net_ingredient_cost_pence"].sum() == cost * 100
    assert frame["actual_cost_hundred_thousandths"].sum() == actual * 100_000
    assert frame["quantity_count"].sum() == pytest.approx(float(quantity), rel=1e-12)


@pytest.mark.published
def test_pdpi_sample_keeps_every_penny_of_its_six_complete_practices(published_data: Path) -> None:
    path = published_data / "prescribing" / "pdpi_2018_12.csv.gz"
    with DuckDBEngine() as engine:
        read = read_prescribing(engine, [path], delivery="2018-12", leave_out=["N81029"])
        count, sums = plainly(path, "PRACTICE", "ITEMS", "NIC", "ACT COST", "QUANTITY", without="N81029")
        assert read.counts == read.counts | {"delivered": 9999, "accepted": count, "refused": 9999 - count}
        assert set(read.rejected["rule"]) == {"left_out"}
        assert read.rows.frame()["practice_code"].n_unique() == 6
        assert_same_sums(read, sums)


@pytest.mark.published
def test_epd_sample_keeps_every_penny_and_its_own_layout(published_data: Path) -> None:
    path = published_data / "prescribing" / "epd_2017_09.csv.gz"
    with DuckDBEngine() as engine:
        read = read_prescribing(engine, [path], delivery="2017-09")
        _, sums = plainly(path, "PRACTICE_CODE", "ITEMS", "NIC", "ACTUAL_COST", "TOTAL_QUANTITY")
        assert read.rejected.is_empty()
        assert_same_sums(read, sums)
