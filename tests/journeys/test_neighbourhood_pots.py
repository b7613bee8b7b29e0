"""A neighbourhood team's first budget, from rows typed in to a page and a workbook, on made-up England and on the published one."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from pbc.errors import MissingFigure, RefusedInput
from pbc.flows.explain import explain
from pbc.flows.neighbourhood_pots import (
    check_typed_pots,
    list_commissioners,
    list_measures,
    share_neighbourhood_pots,
)
from pbc.flows.show_pots import show_pots, write_pots
from pbc.money import pounds
from pbc.periods import FinancialYear
from pbc.policy import load_policy
from pbc.results import PublishedSet, Store, figure_id

YEAR, POLICY = FinancialYear(2025), load_policy("england-2025")
POTS = [
    {"pot": "core", "commissioner_code": "zi1", "weighted_population": "Final WP", "pounds": "5000000"},
    {"pot": "drugs", "commissioner_code": "ZI1", "weighted_population": "Prescr WP", "pounds": "700000.01"},
    {"pot": "surgeries", "commissioner_code": "ZI1", "weighted_population": "Final PMC WP", "pounds": "800000"},
]
PLACES = [
    {
        "practice_code": f"Z{90001 + at}",
        "neighbourhood": "Northside" if at % 4 else "Quay",
        "from": "2024-04-01",
        "to": "",
    }
    for at in range(0, 40, 2)
]
HIERARCHY = "PRACTICE_CODE,PRACTICE_NAME,PCN_ODS_CODE,PCN_NAME,CCG_ODS_CODE,CCG_NAME,STP_ODS_CODE,STP_NAME,REGION_ODS_CODE,REGION_NAME\n"


def share(folder: Path, **more: object) -> PublishedSet:
    given = {"year": YEAR, "name": "Our first pots", "pots": POTS, "neighbourhoods": PLACES, "policy": POLICY}
    return share_neighbourhood_pots(Store(folder / "store"), folder, **(given | more))  # type: ignore[arg-type]


def test_commissioners_and_measures_are_offered_in_words(made_up_england: Path) -> None:
    offered = list_commissioners(made_up_england, year=YEAR)
    assert offered["commissioner_code"].to_list() == ["ZI1", "ZI2"]
    assert offered["practices_count"].sum() > 40
    measures = {measure.name: measure.words for measure in list_measures(YEAR)}
    assert measures["Final WP"] == "all core services together"
    assert measures["Prescr WP"] == "prescribing"


def test_typed_pots_are_shared_to_the_penny_and_published_with_a_receipt(made_up_england: Path) -> None:
    found = share(made_up_england)
    assert found.name == "neighbourhood-pots/our-first-pots"
    shares = found.frame("pot_shares")
    sums = dict(shares.group_by("pot").agg(pl.col("amount_pence").sum()).iter_rows())
    assert sums == {"core": 500_000_000, "drugs": 70_000_001, "surgeries": 80_000_000}
    by_place = found.frame("neighbourhood_shares")
    assert dict(by_place.group_by("pot").agg(pl.col("amount_pence").sum()).iter_rows()) == sums
    assert set(by_place["neighbourhood"]) == {"Northside", "Quay", "unassigned"}
    assert found.receipt.is_made_up
    assert {"pots typed in", "neighbourhoods typed in"} <= set(found.receipt.inputs)
    assert share(made_up_england).set_id == found.set_id


def test_luck_leaves_out_what_is_paid_by_contract_and_says_the_cheque_is_the_default(made_up_england: Path) -> None:
    bands = share(made_up_england).frame("neighbourhood_bands")
    whole = bands.filter(pl.col("neighbourhood") == "*").row(0, named=True)
    assert whole["judged_pence"] == 570_000_001
    assert whole["amount_pence"] == 650_000_001
    assert bands["cheque_source"].unique().to_list() == ["default"]
    drawn = bands.filter(pl.col("chance_low_pence").is_not_null())
    assert (drawn["chance_low_pence"] < drawn["judged_pence"]).all()
    assert (drawn["outer_high_pence"] > drawn["chance_high_pence"]).all()


def test_files_of_the_same_columns_give_the_same_shares(made_up_england: Path) -> None:
    pots, places = made_up_england / "pots.csv", made_up_england / "places.csv"
    pl.DataFrame(POTS).write_csv(pots)
    pl.DataFrame(PLACES).write_csv(places)
    typed, read = share(made_up_england), share(made_up_england, pots=pots, neighbourhoods=places, name="From files")
    for table in typed.tables:
        assert typed.frame(table).equals(read.frame(table))


def test_networks_of_the_published_hierarchy_stand_in_for_neighbourhoods(made_up_england: Path) -> None:
    with pytest.raises(MissingFigure, match="no published hierarchy"):
        share(made_up_england, neighbourhoods=None)
    rows = "".join(
        f"Z{90001 + at},P,{'U' if at == 4 else f'ZU{at % 2}'},Net {at % 2},ZS1,S,ZI1,I,ZR1,R\n" for at in range(0, 12)
    )
    (made_up_england / "practice_pcn_2023_24.csv").write_text(HIERARCHY + rows)
    (made_up_england / "practice_pcn.csv").write_text(HIERARCHY + rows.replace("Net", "Old"))
    found = share(made_up_england, neighbourhoods=None)
    places = set(found.frame("neighbourhood_shares")["neighbourhood"])
    assert places <= {"Net 0 (ZU0)", "Net 1 (ZU1)", "unassigned"}
    assert len(places) >= 2
    assert "replace them with your own" in found.receipt.parameters["notes"]


@pytest.mark.parametrize(
    "changed, words",
    [
        ({"pots": [POTS[0] | {"pounds": "£5m"}]}, "plain amount in pounds"),
        ({"pots": [POTS[0] | {"weighted_population": "Final"}]}, "weighted population that this year's file does not"),
        ({"pots": [POTS[0], POTS[0]]}, "A pot stands twice"),
        ({"pots": [POTS[0] | {"commissioner_code": "ZZ9"}]}, "no practice in the published file"),
        ({"pots": []}, "headings and no rows"),
        ({"pots": [POTS[0] | {"colour": "red"}]}, "a column that is not asked for"),
        ({"neighbourhoods": [PLACES[0] | {"from": "spring"}]}, "does not hold what its column promises"),
        ({"neighbourhoods": [*PLACES, PLACES[1] | {"neighbourhood": "Hill"}]}, "in two neighbourhoods at once"),
        ({"name": "?"}, "no letter or figure"),
    ],
)
def test_row_that_cannot_be_used_is_refused_with_its_number(
    made_up_england: Path, changed: dict[str, object], words: str
) -> None:
    with pytest.raises(RefusedInput, match=words):
        share(made_up_england, **changed)
    assert Store(made_up_england / "store").names("neighbourhood-pots") == []


def test_every_fault_of_typed_rows_is_told_at_once() -> None:
    pots = [POTS[0] | {"pounds": "lots"}, POTS[1] | {"pot": ""}, POTS[2]]
    places = [PLACES[0] | {"from": ""}, PLACES[1] | {"neighbourhood": "unassigned"}]
    found = check_typed_pots(year=YEAR, pots=pots, neighbourhoods=places)
    told = found.select("delivery", "row_number", "column_name").rows()
    assert told == [
        ("pots typed in", 1, "pounds"), ("pots typed in", 2, "pot"),
        ("neighbourhoods typed in", 1, "starts_on"), ("neighbourhoods typed in", 2, "neighbourhood"),
    ]  # fmt: skip
    assert check_typed_pots(year=YEAR, pots=[], neighbourhoods=[]).is_empty()


def test_page_of_pots_adds_up_and_every_figure_explains_itself(made_up_england: Path) -> None:
    found = share(made_up_england, pots=[*POTS, POTS[0] | {"commissioner_code": "ZI2"}])
    view, store = show_pots(found), Store(made_up_england / "store")
    by_place = view.tables[0].page
    assert by_place.rows[0][0] == "All practices, ZI1"
    assert by_place.rows[0][-2] == pounds(650_000_001)
    assert "No such pot" in {cell for row in by_place.rows for cell in row}
    told = [
        explain(store, each)
        for table in view.tables for row in table.figure_ids[:8] for each in row if each
    ]  # fmt: skip
    assert len(told) > 60
    assert {each.gap for each in told} == {0}
    row = found.frame("neighbourhood_shares").row(0, named=True)
    counted = explain(store, figure_id(found.name, found.set_id, "neighbourhood_shares", row, "practices_count"))
    assert "Practices in it on the day: " in counted.sentences[0]
    assert [note.name for note in view.notes] == ["not-known", "source"]
    assert "Open Government Licence" in view.notes[1].sentences[1]
    assert "in no neighbourhood" in {row[1].lower() for row in view.exceptions.rows}


def test_workbook_has_a_table_a_sheet_its_sources_and_inert_text(made_up_england: Path) -> None:
    places = [row | {"neighbourhood": "=cmd()"} if row["neighbourhood"] == "Quay" else row for row in PLACES]
    found = share(made_up_england, neighbourhoods=places)
    book = openpyxl.load_workbook(BytesIO(write_pots(found)))
    assert book.sheetnames == [
        "Cover", "Notes", "Neighbourhood shares", "Neighbourhood bands", "Pot shares", "Pot exceptions", "Unusual lists",
    ]  # fmt: skip
    for name in book.sheetnames[2:]:
        assert len(book[name].tables) == 1
        assert all(cell.data_type != "f" for row in book[name].iter_rows() for cell in row)
    heads = [cell.value for cell in book["Pot shares"][3]]
    assert {"Source", "Figure id", "Measure"} <= set(heads)
    sources = {row[heads.index("Source")].value for row in book["Pot shares"].iter_rows(min_row=4)}
    assert len(sources) == 1
    cover = " ".join(str(row[0].value) for row in book["Cover"].iter_rows())
    assert "Made-up data" in cover
    assert "Open Government Licence v3.0" in cover
    assert write_pots(found) == write_pots(found)


def test_published_board_is_shared_among_its_own_networks(published_data: Path, tmp_path: Path) -> None:
    """An ICB of 2025/26, its networks of 2023/24: what a stranger sees first."""
    offered = list_commissioners(published_data, year=YEAR)
    assert offered.height == 42
    first = offered["commissioner_code"][0]
    pots = [{"pot": "core", "commissioner_code": first, "weighted_population": "Final WP", "pounds": "1000000000"}]
    found = share_neighbourhood_pots(
        Store(tmp_path), published_data, year=YEAR, name="First", pots=pots, neighbourhoods=None, policy=POLICY
    )
    assert found.frame("pot_shares")["amount_pence"].sum() == 100_000_000_000
    assert not found.receipt.is_made_up
    assert found.frame("neighbourhood_bands").height > 10
    assert show_pots(found).notes[1].sentences[0].startswith("Weighted populations: NHS England")
