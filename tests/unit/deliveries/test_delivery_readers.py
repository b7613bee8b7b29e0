"""What readers do with good deliveries: every form reads alike, people stay hidden, restricted records lose their codes."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from tests.unit.deliveries.conftest import KEY, NUMBERS, as_csv, good_rows

from pbc.engines.duckdb_engine import DuckDBEngine
from pbc.reference.restricted_codes import restricted_kinds
from pbc.sources.deliveries import (
    read_accident_and_emergency,
    read_admitted_care,
    read_outpatients,
    read_prescribing,
    read_referrals,
)
from pbc.sources.deliveries.hospital_samples import UNGROUPED, read_hes_outpatients
from pbc.sources.deliveries.reading import last_day_of
from pbc.sources.pseudonym import pseudonym_of
from pbc.tables import ATTENDANCES, EPISODES, PRESCRIPTIONS, REFERRALS


def typed_parquet(rows: list[dict[str, str]]) -> bytes:
    """The rows as Parquet with dates as dates and numbers as numbers, as another system would write them."""
    frame = pl.DataFrame(rows).with_columns(pl.all().replace("", None))
    frame = frame.with_columns(pl.col(n).str.to_date() for n in frame.columns if n.endswith("_date"))
    counts = [n for n in frame.columns if n in ("episode_number", "age_on_admission", "unpaid_days")]
    frame = frame.with_columns(pl.col(n).cast(pl.Int32) for n in counts)
    held = io.BytesIO()
    frame.with_columns(pl.col("nhs_number").cast(pl.Int64)).write_parquet(held)
    return held.getvalue()


@pytest.mark.parametrize("form", ["csv", "crlf", "bom", "csv.gz", "parquet"])
def test_admitted_care_reads_alike_in_every_form(form: str, engine: DuckDBEngine, deliver: Callable[..., Path]) -> None:
    rows = good_rows("admitted_care")
    plain = as_csv(rows)
    content = {
        "csv": plain, "crlf": plain.replace(b"\n", b"\r\n"), "bom": b"\xef\xbb\xbf" + plain,
        "csv.gz": gzip.compress(plain), "parquet": typed_parquet(rows),
    }[form]  # fmt: skip
    read = read_admitted_care(engine, [deliver(content, f"a.{form}")], key=KEY, delivery="2009-09")
    frame = read.rows.frame().sort("spell_number")
    assert EPISODES.check(frame) == []
    assert frame.schema == EPISODES.empty().schema
    assert frame.row(0, named=True) == {
        "provider_code": "ZH1", "spell_number": "X1", "episode_number": 1,
        "person_id": pseudonym_of(NUMBERS[0], key=KEY), "admission_on": date(2009, 9, 1), "discharge_on": date(2009, 9, 4),
        "episode_start_on": date(2009, 9, 1), "episode_end_on": date(2009, 9, 4), "admission_method": "21",
        "patient_classification": "1", "hrg_code": "ZZA01", "treatment_function_code": "300",
        "primary_diagnosis_code": "J189", "primary_procedure_code": None, "age_years": 64, "sex": "2",
        "recorded_practice_code": "Z90001", "unpaid_days": 0, "is_restricted": False,
    }  # fmt: skip
    assert (frame.height, read.rejected.height) == (3, 0)
    assert len(read.fingerprints[f"a.{form}"]) == 64


def test_attendances_and_referrals_become_their_tables(engine: DuckDBEngine, deliver: Callable[..., Path]) -> None:
    rows = good_rows("outpatients")
    for row, kind in zip(rows, ("first", "follow_up", "procedure"), strict=True):
        row["attendance_type"] = kind
    seen = read_outpatients(engine, [deliver(rows, "o.csv")], key=KEY, delivery="2009-09").rows.frame()
    arrived = read_accident_and_emergency(
        engine, [deliver(good_rows("accident_and_emergency"), "e.csv")], key=KEY, delivery="2009-09"
    ).rows.frame()
    referred = read_referrals(engine, [deliver(good_rows("referrals"), "r.csv")], key=KEY, delivery="2009-09")
    assert ATTENDANCES.check(pl.concat([seen, arrived])) == []
    assert sorted(seen["point_of_delivery"]) == ["OPFA", "OPFUP", "OPPROC"]
    assert set(seen["referral_source"]) == {"A&E"}
    assert arrived.select("setting", "treatment_function_code", "recorded_practice_code").row(0) == ("AE", "180", None)
    assert REFERRALS.check(referred.rows.frame()) == []


def test_referral_to_a_restricted_specialty_names_nobody(engine: DuckDBEngine, deliver: Callable[..., Path]) -> None:
    """Specialty 360 is genitourinary medicine: person, day and specialty go, the practice that refers stays counted."""
    rows = good_rows("referrals")
    rows[0] |= {"treatment_function_code": "360", "referral_date": "2009-09-17"}
    read = read_referrals(engine, [deliver(rows, "r.csv")], key=KEY, delivery="2009-09")
    frame = read.rows.frame()
    assert REFERRALS.check(frame) == []
    assert read.counts["restricted"] == 1
    found = frame.filter(pl.col("treatment_function_code") == "pooled")
    assert found.select("person_id", "referred_on").rows() == [(None, date(2009, 9, 1))]
    assert found["practice_code"].to_list() == [rows[0]["practice_code"]]
    assert frame.filter(pl.col("treatment_function_code") != "pooled")["person_id"].null_count() == 0


def test_person_is_unknown_but_the_row_stands_without_a_valid_number(
    engine: DuckDBEngine, deliver: Callable[..., Path]
) -> None:
    rows = good_rows("admitted_care", count=4)
    rows[0]["nhs_number"], rows[1]["nhs_number"] = "", "9990000019"
    rows[2]["nhs_number"] = f"{NUMBERS[0][:3]} {NUMBERS[0][3:6]} {NUMBERS[0][6:]}"
    read = read_admitted_care(engine, [deliver(rows)], key=KEY, delivery="2009-09")
    people = read.rows.frame().sort("spell_number")["person_id"].to_list()
    assert people == [None, None, pseudonym_of(NUMBERS[0], key=KEY), pseudonym_of(NUMBERS[0], key=KEY)]
    assert (read.counts["nhs_number_missing"], read.counts["nhs_number_invalid"]) == (1, 1)
    assert read.counts["accepted"] == 4


@pytest.mark.parametrize("kind", restricted_kinds(), ids=lambda kind: kind.name)
def test_restricted_record_loses_its_codes_and_keeps_its_price_group(
    kind: object, engine: DuckDBEngine, deliver: Callable[..., Path]
) -> None:
    fields = (
        ("primary_diagnosis", "diagnosis"),
        ("primary_procedure", "procedure"),
        ("treatment_function_code", "specialty"),
    )
    for column, field in fields:
        for code in kind.prefixes(field)[:2]:  # type: ignore[attr-defined]
            rows = good_rows("admitted_care", count=2)
            rows[0] |= {"primary_diagnosis": "J189", "primary_procedure": "X999", column: code}
            read = read_admitted_care(engine, [deliver(rows)], key=KEY, delivery="2009-09")
            held = read.rows.frame().sort("spell_number")
            assert held["is_restricted"].to_list() == [True, False]
            assert held.select("primary_diagnosis_code", "primary_procedure_code").row(0) == (None, None)
            assert held["hrg_code"][0] == "ZZA01"
            assert read.counts["restricted"] == 1
            read.release()


def test_nothing_that_could_name_a_person_outlives_the_read(engine: DuckDBEngine, deliver: Callable[..., Path]) -> None:
    for name, content in (
        ("a.csv", as_csv(good_rows("admitted_care"))),
        ("a.parquet", typed_parquet(good_rows("admitted_care"))),
    ):
        read = read_admitted_care(engine, [deliver(content, name)], key=KEY, delivery="2009-09")
        made = engine.connection.execute(
            "SELECT sql FROM duckdb_views() WHERE NOT internal UNION ALL SELECT sql FROM duckdb_tables()"
        ).fetchall()
        inner = bytes(byte ^ 0x36 for byte in KEY)
        assert not any(inner.hex() in str(sql).lower() or KEY.hex() in str(sql).lower() for sql in made)
        read.release()
        left = (
            "SELECT view_name FROM duckdb_views() WHERE NOT internal UNION ALL SELECT table_name FROM duckdb_tables()"
        )
        assert engine.connection.execute(left).fetchall() == []
        assert not any(number in repr(read) for number in NUMBERS)


def test_local_record_numbers_of_ten_digits_are_not_taken_for_people(
    engine: DuckDBEngine, deliver: Callable[..., Path]
) -> None:
    good = good_rows("admitted_care")[0]
    rows = [{**good, "spell_number": str(4_000_000_000 + at)} for at in range(300)]
    assert read_admitted_care(engine, [deliver(rows)], key=KEY, delivery="2009-09").counts["accepted"] == 300


def test_prescribing_adds_up_lines_of_a_product_to_the_penny(
    engine: DuckDBEngine, deliver: Callable[..., Path]
) -> None:
    line = {
        "YEAR_MONTH": "2009_09", "PRACTICE_CODE": "Z90001", "BNF_CODE": "0101010G0AAABAB", "ITEMS": "2", "NIC": "0.05",
        "ACTUAL_COST": "0.04651", "TOTAL_QUANTITY": "56.0", "QUANTITY": "28", "UNIDENTIFIED": "N",
    }  # fmt: skip
    rows = [line, {**line, "QUANTITY": "30", "NIC": "10.1", "ACTUAL_COST": ".00001"}, {**line, "BNF_CODE": "0102"}]
    frame = (
        read_prescribing(engine, [deliver(rows)], delivery="2009-09").rows.frame().sort("bnf_code", descending=False)
    )
    assert PRESCRIPTIONS.check(frame) == []
    assert frame.row(0) == ("Z90001", 200909, "0101010G0AAABAB", 4, 112.0, 1015, 4652, False)


def test_hes_layout_reads_publishers_marks_as_what_they_mean(
    engine: DuckDBEngine, deliver: Callable[..., Path]
) -> None:
    rows = good_rows("hes_outpatients")
    rows[1]["APPTAGE"] = "7003"
    read = read_hes_outpatients(engine, [deliver(rows)], key=KEY, delivery="hes 2003")
    frame = read.rows.frame().sort("attendance_number")
    assert ATTENDANCES.check(frame) == []
    assert frame["age_years"].to_list() == [54, 0, 54]
    assert frame.select("hrg_code", "treatment_function_code", "sex", "recorded_practice_code").row(0) == (
        UNGROUPED, "110", "9", None,
    )  # fmt: skip
    assert frame["person_id"].unique().to_list() == [pseudonym_of("TESTabc", key=KEY)]


def test_delivery_names_its_last_day() -> None:
    assert last_day_of("2008-02") == date(2008, 2, 29)
    assert last_day_of("2009-09/again") == date(2009, 9, 30)
    assert last_day_of("2009-13") == last_day_of("register") == date(2100, 12, 31)


def test_reading_spills_into_a_folder_nobody_else_can_open(deliver: Callable[..., Path]) -> None:
    with DuckDBEngine(memory_gb=0.1) as engine:
        big = "SELECT range AS at, md5(CAST(range AS VARCHAR)) AS text FROM range(3000000)"
        engine.connection.execute(f"CREATE TEMP TABLE big AS {big}")
        read = read_referrals(engine, [deliver(good_rows("referrals"))], key=KEY, delivery="2009-09")
        assert read.counts["accepted"] == 3
        spilled = [
            Path(row[0]) for row in engine.connection.execute("SELECT path FROM duckdb_temporary_files()").fetchall()
        ]
        assert spilled
        assert {path.parent.stat().st_mode & 0o077 for path in spilled} == {0}
    assert not any(path.exists() for path in spilled)
