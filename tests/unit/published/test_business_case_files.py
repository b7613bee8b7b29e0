"""Files of case events and of meetings: read as they stand, refused by row, and every fault told by a check."""

from pathlib import Path

import pytest

from pbc.errors import RefusedInput
from pbc.sources.delimited import recognise
from pbc.sources.published.business_cases import read_case_events, read_decision_meetings
from pbc.sources.published.checking import judge_published
from pbc.sources.published.reading import layouts
from pbc.sources.published.typed import read_typed
from pbc.tables import CASE_EVENTS, DECISION_MEETINGS

HEAD = "case_code,commissioner_code,happened_on,event,missing_item,earlier_case_code\n"
SUBMITTED = "a1,zc1,2009-06-01,Submitted,,\n"
MEETINGS = "commissioner_code,meets_on,papers_due_on\n"


def file_of(folder: Path, text: str) -> Path:
    path = folder / "events.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_events_are_read_with_codes_and_words_made_alike(tmp_path: Path) -> None:
    read = read_case_events(file_of(tmp_path, f"{HEAD}{SUBMITTED}A1,ZC1,20090611,stopped,activity plan,\n"))
    assert CASE_EVENTS.check(read.rows) == []
    assert read.rows.select("case_code", "event", "missing_item").rows() == [
        ("A1", "submitted", None),
        ("A1", "stopped", "activity plan"),
    ]


def test_a_fault_of_ones_own_file_says_what_spreadsheets_do(tmp_path: Path) -> None:
    with pytest.raises(RefusedInput) as refused:
        read_case_events(file_of(tmp_path, f"{HEAD}a1,zc1,31/06/2009,submitted,,\n"))
    assert "spreadsheet" in refused.value.remedy
    assert "publisher" not in refused.value.remedy


def test_file_with_other_headings_is_told_the_kinds_most_like_it(tmp_path: Path) -> None:
    path = file_of(tmp_path, "case,commissioner,date,event\nA1,ZC1,2009-06-01,submitted\n")
    with pytest.raises(RefusedInput, match="No known layout") as refused:
        recognise(path, layouts())
    assert "events of business cases: case_code, commissioner_code, happened_on, event" in refused.value.expected
    assert refused.value.expected.endswith("kinds less like it")
    assert len(refused.value.expected) < 600


def test_columns_that_are_seldom_needed_may_be_left_out(tmp_path: Path) -> None:
    read = read_case_events(
        file_of(tmp_path, "case_code,commissioner_code,happened_on,event\nA1,ZC1,2009-06-01,submitted\n")
    )
    assert read.rows.height == 1


@pytest.mark.parametrize(
    "row, column, words",
    [
        (",ZC1,2009-06-02,approved,,\n", "case_code", "empty"),
        ("B\x1b[31m,ZC1,2009-06-02,submitted,,\n", "case_code", "not seen"),
        ("A1,ZC1,2009-06-02,stopped,plan\u202e,\n", "missing_item", "not seen"),
        ("A1,ZC1,2009-06-31,approved,,\n", "happened_on", "does not hold"),
        ("A1,ZC1,2009-06-02T10:30Z,approved,,\n", "happened_on", "does not hold"),
        ("A1,ZC1,2009-06-02,maybe,,\n", "event", "no such event"),
        ("A1,ZC1,2009-06-01,submitted,,\n", "case_code", "twice"),
        ("A1,ZC1,2009-05-01,approved,,\n", "event", "cannot happen"),
        ("A1,ZC2,2009-06-02,approved,,\n", "commissioner_code", "one commissioner"),
        ("B1,ZC1,2009-06-02,resubmitted,,A1\n", "earlier_case_code", "still open"),
        ("B1,ZC1,2009-06-02,submitted,,A1\n", "earlier_case_code", "names the code"),
    ],
)
def test_event_that_cannot_be_is_refused_by_row(tmp_path: Path, row: str, column: str, words: str) -> None:
    with pytest.raises(RefusedInput, match=words) as refused:
        read_case_events(file_of(tmp_path, HEAD + SUBMITTED + row))
    assert refused.value.where == f"events.csv, row 3, column {column}"
    assert refused.value.expected
    assert refused.value.remedy


def test_check_lists_every_fault_of_events(tmp_path: Path) -> None:
    rows = "A1,ZC1,2009-06-02,maybe,,\nB1,ZC1,2009-06-02,approved,,\nC1,ZC1,2009-06-02,resubmitted,,\n"
    path = file_of(tmp_path, HEAD + SUBMITTED + rows)
    judged = judge_published(recognise(path, layouts("case_events")))
    assert judged.faults.select("row_number", "column_name", "rule", "value_found").rows() == [
        (3, "event", "unknown_code", "maybe"),
        (4, "event", "cannot_be", "B1 approved"),
        (5, "earlier_case_code", "cannot_be", "C1"),
    ]


def test_meetings_are_read(tmp_path: Path) -> None:
    read = read_decision_meetings(file_of(tmp_path, f"{MEETINGS}zc1,2009-06-18,2009-06-04\n"))
    assert DECISION_MEETINGS.check(read.rows) == []
    assert read.rows["commissioner_code"].to_list() == ["ZC1"]


@pytest.mark.parametrize(
    "row, column, words",
    [
        ("ZC1,2009-06-18,2009-06-19\n", "papers_due_on", "after the meeting"),
        ("ZC1,2009-06-11,2009-06-04\n", "commissioner_code", "twice"),
        ("ZC1,2009-07-18,\n", "papers_due_on", "empty"),
    ],
)
def test_meeting_that_cannot_be_is_refused_by_row(tmp_path: Path, row: str, column: str, words: str) -> None:
    with pytest.raises(RefusedInput, match=words) as refused:
        read_decision_meetings(file_of(tmp_path, f"{MEETINGS}ZC1,2009-06-11,2009-06-01\n{row}"))
    assert refused.value.where == f"events.csv, row 3, column {column}"


def test_file_without_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedInput, match="no rows"):
        read_case_events(file_of(tmp_path, HEAD))
    with pytest.raises(RefusedInput, match="no rows"):
        read_decision_meetings(read_typed([], layout="decision_meetings", name="typed"))
