"""The published hierarchies become one dated history: made-up files by hand, and England's where they are."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from tests.journeys.made_up_hierarchies import write_hierarchies

from pbc.errors import MissingFigure, RefusedInput
from pbc.flows.hierarchy_claims import FOREVER, Claim, end_with, follow_practices, settle, succession
from pbc.flows.journey import Journey
from pbc.flows.read_hierarchies import Hierarchies, publish_hierarchies, read_hierarchies
from pbc.results import Store
from pbc.tables import MEMBERSHIP_SOURCES, MEMBERSHIPS, ORGANISATION_SOURCES, ORGANISATIONS

A, B, C = date(2010, 4, 1), date(2013, 4, 1), date(2017, 4, 1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_hierarchies(tmp_path / "published")


def held(read: Hierarchies, parent: str, day: date, relation: str = "practice_commissioner") -> set[str]:
    rows = read.memberships.filter(
        pl.col("parent_code") == parent, pl.col("relation") == relation, pl.col("starts_on") <= day, pl.col("ends_before") > day
    )  # fmt: skip
    return set(rows["member_code"])


def succeeded(read: Hierarchies) -> set[tuple[str, str, date, float]]:
    rows = read.membership_sources.filter(pl.col("relation") == "succeeds")
    return set(rows.select("parent_code", "member_code", "starts_on", "taken_over_share").iter_rows())


def claim(parent: str, start: date, end: date = FOREVER, member: str = "Z1", source: str = "s") -> Claim:
    return Claim(member, "practice_commissioner", parent, start, end, source)


# --- settling by hand ----------------------------------------------------------------------------------------------------------
def test_where_another_parent_begins_the_earlier_ends() -> None:
    assert settle([claim("X", B), claim("W", A)]) == [claim("W", A, B), claim("X", B)]


def test_claims_of_one_parent_that_overlap_are_one_and_a_known_end_stands() -> None:
    assert settle([claim("W", A), claim("W", B, C, source="t")]) == [claim("W", A, C)]
    assert settle([claim("W", A, B), claim("W", A, C)]) == [claim("W", A, C)]
    assert settle([claim("W", A, B), claim("W", B)]) == [claim("W", A, B), claim("W", B)]


def test_of_two_parents_from_one_day_the_one_that_lasts_longer_stands() -> None:
    assert settle([claim("W", A), claim("X", A, B)]) == [claim("W", A)]


def test_nothing_outlasts_its_member() -> None:
    assert end_with([claim("W", A), claim("X", C)], {"Z1": B}) == [claim("W", A, B)]


def test_shares_of_a_succession_add_up_to_one() -> None:
    parts = succession("W", {"X": 0.33, "Y": 0.33, "Z": 0.33, "N": 0.0}, on=A, source="s")
    assert [each.member for each in parts] == ["X", "Y", "Z"]
    assert sum(round(each.share * 1_000_000) for each in parts) == 1_000_000


def test_a_body_whose_practices_left_one_by_one_has_no_successor() -> None:
    one_by_one = [
        claim("W", A, B), claim("X", B), claim("W", A, B, "Z2"), claim("X", B, member="Z2"),
        claim("W", A, C, "Z3"), claim("Y", C, member="Z3"),
    ]  # fmt: skip
    assert follow_practices(one_by_one, bodies=["W"], source="s") == []
    together = follow_practices(one_by_one[:4], bodies=["W", "never"], source="s")
    assert [(each.member, each.parent, each.starts_on, each.share) for each in together] == [("X", "W", B, 1.0)]


# --- made-up files -------------------------------------------------------------------------------------------------------------
def test_a_made_up_place_has_one_history_from_its_files(folder: Path) -> None:
    read = read_hierarchies(folder)
    for table, rows in (
        (ORGANISATIONS, read.organisations), (MEMBERSHIPS, read.memberships),
        (ORGANISATION_SOURCES, read.organisation_sources), (MEMBERSHIP_SOURCES, read.membership_sources),
    ):  # fmt: skip
        assert table.check(rows) == []
    assert held(read, "5ZC", A) == {"Z00001", "Z00002", "Z00003", "Z00004"}
    assert held(read, "0ZA", C) == {"Z00001", "Z00002", "Z00004"}
    assert held(read, "0ZA", date(2018, 4, 1)) == {"Z00001", "Z00004"}  # Z00002 closed the day before
    assert held(read, "1ZA", date(2024, 1, 1)) == {"Z00001", "Z00004", "Z00008"}  # the last told by the hierarchy alone
    assert held(read, "U00001", date(2021, 1, 1), "practice_pcn") == {"Z00001", "Z00003"}
    assert held(read, "U00001", date(2023, 4, 1), "practice_pcn") == set()
    assert held(read, "QZA", date(2022, 7, 1), "sub_icb_icb") == {"1ZA"}
    assert held(read, "YZ1", date(2022, 6, 30), "commissioner_region") == {"1ZA"}
    assert held(read, "YZ1", date(2022, 7, 1), "commissioner_region") == {"QZA"}
    assert held(read, "QZ1", date(2013, 3, 31), "commissioner_region") == {"5ZC"}
    assert held(read, "QZ1", date(2013, 4, 1), "commissioner_region") == set()


def test_successors_are_told_by_the_overlap_and_else_by_the_practices(folder: Path) -> None:
    assert succeeded(read_hierarchies(folder)) == {
        ("5ZA", "5ZC", date(2006, 10, 1), 1.0), ("5ZB", "5ZC", date(2006, 10, 1), 1.0),
        ("5ZC", "0ZA", date(2013, 4, 1), 0.666667), ("5ZC", "0ZB", date(2013, 4, 1), 0.333333),
        ("0ZB", "0ZC", date(2017, 4, 1), 1.0), ("0ZA", "1ZA", date(2020, 4, 1), 1.0),
    }  # fmt: skip
    (folder / "overlap.csv").unlink()
    assert {(old, new, share) for old, new, _, share in succeeded(read_hierarchies(folder)) if old == "5ZC"} == {
        ("5ZC", "0ZA", 0.75), ("5ZC", "0ZB", 0.25),
    }  # fmt: skip


def test_what_was_left_out_is_told_and_each_organisation_says_its_source(folder: Path) -> None:
    read = read_hierarchies(folder)
    told = " ".join(read.notes)
    for words in (
        "1 practices are dormant", "1 prescribing centres", "health boards of Wales", "primary care groups",
        "bodies of no known kind", "1 practices are in no primary care network", "2 practices were left out",
    ):  # fmt: skip
        assert words in told
    roles = {(code, kind): name for code, kind, name in read.organisations.select(ORGANISATIONS.names[:3]).iter_rows()}
    assert (roles["1ZA", "ccg"], roles["1ZA", "sub_icb"]) == ("Made-up Group", "Made-up Board - 1ZA")
    assert (roles["5ZC", "pct"], roles["5ZA", "pct"], roles["RZ1", "provider"]) == (
        "Made-up Trust", "5ZA", "Made-up Hospital",
    )  # fmt: skip
    sources = dict(read.organisation_sources.select("organisation_code", "source_title").iter_rows())
    assert "epraccur_2023_12.csv" in sources["Z00001"]
    assert set(read.fingerprints) == {path.name for path in folder.iterdir()}


def test_only_what_belongs_to_a_commissioner_or_region_is_read_when_asked(folder: Path) -> None:
    only = read_hierarchies(folder, commissioner_codes=["0zc"])
    assert set(only.organisations.filter(pl.col("organisation_kind") == "practice")["organisation_code"]) == {"Z00003"}
    assert held(only, "5ZB", date(2005, 1, 1)) == {"Z00003"}
    region = read_hierarchies(folder, commissioner_codes=["YZ1"])
    assert held(region, "1ZA", date(2024, 1, 1)) == {"Z00001", "Z00004", "Z00008"}
    with pytest.raises(RefusedInput, match="no commissioner or region"):
        read_hierarchies(folder, commissioner_codes=["Z00001"])


def test_files_that_are_absent_doubled_or_undated_are_told(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(MissingFigure, match="no published file of organisations"):
        read_hierarchies(_empty(tmp_path))
    (folder / "again.csv").write_bytes((folder / "history.csv").read_bytes())
    with pytest.raises(RefusedInput, match="only one can be used"):
        read_hierarchies(folder)
    (folder / "again.csv").unlink()
    (folder / "broken.xlsx").write_text("no workbook")
    (folder / "tiers_2023_24.csv").rename(folder / "tiers.csv")
    with pytest.raises(RefusedInput, match="picture of one day"):
        read_hierarchies(folder)


def test_pictures_alone_make_a_smaller_history(folder: Path) -> None:
    for path in folder.iterdir():
        if not path.name.startswith("tiers_"):
            path.unlink()
    read = read_hierarchies(folder)
    assert held(read, "1ZA", date(2024, 1, 1)) == {"Z00001", "Z00003", "Z00004", "Z00008"}
    assert "The folder lacks the membership history" in " ".join(read.notes)


def test_a_set_is_published_with_the_hash_of_each_file(folder: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    made = publish_hierarchies(store, folder, commissioner_codes=["qza"], journey=Journey(made_at="2026-01-01"))
    assert made.receipt.parameters == {"commissioners": "QZA"}
    assert len(made.receipt.inputs["history.csv"]) == 64
    assert made.rows("memberships") == made.rows("membership_sources")
    assert made.frame("hierarchy_notes")["note_id"].to_list() == list(range(1, made.rows("hierarchy_notes") + 1))
    assert publish_hierarchies(store, folder, commissioner_codes=["QZA"]).set_id == made.set_id


def _empty(tmp_path: Path) -> Path:
    (tmp_path / "empty").mkdir()
    return tmp_path / "empty"
