"""`pbc decision-times` and `pbc decision-calendar`: a file in, words and files out, kept with a receipt, every figure explained."""

import csv
import re
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from pbc.errors import RefusedInput
from pbc.flows import business_cases
from pbc.flows.decision_times import time_decisions
from pbc.policy import load_policy
from pbc.results import Store
from pbc.tables import DECISION_MEETINGS
from pbc_cli.main import left_with, pbc_command

EVENTS = """case_code,commissioner_code,happened_on,event,missing_item,earlier_case_code
COPD,ZC1,2009-04-30,submitted,,
COPD,ZC1,2009-06-10,approved,,
COPD,ZC1,2009-09-01,service_changed,,
SKIN,ZC1,2009-06-01,submitted,,
SKIN,ZC1,2009-06-11,stopped,activity plan,
SKIN,ZC1,2009-06-21,resumed,,
SKIN,ZC1,2009-07-28,refused,,
KNEE,ZC1,2009-06-15,submitted,,
KNEE,ZC1,2009-07-20,deferred,,
EYES,ZC1,2009-06-20,submitted,,
EYES,ZC1,2009-07-01,withdrawn_by_author,,
FEET,ZC1,2009-05-01,submitted,,
FEET,ZC1,2009-05-20,withdrawn_at_request,,
FEET2,ZC1,2009-08-20,resubmitted,,FEET
GOUT,ZC1,2009-09-01,submitted,,
GOUT,ZC1,2009-09-02,approved,,
GOUT,ZC1,2009-12-01,service_changed,,
"""
MEETINGS = "commissioner_code,meets_on,papers_due_on\nZC1,2009-06-18,2009-06-04\nZC1,2009-07-16,2009-07-02\nZC1,2009-10-15,2009-10-01\n"


def run(*words: object) -> Result:
    return CliRunner().invoke(pbc_command, [str(word) for word in words])


@pytest.fixture
def events(tmp_path: Path) -> Path:
    path = tmp_path / "events.csv"
    path.write_text(EVENTS, encoding="utf-8")
    return path


@pytest.fixture
def meetings(tmp_path: Path) -> Path:
    path = tmp_path / "meetings.csv"
    path.write_text(MEETINGS, encoding="utf-8")
    return path


def test_times_are_told_by_commissioner_with_what_is_late(events: Path, tmp_path: Path) -> None:
    told = run("decision-times", events, "--as-at", "2009-09-30", "--store", tmp_path / "store")
    assert told.exit_code == 0, told.output
    words = " ".join(told.output.split())
    for expected in (
        "Times to a decision, as at 30 September 2009. Made up: no real plan, case or commissioner.",
        "ZC1: 6 cases: 3 decided (2 approved, 1 refused), 2 waiting (2 of them late), 1 withdrawn by the author, "
        "1 decided before their eight weeks are over,",
        "1 came back under another code and counts there.",
        "within eight weeks 1 of 4 25% (5% to 70%); survey: 18% agree that",
        "up to 9 weeks 1 of 2 50% (9% to 91%)",
        "FEET2: due 26 June 2009, 96 days ago (waiting for a decision)",
        "KNEE: due 10 August 2009, 51 days ago (waiting for a decision)",
        "they are not shares of cases.",
        "1 event after that day is not counted.",
    ):
        assert expected in words, expected
    assert not (tmp_path / "store").exists()


