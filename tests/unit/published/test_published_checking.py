"""A check tells every fault of a published file by the rules of its reader, and what the reader leaves out, row by row."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from pbc.errors import RefusedInput
from pbc.sources.delimited import recognise
from pbc.sources.published import checking, indicators, organisations, waits
from pbc.sources.published.checking import READERS, Judged, judge_published, judge_workbook
from pbc.sources.published.local import read_neighbourhoods, read_pots
from pbc.sources.published.reading import layouts
from pbc.sources.published.weighted_populations import read_weighted_population

POTS = "pot,commissioner_code,weighted_population,pounds"
PLACES = "practice_code,neighbourhood,from,to"
TRUSTS = "Trust_ODS_Code,Trust_Name,ICB_Code,Open_date,Close_date"
ACTIVITY = ("period,SHA Code,Org Code,Org Name,Elective G&A Ordinary Admissions (FFCEs),Elective G&A Daycase Admissions (FFCEs),"
            "Elective G&A Total Admissions (FFCEs),Total Non-elective G&A Admissions (FFCEs),GP Referrals Made (All specialties),"
            "GP Referrals Made (G&A),Other Referrals Made (G&A),All 1st Outpatient Attendances (G&A)")  # fmt: skip
QOF = "PRACTICE_CODE,GROUP_CODE,REGISTER,PATIENT_LIST_TYPE,PRACTICE_LIST_SIZE"


@pytest.fixture
def put(tmp_path: Path) -> Callable[..., Path]:
    """Write lines as a CSV file and give its path."""

    def written(*lines: str) -> Path:
        path = tmp_path / "made_up.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return written


def judge(path: Path) -> Judged:
    return judge_published(recognise(path, layouts()))


def told(judged: Judged) -> list[tuple[int, str, str]]:
    return list(judged.faults.select("row_number", "column_name", "rule").iter_rows())


def test_every_layout_of_a_published_file_has_a_reader_that_checks_it() -> None:
    """The workbook's layout is checked by `judge_workbook`; every other one by its reader."""
    assert {layout.name for layout in layouts()} - {"sub_icb_lookup"} == set(READERS)


def test_every_bad_cell_is_told_and_not_the_first_alone(put: Callable[..., Path]) -> None:
    judged = judge(put(TRUSTS, "ZR1,One,ZI1,2017-10-01,NA", "ZR1,,ZI1,soon,NA", "ZR3,Three,ZI1,2017-10-01,never"))
    assert told(judged) == [
        (3, "Open_date", "not_a_date"),
        (3, "Trust_Name", "missing_value"),
        (3, "Trust_ODS_Code", "duplicate_key"),
        (4, "Close_date", "not_a_date"),
    ]
    assert judged.faults["value_found"].to_list() == ["soon", None, "ZR1", "never"]
    assert judged.rows_count == 3


@pytest.mark.parametrize(
    ("lines", "read"),
    [
        ((TRUSTS, "ZR1,One,ZI1,31/10/2017,NA"), organisations.read_trusts),
        ((QOF, "Z90001,AF,9,TOTAL,100", "Z90001,AF,8,TOTAL,100"), indicators.read_qof_prevalence),
        ((QOF, "Z90001,AF,-9,TOTAL,100"), indicators.read_qof_prevalence),
        ((QOF, "Z90001,AF,9e30,TOTAL,100"), indicators.read_qof_prevalence),
        ((ACTIVITY, "April,ZQ1,ZP1,X,1,2,3,4,5,6,7,8"), indicators.read_monthly_activity),
        ((ACTIVITY, *["2012-04,ZQ1,ZP1,X,1,2,3,4,5,6,7,8"] * 2), indicators.read_monthly_activity),
        (("PCT_Code,00K", "5NR,half"), indicators.read_pct_ccg_overlap),
        ((PLACES, "Z90001,North,2024-04-01,2024-03-01"), read_neighbourhoods),
    ],
    ids=["date", "doubled", "negative", "absurd", "month", "doubled month", "percent", "backwards"],
)
def test_check_finds_what_the_reader_refuses(
    put: Callable[..., Path], lines: tuple[str, ...], read: Callable[[Path], object]
) -> None:
    """One rule, held in one place: the check's first fault is the cell at which the reader stops."""
    path = put(*lines)
    with pytest.raises(RefusedInput) as refusal:
        read(path)
    first = judge(path).faults.row(0, named=True)
    assert f"row {first['row_number']}, column {first['column_name']}" in refusal.value.where
    assert (first["value_found"], first["value_expected"]) == (refusal.value.found, refusal.value.expected)


