"""Whatever a supplier calls its columns, in whatever order and however it writes days and codes: the rows come out the same."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pbc.engines.duckdb_engine import DuckDBEngine
from pbc.sources.deliveries import read_outpatients, read_referrals
from pbc.sources.headings import DATES, ColumnMap, HeadingMap, parse_map, require_map
from pbc.sources.layout import read_layouts
from pbc.sources.synthetic.nhs_numbers import made_up_nhs_numbers

KEY, LAYOUTS = bytes(range(40)), read_layouts()
OUTPATIENTS = next(layout for layout in LAYOUTS if layout.name == "outpatients")
NUMBERS = [str(number) for number in made_up_nhs_numbers(np.arange(6))]
THEIRS = {"first": "1", "follow_up": "2", "procedure": "P, x"}
WRITTEN = {
    "yyyy-mm-dd": "%Y-%m-%dT00:00:00", "dd/mm/yyyy": "%d/%m/%Y 09:30", "dd-mm-yyyy": "%d-%m-%Y", "dd.mm.yyyy": "%d.%m.%Y",
    "mm/dd/yyyy": "%m/%d/%Y", "yyyy/mm/dd": "%Y/%m/%d", "yyyymmdd": "%Y%m%d", "dd-mmm-yyyy": "%d-%b-%Y", "dd mmm yyyy": "%d %b %Y",
}  # fmt: skip
days = st.dates(date(2009, 4, 1), date(2009, 9, 30))
rows = st.lists(
    st.fixed_dictionaries(
        {
            "provider_code": st.just("ZH1"), "attendance_number": st.uuids().map(lambda at: f"O{at.hex[:8]}"),
            "nhs_number": st.sampled_from([*NUMBERS, "", "9990000019"]), "attendance_date": days.map(str),
            "attendance_type": st.sampled_from(list(THEIRS)), "hrg_code": st.sampled_from(["ZZO01", "", "=bad"]),
            "treatment_function_code": st.just("100"), "age": st.sampled_from(["4", "40", "140", ""]),
            "sex": st.sampled_from("129X"), "practice_code": st.just("Z90001"), "referral_source": st.just("GP"),
        }
    ),
    min_size=1, max_size=6, unique_by=lambda row: row["attendance_number"],
)  # fmt: skip
words = st.text(
    st.characters(min_codepoint=33, max_codepoint=0x17F, exclude_categories=("Cc", "Cf", "Zs"), exclude_characters='"'),
    min_size=1,
    max_size=12,
)
few = settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])


def as_csv(rows: list[dict[str, str]]) -> bytes:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode()


def renamed(ours: list[dict[str, str]], names: list[str], form: str, is_given: bool) -> list[dict[str, str]]:
    """Their file: columns in another order and under other names, days and codes written their way, one column never sent."""
    their = []
    for row in ours:
        cells = row | {
            "attendance_date": date.fromisoformat(row["attendance_date"]).strftime(WRITTEN[form]),
            "attendance_type": THEIRS[row["attendance_type"]],
        }
        kept = {name: text for name, text in cells.items() if not (is_given and name == "provider_code")}
        their.append(
            {
                names[OUTPATIENTS.names.index(name)]: text
                for name, text in sorted(kept.items(), key=lambda each: each[1])
            }
        )
    return [dict(sorted(row.items())) for row in their]


def the_map(names: list[str], form: str, is_given: bool) -> HeadingMap:
    columns = {name: ColumnMap(heading=names[at]) for at, name in enumerate(OUTPATIENTS.names)}
    columns["attendance_date"] = ColumnMap(heading=columns["attendance_date"].heading, dates=form)
    codes = tuple((theirs, ours) for ours, theirs in THEIRS.items())
    columns["attendance_type"] = ColumnMap(heading=columns["attendance_type"].heading, codes=codes)
    if is_given:
        columns["provider_code"] = ColumnMap(given="ZH1")
    return HeadingMap("outpatients", columns, "Made-up Hospital", "A. Analyst", date(2009, 4, 1))


def read(path: Path, *maps: HeadingMap) -> tuple[pl.DataFrame, pl.DataFrame, dict[str, int]]:
    with DuckDBEngine() as engine:
        found = read_outpatients(engine, [path], key=KEY, delivery="2009-09", headings=maps)
        return found.rows.frame().sort("attendance_number"), found.rejected.sort("row_number", "rule"), found.counts


@few
@given(
    rows, st.lists(words, min_size=11, max_size=11, unique_by=lambda word: word.casefold()), st.sampled_from(list(DATES)),
    st.booleans(),
)  # fmt: skip
def test_a_mapped_file_gives_the_rows_of_ours(
    tmp_path: Path, ours: list[dict[str, str]], names: list[str], form: str, is_given: bool
) -> None:
    said = the_map(names, form, is_given)
    if any(OUTPATIENTS.column(name).known_as[0] in names for name in OUTPATIENTS.names):
        return
    (tmp_path / "a.csv").write_bytes(as_csv(ours))
    (tmp_path / "b.csv").write_bytes(as_csv(renamed(ours, names, form, is_given)))
    said = parse_map(require_map(said, layouts=LAYOUTS).to_yaml(), layouts=LAYOUTS)
    assert said == the_map(names, form, is_given)
    want, have = read(tmp_path / "a.csv"), read(tmp_path / "b.csv", said)
    assert want[0].equals(have[0])
    assert want[1].drop("delivery").equals(have[1].drop("delivery"))
    assert want[2] == have[2]


def test_parquet_is_read_through_a_map_too_many_files_as_one(tmp_path: Path) -> None:
    made: list[dict[str, Any]] = [
        {"Ref": f"R{at}", "NHS": NUMBERS[at], "Surgery": "Z90001", "Sent": date(2009, 9, 1 + at), "Spec": 1, "By": "GP"}
        for at in range(4)
    ]
    for at in (0, 2):
        pl.DataFrame(made[at : at + 2]).write_parquet(tmp_path / f"{at}.parquet")
    columns = {
        "provider_code": ColumnMap(given="ZH1"), "referral_number": ColumnMap("Ref"), "nhs_number": ColumnMap("nhs"),
        "practice_code": ColumnMap("Surgery"), "referral_date": ColumnMap("Sent", dates="dd/mm/yyyy"),
        "treatment_function_code": ColumnMap("Spec", codes=(("1", "110"),)), "referral_source": ColumnMap("By"),
    }  # fmt: skip
    said = HeadingMap("referrals", columns, "Made-up Hospital", "A. Analyst", date(2009, 4, 1))
    with DuckDBEngine() as engine:
        files = [tmp_path / "0.parquet", tmp_path / "2.parquet"]
        found = read_referrals(engine, files, key=KEY, delivery="2009-09", headings=[said])
        read = found.rows.frame().sort("referral_number")
    assert found.counts["accepted"] == 4
    assert read["referred_on"].to_list() == [row["Sent"] for row in made]
    assert set(read["treatment_function_code"]) == {"110"}
    assert found.fingerprints["headings of 0.parquet"] == said.fingerprint


@pytest.mark.parametrize("text", ["31/02/2009", "1/2/09", "2009-13-01", "soon"])
def test_what_a_map_cannot_translate_is_refused_as_it_stands(text: str, tmp_path: Path) -> None:
    row = {"provider_code": "ZH1", "attendance_number": "O1", "nhs_number": "", "attendance_date": text,
           "attendance_type": "9", "hrg_code": "ZZO01", "treatment_function_code": "100", "age": "", "sex": "1",
           "practice_code": "", "referral_source": ""}  # fmt: skip
    (tmp_path / "a.csv").write_bytes(as_csv([row]))
    _, rejected, _ = read(tmp_path / "a.csv", the_map(list(OUTPATIENTS.names), "dd/mm/yyyy", False))
    assert {tuple(each) for each in rejected.select("rule", "value_found").rows()} == {
        ("not_a_date", text),
        ("unknown_code", "9"),
    }
