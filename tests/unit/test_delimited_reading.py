"""Files are recognised by their headings and read as text; every row of the file is a row of the frame."""

from __future__ import annotations

import gzip
from pathlib import Path

import polars as pl
import pytest

from pbc.errors import RefusedInput
from pbc.sources.delimited import read_frame, recognise
from pbc.sources.layout import Layout, LayoutColumn

LISTS = Layout(
    "lists",
    "List sizes",
    (
        LayoutColumn("practice_code", ("PRACTICE", "Practice Code")),
        LayoutColumn("patients", ("PATIENTS",), "whole"),
        LayoutColumn("note", ("NOTE",), is_required=False),
    ),
)
HEADLESS = Layout("h", "Headless", (LayoutColumn("practice_code", position=2, pattern="[A-Z][0-9]{5}"),), width=3)


def write(folder: Path, content: bytes, name: str = "lists.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    "content",
    [
        b"PRACTICE,PATIENTS\nZ90001,10\nZ90002,20\n",
        b"\xef\xbb\xbfPRACTICE,PATIENTS\r\nZ90001,10\r\nZ90002,20",
        b"Patients,spare,practice  code \n10,x,Z90001\n20,, Z90002 \n",
        gzip.compress(b"PRACTICE,PATIENTS\nZ90001,10\n") + gzip.compress(b"Z90002,20\n"),
        b"PRACTICE,PATIENTS\nZ90001,10\nZ90002,20\n\n\n",
    ],
    ids=["plain", "byte order mark", "columns moved", "two gzip members", "blank lines at the end"],
)
def test_headed_file_reads_alike_in_every_accepted_form(tmp_path: Path, content: bytes) -> None:
    frame = read_frame(write(tmp_path, content), [LISTS])
    assert frame.to_dicts() == [
        {"row_number": 2, "practice_code": "Z90001", "patients": "10", "note": None},
        {"row_number": 3, "practice_code": "Z90002", "patients": "20", "note": None},
    ]


def test_parquet_file_reads_as_text_with_the_same_row_numbers(tmp_path: Path) -> None:
    path = tmp_path / "lists.parquet"
    pl.DataFrame({"Practice Code": ["Z90001", "Z90002"], "PATIENTS": [10, 20]}).write_parquet(path)
    assert read_frame(path, [LISTS])["patients"].to_list() == ["10", "20"]
    assert read_frame(path, [LISTS])["row_number"].to_list() == [2, 3]


def test_headless_file_is_recognised_by_its_width_and_first_row(tmp_path: Path) -> None:
    assert read_frame(write(tmp_path, b'"a","Z90001","b"\r\n'), [LISTS, HEADLESS]).to_dicts() == [
        {"row_number": 1, "practice_code": "Z90001"}
    ]
    with pytest.raises(RefusedInput, match="layout"):
        read_frame(write(tmp_path, b'"a","not a code","b"\n'), [HEADLESS])


def test_name_with_pattern_characters_means_that_one_file(tmp_path: Path) -> None:
    write(tmp_path, b"PRACTICE,PATIENTS\nZ90009,9\n", "a1.csv")
    path = write(tmp_path, b"PRACTICE,PATIENTS\nZ90001,1\n", "a[1].csv")
    assert read_frame(path, [LISTS])["practice_code"].to_list() == ["Z90001"]


def test_layout_with_more_columns_found_is_chosen(tmp_path: Path) -> None:
    wider = Layout("wider", "Wider", (*LISTS.columns, LayoutColumn("age", ("AGE",))))
    assert recognise(write(tmp_path, b"PRACTICE,PATIENTS,AGE\nZ90001,1,2\n"), [LISTS, wider]).layout.name == "wider"


def test_unknown_layout_tells_what_was_found_and_what_was_expected(tmp_path: Path) -> None:
    with pytest.raises(RefusedInput, match=r"found 2 columns, none .*; expected List sizes: PRACTICE, PATIENTS"):
        recognise(write(tmp_path, b"Colour,Size\nred,1\n"), [LISTS])


def test_quoted_line_ends_stay_inside_their_field(tmp_path: Path) -> None:
    frame = read_frame(write(tmp_path, b'PRACTICE,PATIENTS,NOTE\nZ90001,1,"two\nlines"\nZ90002,2,x\n'), [LISTS])
    assert frame["note"].to_list() == ["two\nlines", "x"]
