"""A bad row is refused alone, by row, column, rule and value, with what was expected and the remedy; the others stand."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.unit.deliveries.conftest import KEY, NUMBERS, Row, as_csv, good_rows

from pbc.engines.duckdb_engine import DuckDBEngine
from pbc.sources import deliveries
from pbc.sources.deliveries import Read, read_prescribing, read_table_file
from pbc.sources.deliveries.hospital_samples import read_hes_outpatients
from pbc.sources.mistakes import row_mistakes
from pbc.tables import REJECTED_ROWS, TARIFF_PRICES

# rule, kind of delivery, column spoilt, value put there, column named, value shown
BAD_ROWS: list[tuple[str, str, str, str, str | None]] = [
    ("missing_value", "admitted_care", "hrg_code", " ", None),
    ("currency_sign", "admitted_care", "unpaid_days", "£4", "£4"),
    ("currency_sign", "pdpi", "NIC", "£12.34", "£12.34"),
    ("thousands_separator", "pdpi", "NIC", '"1,234.50"', "1,234.50"),
    ("thousands_separator", "admitted_care", "unpaid_days", '"1,000"', "1,000"),
    ("negative_number", "admitted_care", "unpaid_days", "-1", "-1"),
    ("negative_number", "pdpi", "ACT COST", "-3.20", "-3.20"),
    ("not_a_number", "admitted_care", "episode_number", "first", "first"),
    ("not_a_number", "admitted_care", "age_on_admission", "64.5", "64.5"),
    ("not_a_number", "pdpi", "QUANTITY", "1e3", "1e3"),
    ("too_large", "pdpi", "QUANTITY", "1e400", "1e400"),
    ("too_large", "pdpi", "NIC", "99000000.00", "99000000.00"),
    ("too_large", "admitted_care", "age_on_admission", "131", "131"),
    ("not_a_date", "admitted_care", "discharge_date", "2009-09-31", "2009-09-31"),
    ("not_a_date", "admitted_care", "admission_date", "01/09/2009", "01/09/2009"),
    ("not_a_date", "admitted_care", "admission_date", "2009-9-1", "2009-9-1"),
    ("date_out_of_range", "admitted_care", "admission_date", "1801-01-01", "1801-01-01"),
    ("date_after_delivery", "admitted_care", "discharge_date", "2009-10-01", "2009-10-01"),
    ("date_after_delivery", "pdpi", "PERIOD", "200910", "200910"),
    ("not_a_month", "pdpi", "PERIOD", "200913", "200913"),
    ("not_a_code", "admitted_care", "hrg_code", "=1+1", "'=1+1"),
    ("not_a_code", "admitted_care", "practice_code", "x" * 90, "x" * 60 + "... (90 characters)"),
    ("unknown_code", "admitted_care", "admission_method", "77", "77"),
    ("unknown_code", "registrations", "sex", "male", "male"),
    ("discharge_before_admission", "admitted_care", "discharge_date", "2009-08-31", "2009-08-31"),
    ("episode_outside_stay", "admitted_care", "episode_start_date", "2009-08-31", "2009-08-31"),
    ("ends_before_start", "registrations", "ends_before", "2001-05-01", "2001-05-01"),
    ("nhs_number_missing", "registrations", "nhs_number", "", None),
    ("nhs_number_invalid", "registrations", "nhs_number", "9990000019", None),
    ("not_attended", "hes_outpatients", "ATTENDED", "3", "3"),
]  # fmt: skip
OTHERS = {"duplicate_key", "conflicting_key", "two_registrations_at_once", "left_out", "not_a_flag"}  # tested below
OTHERS |= {"no_kind_of_activity", "no_record_number"}  # and in test_monitoring_readers


def read(kind: str, engine: DuckDBEngine, path: Path) -> Read:
    """The file read by the reader of its kind, as September 2009's delivery."""
    if kind == "pdpi":
        return read_prescribing(engine, [path], delivery="2009-09")
    if kind == "hes_outpatients":
        return read_hes_outpatients(engine, [path], key=KEY, delivery="2009-09")
    reader: Any = getattr(deliveries, f"read_{kind}")
    held: Read = reader(engine, [path], key=KEY, delivery="2009-09")
    return held


@pytest.mark.parametrize("form", ["csv", "parquet"])
@pytest.mark.parametrize(("rule", "kind", "column", "value", "shown"), BAD_ROWS)
def test_bad_row_is_refused_alone_and_by_name(
    rule: str, kind: str, column: str, value: str, shown: str | None, form: str, engine: DuckDBEngine,
    deliver: Callable[..., Path],
) -> None:  # fmt: skip
    rows = good_rows(kind)
    rows[1][column] = value
    if form == "csv":
        path = deliver(rows)
    else:
        held = io.BytesIO()
        pl.DataFrame([{name: cell.strip('"') for name, cell in row.items()} for row in rows]).write_parquet(held)
        path = deliver(held.getvalue(), "delivered.parquet")
    found = read(kind, engine, path)
    told = found.rejected.filter(pl.col("rule") == rule).row(0, named=True)
    assert told["row_number"] == 3
    assert told["delivery"] == f"2009-09/{path.name}"
    assert told["value_found"] == shown
    assert told["remedy"] == row_mistakes()[rule].remedy
    assert told["value_expected"]
    assert found.counts["delivered"] == 3
    assert (found.counts["accepted"], found.counts["refused"]) == (2, 1)
    assert found.rows.frame().height == 2
    assert found.rejected.schema == REJECTED_ROWS.empty().schema


