"""Contract monitoring read in our layout and the national ones: what is accepted, and which row is refused and why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from pbc.engines import Engine, open_engine
from pbc.sources.deliveries import read_charges, read_monitored_totals
from pbc.sources.headings import ColumnMap, HeadingMap
from pbc.tables import CHARGED_ACTIVITY, MONITORED_TOTALS, POOLED

KEY = bytes(range(40))
LOCAL = (
    "commissioner_code,provider_code,charge_kind,charge_number,record_number,nhs_number,activity_date,practice_code,"
    "point_of_delivery,treatment_function_code,item_code,activity_count,charged_pence"
)
NATIONAL = (
    "ORGANISATION IDENTIFIER (CODE OF COMMISSIONER),ORGANISATION IDENTIFIER (CODE OF PROVIDER),NHS NUMBER,"
    "HOSPITAL PROVIDER SPELL IDENTIFIER,OUTPATIENT ATTENDANCE IDENTIFIER,EMERGENCY CARE ATTENDANCE IDENTIFIER,"
    "ACTIVITY DATE (CONTRACT MONITORING),GENERAL MEDICAL PRACTICE CODE (PATIENT REGISTRATION),POINT OF DELIVERY CODE,"
    "ACTIVITY TREATMENT FUNCTION CODE,TARIFF CODE,ACTIVITY COUNT (CONTRACT MONITORING),TOTAL COST"
)
DRUGS = (
    "ORGANISATION IDENTIFIER (CODE OF COMMISSIONER),ORGANISATION IDENTIFIER (CODE OF PROVIDER),NHS NUMBER,"
    "HOSPITAL PROVIDER SPELL IDENTIFIER,OUTPATIENT ATTENDANCE IDENTIFIER,CLINICAL INTERVENTION DATE (DRUG DISPENSED),"
    "GENERAL MEDICAL PRACTICE CODE (PATIENT REGISTRATION),ACTIVITY TREATMENT FUNCTION CODE,"
    "HIGH COST TARIFF EXCLUDED DRUG CODE (SNOMED CT DM+D),TOTAL COST"
)
TOTALS = (
    "ORGANISATION IDENTIFIER (CODE OF COMMISSIONER),ORGANISATION IDENTIFIER (CODE OF PROVIDER),FINANCIAL YEAR,FINANCIAL MONTH,"
    "POINT OF DELIVERY CODE,ACTIVITY TREATMENT FUNCTION CODE,ACTUAL ACTIVITY (CONTRACT MONITORING),ACTUAL COST (CONTRACT MONITORING)"
)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine("duckdb") as opened:
        yield opened


def written(folder: Path, name: str, *rows: str) -> list[Path]:
    path = folder / f"{name}.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return [path]


def test_local_charges_come_with_month_setting_and_pooled_codes(engine: Engine, tmp_path: Path) -> None:
    rows = (
        "ZP1,ZH1,activity,1,S1,9434765919,2009-04-03,Z90001,NEL,300,ZZB01,1,12345",
        "ZP1,ZH1,activity,2,A1,,2009-04-30,,OPFUP,360,ZZW01,,-50",
        "ZP1,ZH1,drug,1,S1,,2009-04-03,Z90001,,300,ZZD,2,999",
    )
    read = read_charges(engine, written(tmp_path, "charged_activity", LOCAL, *rows), key=KEY, delivery="2009-05")
    found = read.rows.frame().sort("charge_kind", "charge_number").to_dicts()
    assert [(row["setting"], row["month"], row["charged_pence"], row["activity_count"]) for row in found] == [
        ("APC", 200904, 12345, 1), ("OP", 200904, -50, 1), (None, 200904, 999, 2),
    ]  # fmt: skip
    assert (found[1]["hrg_code"], found[1]["treatment_function_code"], found[1]["is_restricted"]) == (
        POOLED,
        POOLED,
        True,
    )
    assert found[0]["person_id"] not in (None, 9434765919)
    assert CHARGED_ACTIVITY.check(read.rows.frame()) == []


def test_local_charge_that_does_not_say_of_what_kind_is_refused_by_row(engine: Engine, tmp_path: Path) -> None:
    rows = ("ZP1,ZH1,activity,1,S1,,2009-04-03,,,300,ZZB01,1,1", "ZP1,ZH1,activity,1,S1,,2009-06-03,,EL,300,ZZB01,1,x")
    read = read_charges(engine, written(tmp_path, "charged_activity", LOCAL, *rows), key=KEY, delivery="2009-05")
    told = read.rejected.select("row_number", "column_name", "rule").sort("row_number", "column_name").rows()
    assert told == [
        (2, "point_of_delivery", "no_kind_of_activity"), (3, "activity_date", "date_after_delivery"), (3, "charged_pence", "not_a_number"),
    ]  # fmt: skip


def test_national_charges_may_repeat_and_are_numbered_in_order(engine: Engine, tmp_path: Path) -> None:
    """The same record twice is what is looked for: nothing is refused for it. Credits are negative pounds."""
    row = "ZP1,ZH1,9434765919,S1,,,2025-04-03,Z90001,NELST,300,ZZB01,1,123.45"
    rows = (
        row, row, "ZP1,ZH1,,,A7,,2025-04-05,Z90001,OPFASPCL,300,ZZW01,1,-20",
        "ZP1,ZH1,,,,E3,2025-04-05,Z90001,AANDE,180,ZZV01,1,85.5", "ZP1,ZH1,,,,,2025-04-05,Z90001,AANDE,180,ZZV01,1,85.5",
    )  # fmt: skip
    read = read_charges(
        engine, written(tmp_path, "patient_level_monitoring", NATIONAL, *rows), key=KEY, delivery="2025-05"
    )
    found = read.rows.frame().sort("charge_number").to_dicts()
    assert [(row["record_number"], row["setting"], row["point_of_delivery"], row["charged_pence"]) for row in found] == [
        ("A7", "OP", "OPFA", -2000), ("E3", "AE", "AE", 8550), ("S1", "APC", "NEL", 12345), ("S1", "APC", "NEL", 12345),
    ]  # fmt: skip
    assert len({row["charge_number"] for row in found}) == 4
    assert read.rejected.select("row_number", "rule").rows() == [(6, "no_record_number")]


def test_drugs_are_charges_of_their_own_kind(engine: Engine, tmp_path: Path) -> None:
    rows = ("ZP1,ZH1,9434765919,S1,,2025-04-03,Z90001,300,123456789,1.10",)
    read = read_charges(engine, written(tmp_path, "drugs_monitoring", DRUGS, *rows), key=KEY, delivery="2025-05")
    row = read.rows.frame().row(0, named=True)
    assert (row["charge_kind"], row["setting"], row["point_of_delivery"], row["hrg_code"]) == (
        "drug",
        None,
        None,
        "123456789",
    )
    assert (row["activity_on"], row["charged_pence"], row["activity_count"]) == (date(2025, 4, 3), 110, 1)


def test_totals_are_added_up_by_month_kind_and_specialty(engine: Engine, tmp_path: Path) -> None:
    rows = (
        "ZP1,ZH1,2025-26,1,NEL,300,3,10.50", "ZP1,ZH1,202526,1,NELST,300,2,-1", "ZP1,ZH1,2025-26,12,DRUG,,1,7",
        "ZP1,ZH1,2025-26,13,NEL,300,3,10.50",
    )  # fmt: skip
    read = read_monitored_totals(engine, written(tmp_path, "aggregate_monitoring", TOTALS, *rows), delivery="2026-04")
    frame = read.rows.frame().sort("month")
    assert frame.drop("commissioner_code", "provider_code").rows() == [
        (202504, "activity", "NEL", "300", 5, 950), (202603, "drug", "none", "none", 1, 700),
    ]  # fmt: skip
    assert MONITORED_TOTALS.check(frame) == []
    assert read.rejected.select("row_number", "column_name", "rule").rows() == [(5, "financial_month", "too_large")]


def test_strangers_charges_are_read_through_a_map_of_headings(engine: Engine, tmp_path: Path) -> None:
    """2009: a spreadsheet saved as CSV, with headings, dates and codes of the hospital's own."""
    columns = {
        "commissioner_code": ColumnMap(given="ZP1"), "provider_code": ColumnMap(given="ZH1"), "charge_kind": ColumnMap(given="activity"),
        "charge_number": ColumnMap(heading="Line"), "record_number": ColumnMap(heading="Spell"), "nhs_number": ColumnMap(heading="NHS No"),
        "activity_date": ColumnMap(heading="Discharged", dates="dd/mm/yyyy"), "practice_code": ColumnMap(heading="GP"),
        "point_of_delivery": ColumnMap(heading="Type", codes=(("Emergency", "NEL"),)), "treatment_function_code": ColumnMap(heading="Spec"),
        "item_code": ColumnMap(heading="HRG"), "activity_count": ColumnMap(given="1"), "charged_pence": ColumnMap(heading="Pence"),
    }  # fmt: skip
    way = HeadingMap("charged_activity", columns, "Made-up Hospital", "A. Analyst", date(2009, 4, 1))
    files = written(tmp_path, "their_file", "Line,Spell,NHS No,Discharged,GP,Type,Spec,HRG,Pence",
                    "1,S1,,03/04/2009,Z90001,Emergency,300,ZZB01,12345")  # fmt: skip
    read = read_charges(engine, files, key=KEY, delivery="2009-05", headings=[way])
    row = read.rows.frame().row(0, named=True)
    assert (row["point_of_delivery"], row["activity_on"], row["charged_pence"]) == ("NEL", date(2009, 4, 3), 12345)
