"""A stranger's headings: what is suggested for them, which map is chosen, and what no map may hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pbc.engines.duckdb_engine import DuckDBEngine
from pbc.errors import RefusedInput
from pbc.flows.check_file import check_file
from pbc.flows.match_headings import (
    match_headings,
    preview_headings,
    read_heading_map,
    read_heading_maps,
    require_heading_map,
)
from pbc.flows.pseudonymise import pseudonymise_file
from pbc.periods import Month
from pbc.sources.headings import HeadingMap
from pbc.sources.pseudonym import key_fingerprint

KEY = bytes(range(40))
THEIRS = """Trust,Appt Ref,NHS No,Date Seen,New or Follow Up,HRG,Spec,Age,Gender,Surgery,Referal Source,Surname
ZH1,O1,9990000018,02/09/2009,New,ZZO01,100,40,M,Z90001,GP,Smith
ZH1,O2,9990000026,13/09/2009,FU,ZZO02,100,41,F,Z90001,GP,Jones
ZH1,O3,,14/09/2009 10:30,DNA,ZZO02,100,41,?,Z90001,GP,Jones
"""


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    path = tmp_path / "theirs.csv"
    path.write_text(THEIRS)
    return path


def saved(path: Path, **said: str) -> HeadingMap:
    chosen = {"treatment_function_code": "Spec", "practice_code": "Surgery", **said}
    suggested = match_headings(path, "outpatients", said=chosen)
    return suggested.to_map(supplier="Made-up Hospital", saved_by="A. Analyst", starts_on=date(2009, 4, 1))


def test_suggestions_say_how_sure_they_are(theirs: Path) -> None:
    suggested = match_headings(theirs, "outpatients")
    told = {m.column.name: (m.heading, m.confidence) for m in suggested.matches}
    assert told == {
        "provider_code": ("Trust", "known"), "attendance_number": ("Appt Ref", "known"), "nhs_number": ("NHS No", "known"),
        "attendance_date": ("Date Seen", "known"), "attendance_type": ("New or Follow Up", "known"), "hrg_code": ("HRG", "known"),
        "treatment_function_code": ("", "none"), "age": ("Age", "exact"), "sex": ("Gender", "known"),
        "practice_code": ("", "none"), "referral_source": ("Referal Source", "near"),
    }  # fmt: skip
    assert suggested.missing == ("treatment_function_code", "practice_code")
    assert suggested.unused == ("Surname", "Surgery", "Spec")
    day, kind, sex = (
        next(m for m in suggested.matches if m.column.name == name)
        for name in ("attendance_date", "attendance_type", "sex")
    )
    assert (day.dates, day.doubt) == ("dd/mm/yyyy", "")
    assert (kind.codes, kind.unknown_codes) == ((("FU", "follow_up"), ("New", "first")), ("DNA",))
    assert (sex.codes, sex.unknown_codes) == ((("F", "2"), ("M", "1")), ("?",))


def test_days_that_could_be_either_way_are_doubted(theirs: Path) -> None:
    text = THEIRS.replace("13/09", "03/09").replace("14/09", "04/09")
    theirs.write_text(text)
    day = next(m for m in match_headings(theirs, "outpatients").matches if m.column.name == "attendance_date")
    assert (day.dates, day.doubt) == ("dd/mm/yyyy", "the first rows could also be month first")
    for written, wanted in (("soon", ""), ("20090902", "yyyymmdd"), ("2009-09-02", "")):
        theirs.write_text("\n".join([THEIRS.splitlines()[0], f"ZH1,O1,,{written},New,,,,,,,"]))
        day = next(m for m in match_headings(theirs, "outpatients").matches if m.column.name == "attendance_date")
        assert (day.dates, bool(day.doubt)) == (wanted, written == "soon")


def test_the_preview_shows_no_person(theirs: Path) -> None:
    shown = preview_headings(theirs, saved(theirs))
    assert set(shown["nhs_number"]) == {"(not shown)"}
    assert shown["attendance_date"].to_list() == ["2009-09-02", "2009-09-13", "2009-09-14"]
    assert shown["attendance_type"].to_list() == ["first", "follow_up", "DNA"]
    (theirs.parent / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(RefusedInput, match="No known layout"):
        preview_headings(theirs.parent / "other.csv", saved(theirs))


def test_a_file_is_checked_and_pseudonymised_through_its_map(theirs: Path, tmp_path: Path) -> None:
    said = require_heading_map(saved(theirs))
    with DuckDBEngine() as engine:
        checked = check_file(theirs, engine=engine, month=Month(2009, 9), headings=[said])
        with pytest.raises(RefusedInput):
            check_file(theirs, engine=engine, month=Month(2009, 3), headings=[said])
    assert checked.counts["accepted"] == 2
    assert set(checked.rejected["rule"]) == {"unknown_code"}
    hidden = pseudonymise_file(theirs, tmp_path / "sent.csv", key=KEY, headings=[said])
    assert hidden.left_out == ("Surname",)
    first, second = (tmp_path / "sent.csv").read_text().splitlines()[:2]
    assert "person_id " + key_fingerprint(KEY) in first.split(",")
    assert {"attendance_date", "referral_source"} < set(first.split(","))
    assert "2009-09-02,first" in second


def test_a_stamped_file_of_strange_headings_is_matched_by_its_stamp(theirs: Path, tmp_path: Path) -> None:
    sent = pseudonymise_file(theirs, tmp_path / "sent.csv", key=KEY, number_column="NHS No").path
    said = saved(sent)
    assert said.columns["nhs_number"].heading == "person_id"
    for each in (said, saved(theirs)):
        with DuckDBEngine() as engine:
            checked = check_file(sent, engine=engine, month=Month(2009, 9), headings=[each], takes_nhs_numbers=False)
        assert checked.counts["accepted"] == 2


def test_of_two_maps_the_later_is_used_and_a_tie_is_refused(theirs: Path) -> None:
    first = saved(theirs)
    later = replace(
        first, starts_on=date(2009, 8, 1), columns=first.columns | {"sex": replace(first.columns["sex"], codes=())}
    )
    with DuckDBEngine() as engine:
        checked = check_file(theirs, engine=engine, month=Month(2009, 9), headings=[first, later])
        assert checked.counts["accepted"] == 0
        with pytest.raises(RefusedInput, match="Two maps of headings fit"):
            check_file(
                theirs, engine=engine, month=Month(2009, 9), headings=[first, replace(later, starts_on=first.starts_on)]
            )
        checked = check_file(theirs, engine=engine, month=Month(2009, 9), headings=[first, first])
    assert checked.counts["accepted"] == 2


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("layout: outpatients", "layout: nothing"), ("layout: outpatients", "layout: [a]"), ("starts_on: 2009-04-01", "starts_on: soon"),
        ("saved_by:", "saved_by: A\nextra:"), ("columns:", "columns: {}\nother:"), ("\ncolumns:", "\ncolumns:\n  colour: {heading: x}"),
        ("heading: Trust", "heading: HRG"), ("heading: Trust", "given: ZH1, heading: Trust"), ('dates: "dd/mm/yyyy"', "dates: dmy"),
        ("heading: Age", 'heading: Age, dates: "dd/mm/yyyy"'), ('"FU": follow_up', '"FU": second'), ('"FU": follow_up', '"FU": true'),
        ("heading: Trust", 'heading: "9990000018"'), ("heading: Trust", 'heading: "a\\nb"'), ("heading: Trust", f"heading: {'x' * 201}"),
        ('heading: "NHS No"', 'given: "1"'), ("heading: Trust", "codes: [1]"), ("heading: Trust", "colour: red"),
        ("layout: outpatients", "layout: outpatients\nlayout: outpatients"), ("layout: outpatients", "layout: !!python/object:os.system x"),
        ("layout: outpatients", "[" * 60), ("heading: Trust", "heading:"),
    ],
)  # fmt: skip
def test_a_map_with_anything_odd_is_refused(old: str, new: str, theirs: Path) -> None:
    text = (
        saved(theirs).to_yaml().replace('heading: "Trust"', "heading: Trust").replace('heading: "Age"', "heading: Age")
    )
    flat = text.replace("    heading: Trust", "    {heading: Trust}").replace("    heading: Age", "    {heading: Age}")
    flat = flat.replace('    heading: "NHS No"', '    {heading: "NHS No"}')
    assert read_heading_map(flat) == saved(theirs)
    assert old in flat
    with pytest.raises(RefusedInput, match="cannot be used") as refused:
        read_heading_map(flat.replace(old, new, 1))
    assert "9990000018" not in str(refused.value)


def test_files_that_are_no_maps_are_refused(tmp_path: Path, theirs: Path) -> None:
    (tmp_path / "maps").mkdir()
    (tmp_path / "maps" / "a.yaml").write_text(saved(theirs).to_yaml())
    assert read_heading_maps(tmp_path / "maps") == [saved(theirs)]
    for name, held in (("b", b"\xff"), ("c", b"x" * 300_000)):
        (tmp_path / "maps" / f"{name}.yaml").write_bytes(held)
        with pytest.raises(RefusedInput, match="cannot be used"):
            read_heading_maps(tmp_path / "maps" / f"{name}.yaml")
    with pytest.raises(RefusedInput, match="cannot be used"):
        read_heading_maps(tmp_path / "none.yaml")
    with pytest.raises(RefusedInput, match="no such layout"):
        match_headings(theirs, "weather")
    for said in ({"colour": "Trust"}, {"age": "Nothing"}):
        with pytest.raises(RefusedInput, match="was said twice"):
            match_headings(theirs, "outpatients", said=said)
    assert match_headings(theirs, "outpatients", said={"age": ""}).missing == (
        "treatment_function_code",
        "age",
        "practice_code",
    )
    for first in ("9990000018,b", ",".join("abc"[:1] + str(at) for at in range(301))):
        theirs.write_text(f"{first}\n1,2\n")
        with pytest.raises(RefusedInput, match="does not look like headings"):
            match_headings(theirs, "outpatients")