def test_every_rule_has_a_test() -> None:
    assert {rule for rule, *_ in BAD_ROWS} | OTHERS == set(row_mistakes())


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_first_of_repeated_rows_stands_and_the_others_are_named(
    form: str, engine: DuckDBEngine, deliver: Callable[..., Path]
) -> None:
    first, second, third = good_rows("admitted_care")
    rows = [first, second, dict(first), {**second, "hrg_code": "ZZA02"}, third, dict(first)]
    frame = pl.DataFrame(rows)
    frame.write_parquet(path := deliver(b"", "a.parquet")) if form == "parquet" else None
    found = read("admitted_care", engine, path if form == "parquet" else deliver(rows))
    assert [(row["row_number"], row["rule"], row["value_found"]) for row in found.rejected.to_dicts()] == [
        (4, "duplicate_key", "ZH1 X1 1"),
        (5, "conflicting_key", "ZH1 X2 1"),
        (7, "duplicate_key", "ZH1 X1 1"),
    ]
    assert sorted(found.rows.frame().select("spell_number", "hrg_code").rows()) == [
        ("X1", "ZZA01"), ("X2", "ZZA01"), ("X3", "ZZA01"),
    ]  # fmt: skip


def test_repeats_are_found_between_files_of_one_delivery(engine: DuckDBEngine, deliver: Callable[..., Path]) -> None:
    rows = good_rows("referrals")
    files = [deliver(rows[:2], "a.csv"), deliver(rows[1:], "b.csv")]
    found = deliveries.read_referrals(engine, files, key=KEY, delivery="2009-09")
    assert found.rejected.select("delivery", "row_number", "rule").rows() == [("2009-09/b.csv", 2, "duplicate_key")]
    assert found.counts["accepted"] == 3


def test_bad_row_does_not_stand_in_for_a_good_one_of_its_key(
    engine: DuckDBEngine, deliver: Callable[..., Path]
) -> None:
    good = good_rows("admitted_care")[0]
    found = read("admitted_care", engine, deliver([{**good, "discharge_date": "never"}, good]))
    assert found.rejected["rule"].to_list() == ["not_a_date"]
    assert found.counts["accepted"] == 1


def test_one_row_with_several_faults_is_told_each_and_counted_once(
    engine: DuckDBEngine, deliver: Callable[..., Path]
) -> None:
    rows = good_rows("admitted_care")
    rows[0] |= {"sex": "F", "unpaid_days": "two", "discharge_date": "2009-02-30"}
    found = read("admitted_care", engine, deliver(rows))
    assert sorted(found.rejected["column_name"]) == ["discharge_date", "sex", "unpaid_days"]
    assert found.counts["refused"] == 1


def test_second_of_two_registrations_at_once_is_refused_and_no_more(
    engine: DuckDBEngine, deliver: Callable[..., Path]
) -> None:
    person = good_rows("registrations")[0]
    periods = [
        ("2000-01-01", "2005-01-01"),
        ("2004-01-01", "2006-01-01"),
        ("2005-06-01", ""),
        ("1990-01-01", "2000-01-01"),
    ]
    rows: list[Row] = [{**person, "starts_on": start, "ends_before": end} for start, end in periods]
    found = read("registrations", engine, deliver(rows))
    assert found.rejected.select("row_number", "rule", "value_found").rows() == [
        (3, "two_registrations_at_once", "2004-01-01")
    ]
    assert found.rows.frame()["starts_on"].dt.year().sort().to_list() == [1990, 2000, 2005]


def test_left_out_practice_is_named_row_by_row(engine: DuckDBEngine, deliver: Callable[..., Path]) -> None:
    found = read_prescribing(engine, [deliver(good_rows("pdpi"))], delivery="2009-09", leave_out=["Z90002"])
    assert found.rejected["rule"].to_list() == ["left_out"]
    assert sorted(found.rows.frame()["practice_code"]) == ["Z90001", "Z90003"]


def test_small_table_tells_bad_cells_and_keeps_good_rows(deliver: Callable[..., Path]) -> None:
    prices = [
        {
            "financial_year": "2009-10", "hrg_code": f"ZZA0{at}", "point_of_delivery": "EL", "grouper_version": "made up",
            "price_pence": "120000", "trim_point_days": "9", "excess_day_price_pence": "20000",
            "is_short_stay_reducible": "false", "short_stay_percent": "100", "top_up_percent": "0", "source": "made up",
        }
        for at in range(1, 5)
    ]  # fmt: skip
    prices[1] |= {"price_pence": '"1,200"'}
    prices[2] |= {"is_short_stay_reducible": "perhaps"}
    found = read_table_file(deliver(as_csv(prices)), TARIFF_PRICES, delivery="2009-10")
    assert found.rejected.select("row_number", "column_name", "rule", "value_found").rows() == [
        (3, "price_pence", "thousands_separator", "1,200"),
        (4, "is_short_stay_reducible", "not_a_flag", "perhaps"),
    ]
    assert found.frame["hrg_code"].to_list() == ["ZZA01", "ZZA04"]
    assert found.counts == {"delivered": 4, "accepted": 2, "refused": 2}
    assert NUMBERS  # the numbers of other tests stand nowhere here