def test_keys_are_met_again_in_a_later_block(put: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Given blocks of two rows, then a register that stands in the first and the third is told once, and counts agree."""
    monkeypatch.setattr(checking, "BLOCK_ROWS", 2)
    rows = [f"Z9000{at},AF,9,TOTAL,100" for at in (1, 2, 3, 4, 1, 5)]
    judged = judge(put(QOF, *rows))
    assert told(judged) == [(6, "PRACTICE_CODE", "duplicate_key")]
    assert judged.rows_count == 6


def test_two_readers_of_one_block_do_not_call_its_keys_repeated(put: Callable[..., Path]) -> None:
    heading = "SHA code,SHA name,PCT code,PCT name,Practice code,Practice name,IMD 2010"
    assert told(judge(put(heading, "ZQ1,A,ZP1,B,Z90001,One,27.77"))) == []


def test_notes_of_blocks_are_added_up(put: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "BLOCK_ROWS", 2)
    place = "MADE-UP SURGERY,-0.1,51.5"
    lines = [f"3.00,{place},{month},0" for month in ("01", "All", "02", "All", "13")]
    judged = judge(put("total_cost,name,longitude,latitude,month,part", *lines))
    assert judged.notes[0].startswith("2 rows of the year's total")
    assert judged.left_out.select("row_number", "column_name", "rule").rows() == [(6, "month", "not_a_month")]


def test_rows_that_do_not_add_up_to_the_row_of_totals_are_told_by_column(made_up_england: Path) -> None:
    path = made_up_england / "made_up_2018_19.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines[:5], *lines[6:]]) + "\n", encoding="utf-8")
    judged = judge(path)
    assert set(judged.faults["rule"]) == {"not_the_total"}
    assert "GP_pop" in judged.faults["column_name"].to_list()
    assert judged.left_out["rule"].to_list() == ["not_a_practice"] * 2


def test_cell_that_is_no_amount_is_told_once_and_not_as_a_wrong_total(made_up_england: Path) -> None:
    path = made_up_england / "made_up_2018_19.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    cells = lines[1].split(",")
    path.write_text(
        "\n".join([lines[0], ",".join([*cells[:4], "many", *cells[5:]]), *lines[2:]]) + "\n", encoding="utf-8"
    )
    assert told(judge(path)) == [(2, "GP_pop", "not_a_number")]
    with pytest.raises(RefusedInput, match="found many"):
        read_weighted_population(path, year="2018-19")


def test_fractions_of_a_count_are_named_and_their_whole_part_used(put: Callable[..., Path]) -> None:
    path = put(ACTIVITY, "2012-04,ZQ1,ZP1,X,1,2,3,4459.1,5,6,7,8")
    assert indicators.read_monthly_activity(path).rows["non_elective_count"].to_list() == [4459]
    judged = judge(path)
    assert told(judged) == []
    assert judged.notes == (
        "1 cell counts a fraction, of which the whole part is used: row 2 (Total Non-elective G&A Admissions (FFCEs), 4459.1).",
    )


def test_waits_refuse_a_specialty_given_twice(put: Callable[..., Path]) -> None:
    weeks = [column.headings[0] for column in layouts("waits")[0].columns]
    row = ["2010-03", "admitted", "ZQ1", "ZP1", "X", "100", "Surgery", *["1"] * 53, "", "53"]
    path = put(",".join(f'"{each}"' for each in weeks), *[",".join(row)] * 2)
    assert told(judge(path)) == [(3, "Treatment Function Code", "duplicate_key")]
    with pytest.raises(RefusedInput, match="100 2010-03 admitted ZP1"):
        waits.read_waits(path)


def test_pots_are_told_every_fault(put: Callable[..., Path]) -> None:
    judged = judge(
        put(POTS, "core,ZI1,Final WP,5", 'core,ZI1,Final WP,"1,000"', "more,ZI1,Final XP,-5", ",ZI1,Final WP,", "x,ZI1,Final WP,£5")
    )  # fmt: skip
    assert told(judged) == [
        (3, "pot", "duplicate_key"),
        (3, "pounds", "not_a_number"),
        (4, "pounds", "negative_number"),
        (4, "weighted_population", "unknown_code"),
        (5, "pot", "missing_value"),
        (5, "pounds", "missing_value"),
        (6, "pounds", "not_a_number"),
    ]


def test_pot_given_twice_is_refused_on_reading(put: Callable[..., Path]) -> None:
    path = put(POTS, "core,ZI1,Final WP,5", "core,ZI1,Final WP,6")
    with pytest.raises(RefusedInput, match="A pot stands twice"):
        read_pots(path, measures={"Final WP": "overall_weighted_population"})


def test_neighbourhoods_are_told_every_fault(put: Callable[..., Path]) -> None:
    """A long first period hides nothing: each later one that begins inside it is told, beside the one that holds the day."""
    judged = judge(
        put(PLACES, "Z90001,North,2023-04-01,2025-03-31", "z90001,South,2023-06-01,2023-07-31", "Z90001,North,2025-03-31,",
            "Z90002,unassigned,2023-04-01,", "Z90003,East,2023-04-01,2023-03-01", "Z90004,East,2023-04-01,2024-03-31",
            "Z90004,West,2024-04-01,")
    )  # fmt: skip
    assert told(judged) == [
        (3, "from", "two_neighbourhoods_at_once"),
        (4, "from", "overlapping_periods"),
        (5, "neighbourhood", "reserved_name"),
        (6, "to", "ends_before_start"),
    ]
    assert judged.faults["value_found"].to_list() == [
        "Z90001 in North and South on 2023-06-01",
        "Z90001 in North and North on 2025-03-31",
        "unassigned",
        "2023-04-01 to 2023-03-01",
    ]


def test_practice_in_two_neighbourhoods_on_any_day_is_refused_on_reading(put: Callable[..., Path]) -> None:
    path = put(PLACES, "Z90001,North,2023-04-01,", "Z90001,South,2030-04-01,")
    with pytest.raises(RefusedInput, match="in two neighbourhoods at once"):
        read_neighbourhoods(path)


@pytest.mark.parametrize("heading", [POTS, PLACES], ids=["pots", "neighbourhoods"])
def test_file_of_ones_own_without_rows_is_refused_everywhere(put: Callable[..., Path], heading: str) -> None:
    path = put(heading)
    with pytest.raises(RefusedInput, match="headings and no rows"):
        judge(path)
    with pytest.raises(RefusedInput, match="headings and no rows"):
        read_pots(path, measures={}) if heading == POTS else read_neighbourhoods(path)


def test_ten_digits_are_never_shown(put: Callable[..., Path]) -> None:
    path = put(POTS, "core,ZI1,Final WP,999 123 4567x")
    assert judge(path).faults["value_found"].to_list() == ["(ten digits, not shown)"]
    with pytest.raises(RefusedInput) as refusal:
        read_pots(path, measures={"Final WP": "overall_weighted_population"})
    assert "4567" not in str(refusal.value)


def test_workbook_is_told_its_empty_and_doubled_cells(tmp_path: Path) -> None:
    columns = layouts("sub_icb_lookup")[0].columns
    book = openpyxl.Workbook()
    for row in (
        [c.headings[0] for c in columns],
        ["16C", "A", "ZI1", "B", "ZR1", "C"],
        ["16C", "A", None, "B", "ZR1", "C"],
    ):
        book.active.append(row)
    book.save(tmp_path / "lookup.xlsx")
    judged = judge_workbook(tmp_path / "lookup.xlsx")
    assert told(judged) == [(3, "ICB Code", "missing_value"), (3, "Sub ICB Location ODS Code", "duplicate_key")]
    assert judged.rows_count == 2


def test_workbook_of_another_kind_is_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    book.save(tmp_path / "other.xlsx")
    with pytest.raises(RefusedInput, match="lacks a sheet"):
        judge_workbook(tmp_path / "other.xlsx")