def test_cases_are_written_as_a_table_with_their_mark(events: Path, tmp_path: Path) -> None:
    told = run(
        "decision-times",
        events,
        "--as-at",
        "2009-09-30",
        "--out",
        tmp_path / "times.csv",
        "--store",
        tmp_path / "store",
    )
    assert told.exit_code == 0, told.output
    with (tmp_path / "times.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["case_code"]: row for row in csv.DictReader(file)}
    assert {row["status"] for row in rows.values()} == {"Made up: no real plan, case or commissioner."}
    assert [rows["SKIN"][name] for name in ("due_on", "gross_days", "stopped_days", "net_days", "is_late")] == [
        "2009-07-27", "57", "10", "47", "true",
    ]  # fmt: skip
    assert (rows["FEET"]["continued_by_code"], rows["FEET2"]["submitted_on"]) == ("FEET2", "2009-05-01")


def test_kept_times_explain_themselves_and_fill_a_workbook(events: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    told = run(
        "decision-times", events, "--as-at", "2009-09-30", "--keep", "--out", tmp_path / "times.xlsx", "--store", store
    )
    assert told.exit_code == 0, told.output
    kept = Store(store).current("decision-times/2009-09-30")
    assert (kept.receipt.is_made_up, kept.receipt.parameters, set(kept.receipt.inputs)) == (
        True,
        {"as_at": "2009-09-30"},
        {"events.csv"},
    )
    book = openpyxl.load_workbook(tmp_path / "times.xlsx", read_only=True)
    assert book.sheetnames == ["Cover", "Shares", "Cases", "Rule values"]
    cover = " ".join(str(row[0]) for row in book["Cover"].iter_rows(values_only=True))
    assert re.search(r"Made up.*SHA-256 [0-9a-f]{64}.*Kept as decision-times/2009-09-30", cover)
    rules = [row[3] for row in book["Rule values"].iter_rows(values_only=True)]
    assert {"Partly found, the rest assumed", "Assumption"} <= set(rules)
    figures = [row[-1] for name in ("Shares", "Cases") for row in book[name].iter_rows(min_row=4, values_only=True)]
    said = {each.split(":", 1)[1]: run("explain", each, "--store", store).output for each in figures}
    assert all("MADE-UP DATA" in words for words in said.values())
    skin = said["decision_times:SKIN"]
    for expected in ("47", "10", "11 June 2009: SKIN clock stopped for a missing item.", "calendar days"):
        assert expected in skin
    within = said["decision_shares:ZC1~decision~within_eight_weeks"]
    assert "cases whose eight weeks are over" in within


@pytest.mark.parametrize(
    "table, key, column, words",
    [
        ("decision_shares", "ZC1~decision~from_25_weeks", "survey_share", "not shares of cases"),
        ("decision_shares", "ZC1~service_change~up_to_9_weeks", "cases_count", "COPD, service_changed"),
        ("decision_times", "SKIN", "net_days", "SKIN refused"),
    ],
)
def test_every_column_of_kept_times_leads_somewhere(
    events: Path, tmp_path: Path, table: str, key: str, column: str, words: str
) -> None:
    store = tmp_path / "store"
    run("decision-times", events, "--as-at", "2009-09-30", "--keep", "--store", store)
    kept = Store(store).current("decision-times/2009-09-30")
    told = run("explain", f"{kept.name}@{kept.set_id}:{table}:{key}:{column}", "--store", store)
    assert told.exit_code == 0, told.output
    assert words in " ".join(told.output.split())


def test_real_codes_carry_no_mark_and_many_late_cases_are_cut_short(tmp_path: Path) -> None:
    head = EVENTS.splitlines()[0]
    rows = [f"C{number},5NR,2009-04-30,submitted,," for number in range(25)]
    (tmp_path / "events.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    told = run("decision-times", tmp_path / "events.csv", "--as-at", "2009-09-30", "--store", tmp_path / "store")
    assert "Made up" not in told.output
    assert "and 5 more" in told.output


def test_a_day_before_every_submission_has_nothing_to_tell(events: Path, tmp_path: Path) -> None:
    told = run(
        "decision-times",
        events,
        "--as-at",
        "2009-04-01",
        "--out",
        tmp_path / "times.xlsx",
        "--store",
        tmp_path / "store",
    )
    assert told.exit_code == 0, told.output
    assert "No case was submitted by that day." in told.output
    assert "17 events after that day are not counted." in told.output


def test_stops_without_effect_and_late_decisions_are_told_and_a_count_names_its_cases(tmp_path: Path) -> None:
    """Days as a spreadsheet saves them here, day first. LATE was stopped without a word of what is missing."""
    rows = [
        "LATE,ZC1,05/05/2009,submitted,,",
        "LATE,ZC1,20/05/2009,stopped,,",
        "LATE,ZC1,15/07/2009,approved,,",
        "GOOD,ZC1,06/05/2009,submitted,,",
        "GOOD,ZC1,20/05/2009,approved,,",
    ]
    (tmp_path / "events.csv").write_text("\n".join([EVENTS.splitlines()[0], *rows]) + "\n", encoding="utf-8")
    store = tmp_path / "store"
    words = ("decision-times", tmp_path / "events.csv", "--as-at", "2009-09-30", "--store", store, "--keep")
    told = run(*words, "--out", tmp_path / "times.xlsx")
    assert "Decided late LATE: due 30 June 2009, decided on 15 July 2009, 15 days late" in " ".join(told.output.split())
    assert "    LATE. A stop names what is missing" in told.output
    shares = openpyxl.load_workbook(tmp_path / "times.xlsx")["Shares"]
    spans = [row[2] for row in shares.iter_rows(min_row=4, max_row=9, values_only=True)]
    assert spans[:3] == ["within_eight_weeks", "up_to_9_weeks", "from_10_to_19_weeks"]
    kept = Store(store).current("decision-times/2009-09-30")
    late = run("explain", f"{kept.name}@{kept.set_id}:decision_times:LATE", "--store", store).output
    assert "1 of its stops the rules do not permit; nothing was stopped by that." in late
    row = f"{kept.name}@{kept.set_id}:decision_shares:ZC1~decision~within_eight_weeks"
    within, judged = (run("explain", f"{row}:{name}_count", "--store", store).output for name in ("measured", "judged"))
    assert ("GOOD, approved" in within, "LATE, approved" in within, "LATE, approved" in judged) == (True, False, True)


def test_many_stops_without_effect_are_cut_short(tmp_path: Path) -> None:
    rows = [
        f"C{at:02},ZC1,2009-05-{day},{event},,"
        for at in range(22)
        for day, event in (("01", "submitted"), ("09", "stopped"))
    ]
    (tmp_path / "events.csv").write_text("\n".join([EVENTS.splitlines()[0], *rows]) + "\n", encoding="utf-8")
    told = run("decision-times", tmp_path / "events.csv", "--as-at", "2009-05-30", "--store", tmp_path / "store")
    assert "C19 and 2 more. A stop names" in told.output


def test_calendar_that_ends_too_early_says_that_no_day_can_be_told(meetings: Path, tmp_path: Path) -> None:
    told = run("decision-calendar", meetings, "--from", "2010-04-01", "--store", tmp_path / "store")
    assert told.output.splitlines()[1].startswith("ZC1: no day can be told: no meeting is listed late enough.")


def test_what_cannot_be_used_is_refused(events: Path, tmp_path: Path) -> None:
    ending = run("decision-times", events, "--as-at", "2009-09-30", "--out", tmp_path / "times.doc")
    assert isinstance(ending.exception, RefusedInput)
    assert "expected .csv or .xlsx" in str(ending.exception)
    events.write_text(EVENTS + "COPD,ZC1,2009-09-02,refused,,\n", encoding="utf-8")
    refused = run("decision-times", events, "--as-at", "2009-09-30", "--store", tmp_path / "store")
    assert "events.csv, row 19, column event" in str(refused.exception)
    checked = run("check", events, "--store", tmp_path / "store")
    assert checked.exit_code == 1
    assert "row 19, event: cannot_be" in checked.output


def test_a_row_that_is_refused_says_where_the_other_faults_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "events.csv"
    for rows, is_told in (("A,ZC1,2009-06-01,maybe,,\n", True), ("", False)):
        path.write_text(f"{EVENTS.splitlines()[0]}\n{rows}", encoding="utf-8")
        monkeypatch.setattr("sys.argv", ["pbc", "decision-times", str(path), "--as-at", "2009-09-30"])
        assert left_with() == 1
        assert ("pbc check FILE lists them all" in capsys.readouterr().err) is is_told


def test_rows_typed_in_are_read_as_a_file_would_be() -> None:
    rows = [{"case_code": "A", "commissioner_code": "ZC1", "happened_on": "2009-06-01", "event": "submitted"}]
    told = time_decisions(rows, as_at=date(2009, 7, 28), policy=load_policy("england-2005"))
    assert told.times["is_late"].to_list() == [True]


def test_page_is_told_at_submission_what_both_sides_see() -> None:
    """Due date, last meeting with its papers, route, and whether a stop is permitted, from what is in hand."""
    policy, day = load_policy("england-2005"), date(2009, 6, 1)
    row = {"commissioner_code": "ZC1", "meets_on": date(2009, 7, 16), "papers_due_on": date(2009, 7, 2)}
    found = business_cases.find_last_meeting(DECISION_MEETINGS.from_rows([row]), submitted_on=day, policy=policy)
    assert (found.due_on, found.meets_on, found.papers_due_on) == (
        date(2009, 7, 27),
        date(2009, 7, 16),
        date(2009, 7, 2),
    )
    assert business_cases.find_route(4_000_000, policy=policy, on=day).decided_within_days == 14
    rules = business_cases.find_clock_rules(policy, on=day)
    clock = business_cases.measure_clock(
        [business_cases.CaseEvent("submitted", day)], as_at=date(2009, 6, 20), rules=rules
    )
    assert business_cases.list_stop_faults(clock, on=date(2009, 6, 20), missing_item="activity plan", rules=rules) == ()


def test_calendar_warns_of_days_without_a_meeting(meetings: Path, tmp_path: Path) -> None:
    told = run(
        "decision-calendar", meetings, "--from", "2009-05-01", "--to", "2009-10-02", "--out", tmp_path / "calendar.csv",
        "--store", tmp_path / "store",
    )  # fmt: skip
    assert told.exit_code == 0, told.output
    for expected in (
        "ZC1: WARNING: a case submitted on any of 48 days cannot be decided at a meeting within eight weeks; it needs chair's action.",
        "1 May 2009 to 20 May 2009: papers by 4 June 2009 for the meeting of 18 June 2009",
        "3 July 2009 to 19 August 2009: no meeting inside the eight weeks still takes papers; one by 28 August 2009 that takes papers "
        "until 19 August 2009 would do",
        "2 October 2009: not known: the eight weeks run past the last meeting listed",
    ):
        assert expected in told.output, expected
    with (tmp_path / "calendar.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["answer"] for row in rows] == ["possible", "possible", "impossible", "possible", "not_known"]
    assert rows[0]["status"].startswith("Made up")


def test_calendar_of_real_meetings_is_a_year_and_a_workbook(meetings: Path, tmp_path: Path) -> None:
    lines = ["commissioner_code,meets_on,papers_due_on"]
    lines += [f"5NR,{2009 + at // 12}-{at % 12 + 1:02}-20,{2009 + at // 12}-{at % 12 + 1:02}-13" for at in range(24)]
    meetings.write_text("\n".join(lines) + "\n", encoding="utf-8")
    told = run(
        "decision-calendar",
        meetings,
        "--from",
        "2009-04-01",
        "--out",
        tmp_path / "calendar.xlsx",
        "--store",
        tmp_path / "store",
    )
    assert told.exit_code == 0, told.output
    assert told.output.startswith("5NR: every day that can be told has a meeting inside its eight weeks.")
    assert "to 31 March 2010: papers" in told.output
    book = openpyxl.load_workbook(tmp_path / "calendar.xlsx", read_only=True)
    assert book.sheetnames == ["Cover", "Days of submission", "Rule values"]
    only_told = run(
        "decision-calendar", meetings, "--from", "2009-04-01", "--to", "2009-04-01", "--store", tmp_path / "store"
    )
    assert "1 April 2009: papers by 13 May 2009 for the meeting of 20 May 2009" in only_told.output


def test_calendar_at_the_end_of_time_is_refused_in_words(meetings: Path, tmp_path: Path) -> None:
    told = run("decision-calendar", meetings, "--from", "9999-12-20", "--store", tmp_path / "store")
    assert isinstance(told.exception, RefusedInput), told.exception
    assert "9999-12-20" in str(told.exception)
