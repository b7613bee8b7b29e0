"""`pbc check FILE` says what is wrong, row by row, and leaves with 1 if anything is."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.unit.deliveries.conftest import NUMBERS, as_csv, good_rows

from pbc.errors import RefusedInput
from pbc_cli.check import command


def test_good_file_leaves_with_zero(tmp_path: Path) -> None:
    path = tmp_path / "anything.csv"
    path.write_bytes(as_csv(good_rows("outpatients")))
    result = CliRunner().invoke(command, [str(path)])
    assert result.exit_code == 0, result.output
    assert "Local extract of outpatient attendances" in result.output
    assert "3 rows, 3 accepted, 0 refused." in result.output


def test_file_of_headings_alone_is_said_to_hold_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "o.csv"
    path.write_bytes(as_csv(good_rows("outpatients")).split(b"\n")[0] + b"\n")
    result = CliRunner().invoke(command, [str(path)])
    assert "0 rows, 0 accepted, 0 refused: the file has headings and holds no rows." in result.output


def test_budget_adjustments_are_known_by_their_headings(tmp_path: Path) -> None:
    path = tmp_path / "adj.csv"
    path.write_text("financial_year,practice_code,service,amount_pence,reason\n2009-10,Z90001,outpatients,5000,\n")
    result = CliRunner().invoke(command, [str(path)])
    assert "row 2, reason: missing_value" in result.output
    assert "resources" not in result.output.splitlines()[0]


def test_bad_rows_are_printed_and_written_and_leave_with_one(tmp_path: Path) -> None:
    rows = good_rows("admitted_care")
    rows[0]["nhs_number"] = ""
    rows[1]["discharge_date"] = "2009-02-30"
    rows[2]["hrg_code"] = "=cmd"
    path, told = tmp_path / "a.csv", tmp_path / "faults.csv"
    path.write_bytes(as_csv(rows))
    result = CliRunner().invoke(command, [str(path), "--month", "2009-09", "--out", str(told)])
    assert result.exit_code == 1
    assert "row 3, discharge_date: not_a_date (found 2009-02-30; expected like 2009-04-30)" in result.output
    assert "1 without an NHS number" in result.output
    assert not any(number in result.output + told.read_text() for number in NUMBERS)
    with told.open(newline="") as text:
        assert [row["value_found"] for row in csv.DictReader(text)] == ["2009-02-30", "'=cmd"]


def test_written_faults_hold_no_formula_a_spreadsheet_would_run(tmp_path: Path) -> None:
    row = {**good_rows("referrals")[0], "referral_date": "-2+3+cmd|' /C calc'!A0"}
    path, told = tmp_path / "r.csv", tmp_path / "faults.csv"
    path.write_bytes(as_csv([row]))
    assert CliRunner().invoke(command, [str(path), "--out", str(told)]).exit_code == 1
    with told.open(newline="") as text:
        assert [row["value_found"] for row in csv.DictReader(text)] == ["'-2+3+cmd|' /C calc'!A0"]


def test_many_faults_are_cut_and_the_rest_announced(tmp_path: Path) -> None:
    good = good_rows("referrals")[0]
    path = tmp_path / "r.csv"
    path.write_bytes(as_csv([{**good, "referral_number": f"R{at}", "referral_date": "soon"} for at in range(60)]))
    result = CliRunner().invoke(command, [str(path)])
    assert "... and 10 more" in result.output
    assert CliRunner().invoke(command, [str(path), "--all"]).output.count("not_a_date") == 60


def test_file_that_cannot_be_read_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"")
    result = CliRunner().invoke(command, [str(path)])
    assert isinstance(result.exception, RefusedInput)
    assert result.exit_code == 1


@pytest.mark.parametrize(("name", "heading", "row"), [
    ("provider_factors.csv", "", ""),
    ("neighbourhoods.csv", "practice_code,neighbourhood,from,to", "Z90001,ZN01,2023-04-01,"),
])  # fmt: skip
def test_small_and_published_layouts_are_recognised_too(name: str, heading: str, row: str, tmp_path: Path) -> None:
    from pbc.tables import PROVIDER_FACTORS

    path = tmp_path / name
    path.write_text(f"{heading}\n{row}\n" if heading else ",".join(PROVIDER_FACTORS.names) + "\n")
    result = CliRunner().invoke(command, [str(path)])
    assert result.exit_code == 0, result.output


def test_own_file_is_judged_row_by_row_and_leaves_with_one(tmp_path: Path) -> None:
    path, told = tmp_path / "neighbourhoods.csv", tmp_path / "faults.csv"
    path.write_text(
        "practice_code,neighbourhood,from,to\nZ90001,North,2023-04-01,\nZ90001,South,soon,\n,North,2023-04-01,\n"
    )
    result = CliRunner().invoke(command, [str(path), "--out", str(told)])
    assert result.exit_code == 1
    assert "3 rows, 1 accepted, 2 refused." in result.output
    assert "row 3, from: not_a_date (found soon; expected a date like 2019-04-01)" in result.output
    assert "row 4, practice_code: missing_value" in result.output
    with told.open(newline="") as text:
        assert [row["row_number"] for row in csv.DictReader(text)] == ["3", "4"]


def test_rows_left_out_of_a_published_file_are_listed_and_are_no_fault(made_up_england: Path, tmp_path: Path) -> None:
    told = tmp_path / "left_out.csv"
    result = CliRunner().invoke(command, [str(made_up_england / "made_up_2018_19.csv"), "--out", str(told)])
    assert result.exit_code == 0, result.output
    assert "62 rows, 60 accepted, 0 refused, 2 left out." in result.output
    listed = result.output.partition("Left out when it is read")[2]
    assert "row 62, Practice: not_a_practice" in listed
    with told.open(newline="") as text:
        assert [row["rule"] for row in csv.DictReader(text)] == ["not_a_practice"] * 2


def test_own_file_without_rows_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pots.csv"
    path.write_text("pot,commissioner_code,weighted_population,pounds\n")
    assert "headings and no rows" in str(CliRunner().invoke(command, [str(path)]).exception)


def test_small_table_is_told_its_repeated_keys_and_values_out_of_bounds_by_row(tmp_path: Path) -> None:
    """Receiving refuses such a table at its first fault; a check tells them all."""
    from pbc.tables import TARIFF_PRICES

    good = dict.fromkeys(TARIFF_PRICES.names, "") | {
        "financial_year": "2009-10", "point_of_delivery": "NEL", "grouper_version": "HRG4", "price_pence": "100",
        "is_short_stay_reducible": "false", "short_stay_percent": "100", "top_up_percent": "0", "source": "Made up",
    }  # fmt: skip
    spoilt = (
        {},
        {"price_pence": "90000000"},
        {"hrg_code": "ZZA1"},
        {"price_pence": "£5"},
        {"short_stay_percent": "101"},
    )
    path = tmp_path / "tariff_prices.csv"
    path.write_bytes(as_csv([{**good, "hrg_code": f"ZZA{at}", **cells} for at, cells in enumerate(spoilt, start=1)]))
    result = CliRunner().invoke(command, [str(path)])
    assert result.exit_code == 1
    assert [line.partition(" (")[0] for line in result.output.splitlines() if line.startswith("row ")] == [
        "row 3, price_pence: too_large",
        "row 4, financial_year: duplicate_key",
        "row 5, price_pence: currency_sign",
        "row 6, short_stay_percent: too_large",
    ]
    assert (
        "found 2009-10 ZZA1 NEL; expected each financial_year and hrg_code and point_of_delivery once" in result.output
    )
    assert "expected 50,000,000 or less" in result.output
    assert "5 rows, 1 accepted, 4 refused" in result.output
