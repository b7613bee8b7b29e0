"""Published files are found by their headings; the user's own files are read strictly."""

import gzip
from datetime import date
from pathlib import Path

import pytest

from pbc.errors import RefusedInput
from pbc.sources.published.find import find_latest_published, find_one_published, find_published
from pbc.sources.published.local import read_neighbourhoods, read_pots

MEASURES = {"Final WP": "overall_weighted_population"}
POTS = "pot,commissioner_code,weighted_population,pounds\n"
PLACES = "practice_code,neighbourhood,from,to\n"


def test_files_are_found_by_their_headings_whatever_they_are_called(made_up_england: Path) -> None:
    renamed = made_up_england / "deep" / "anything.csv"
    renamed.parent.mkdir()
    (made_up_england / "made_up_2025_26.csv").rename(renamed)
    assert find_published(made_up_england, "weighted_population_2025_26") == [renamed]
    assert find_one_published(made_up_england, "weighted_population_2025_26", year="2025-26") == renamed
    assert find_one_published(renamed, "weighted_population_2025_26") == renamed


def test_two_files_of_one_layout_are_told_apart_by_the_year_in_their_name(made_up_england: Path) -> None:
    whole = (made_up_england / "made_up_2025_26.csv").read_bytes()
    (made_up_england / "last_year.csv").write_bytes(whole)
    assert (
        find_one_published(made_up_england, "weighted_population_2025_26", year="2025-26").name == "made_up_2025_26.csv"
    )
    (made_up_england / "2025_2026.csv").write_bytes(whole)
    with pytest.raises(RefusedInput, match="cannot be told apart"):
        find_one_published(made_up_england, "weighted_population_2025_26", year="2025-26")


def test_a_folder_without_the_file_is_refused_with_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    (tmp_path / "broken.csv.gz").write_bytes(gzip.compress(b"a,b\n1,2\n")[:9])
    with pytest.raises(RefusedInput, match=r"found other\.csv; expected practice weighted populations 2025/26"):
        find_one_published(tmp_path, "weighted_population_2025_26")
    with pytest.raises(RefusedInput, match="no such folder"):
        find_one_published(tmp_path / "nowhere", "weighted_population_2025_26")


def test_a_file_that_lacks_one_column_is_refused_by_that_column(made_up_england: Path) -> None:
    path = made_up_england / "made_up_2025_26.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("Final WP", "Final", 1), encoding="utf-8")
    with pytest.raises(RefusedInput, match="Final WP"):
        find_one_published(path, "weighted_population_2025_26")


def test_the_latest_register_up_to_the_day_is_taken(tmp_path: Path) -> None:
    cells = ["Z90001", "X", "", "", *[""] * 5, "", "19740401", "", "A", "B", "16C", *[""] * 10, "4", ""]
    row = ",".join(f'"{cell}"' for cell in cells) + "\n"
    for month in ("2019_09", "2023_12", "2031_01"):
        (tmp_path / f"epraccur_{month}.csv").write_text(row)
    found = [find_latest_published(tmp_path, "epraccur", by=date(year, 3, 31)) for year in (2019, 2020, 2026)]
    assert [path.stem[-7:] if path else "" for path in found] == ["2019_09", "2019_09", "2023_12"]
    assert find_latest_published(tmp_path, "trusts", by=date(2026, 3, 31)) is None


def test_pots_are_read_in_pence_by_the_publishers_name(tmp_path: Path) -> None:
    path = tmp_path / "pots.csv"
    path.write_text(POTS + "core,ZI1,final  wp,1204.5\n")
    assert read_pots(path, measures=MEASURES).rows.row(0) == (
        "core",
        "ZI1",
        "final  wp",
        "overall_weighted_population",
        120_450,
    )


@pytest.mark.parametrize(
    "line, told",
    [
        ("core,ZI1,Final XP,5", "row 2, column weighted_population; found Final XP; expected Final WP"),
        ('core,ZI1,Final WP,"1,000"', "row 2, column pounds; found 1,000"),
        ("core,ZI1,Final WP,£5", "row 2, column pounds; found £5"),
        ("core,ZI1,Final WP,-5", "less than nothing"),
        ("core,ZI1,Final WP,", "column pounds"),
        (",ZI1,Final WP,5", "column pot"),
    ],
)
def test_pots_refuse_what_cannot_be_shared(tmp_path: Path, line: str, told: str) -> None:
    path = tmp_path / "pots.csv"
    path.write_text(POTS + line + "\n", encoding="utf-8")
    with pytest.raises(RefusedInput, match=told):
        read_pots(path, measures=MEASURES)


def test_neighbourhoods_become_memberships(tmp_path: Path) -> None:
    path = tmp_path / "places.csv"
    path.write_text(PLACES + "z90001,Northside,2024-04-01,2025-03-31\nZ90001,Southside,2025-04-01,\n")
    rows = read_neighbourhoods(path).rows.select("member_code", "parent_code", "starts_on", "ends_before").rows()
    assert rows == [
        ("Z90001", "Northside", date(2024, 4, 1), date(2025, 4, 1)),
        ("Z90001", "Southside", date(2025, 4, 1), date(9999, 12, 31)),
    ]


@pytest.mark.parametrize(
    "line, told",
    [
        ("Z90001,Northside,31/04/2024,", "row 2, column from"),
        ("Z90001,Northside,,", "row 2, column from"),
        ("Z90001,,2024-04-01,", "column neighbourhood"),
        ("Z90001,Northside,2024-04-01,2024-03-31", "ends before it starts"),
        ("Z90001,Northside,2024-02-30,", "row 2, column from"),
    ],
)
def test_neighbourhoods_refuse_what_is_no_period(tmp_path: Path, line: str, told: str) -> None:
    path = tmp_path / "places.csv"
    path.write_text(PLACES + line + "\n")
    with pytest.raises(RefusedInput, match=told):
        read_neighbourhoods(path)


def test_a_file_both_plain_and_gzipped_counts_once(made_up_england: Path) -> None:
    plain = made_up_england / "made_up_2025_26.csv"
    (made_up_england / "made_up_2025_26.csv.gz").write_bytes(gzip.compress(plain.read_bytes()))
    assert find_one_published(made_up_england, "weighted_population_2025_26", year="2025-26") == plain
