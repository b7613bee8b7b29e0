"""What a page calls things: the regime's tiers, made-up data marked once, and cells that hold no figure."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from pbc.flows.explain import explain
from pbc.flows.gather_statement import gather_statement
from pbc.periods import Month
from pbc.reports import (
    StatementMaterial,
    Tiers,
    build_commissioner,
    build_index,
    build_statement,
    own_practice,
    render_statement,
    render_summary,
    write_statement,
)
from pbc.results import Receipt, Store, figure_id
from pbc.tables import ALL

SEPTEMBER = Month(2009, 9)
TODAY = Tiers("neighbourhood", "integrated care board", "ICB")


@pytest.fixture(scope="module")
def material(made_up_store: Store) -> StatementMaterial:
    return gather_statement(made_up_store, month=SEPTEMBER)


@pytest.fixture(scope="module")
def of_today(material: StatementMaterial) -> StatementMaterial:
    """The same figures under a regime whose groups of practices are neighbourhoods, named by themselves."""
    names = {code: name.replace("Cluster", "Northside") for code, name in material.names.items()}
    freed = material.table("chance_bands").head(0)
    return replace(material, tiers=TODAY, names=names, tables={**material.tables, "nothing": freed})


def test_pages_of_another_regime_never_say_cluster(of_today: StatementMaterial) -> None:
    pages = [
        render_statement(build_statement(of_today, practice_code="Z90001")),
        render_summary(build_commissioner(of_today)),
        render_summary(build_index(of_today, pages={}, commissioner_page="c.html")),
    ]
    assert [page.lower().count("cluster") for page in pages] == [0, 0, 0]
    assert all("neighbourhood" in page.lower() for page in pages)


def test_downloads_of_another_regime_say_cluster_in_figure_ids_alone(
    of_today: StatementMaterial, tmp_path: Path
) -> None:
    view = build_statement(of_today, practice_code="Z90001")
    text = write_statement(view, path=tmp_path / "s.csv", form="csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    shown = [value for row in rows for name, value in row.items() if name != "figure_id"]
    assert not [value for value in shown if "cluster" in value.lower()]
    assert {"neighbourhood ZC01", "integrated care board ZP1"} <= {row["item"] for row in rows}
    assert any("~cluster~ZC01" in row["figure_id"] for row in rows)
    book = openpyxl.load_workbook(write_statement(view, path=tmp_path / "s.xlsx", form="xlsx"))
    cells = [str(cell.value) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert {cell for cell in cells if "cluster" in cell.lower()} <= {
        row["figure_id"].rpartition(":")[0] for row in rows
    }


def marked(material: StatementMaterial) -> StatementMaterial:
    return replace(material, names={code: f"{name} (made up)" for code, name in material.names.items()})


def test_page_marks_made_up_data_at_the_top_and_over_each_table_and_not_after_names(
    material: StatementMaterial,
) -> None:
    statement = render_statement(build_statement(marked(material), practice_code="Z90001"))
    for page in (statement, render_summary(build_commissioner(marked(material)))):
        assert "(made up)" not in page
        assert page.count('class="made-up"') == 1
        assert page.count("<caption>") == page.count('<span class="mark">Made-up data</span>') > 3
        assert "Elm Tree Surgery" in page


def test_page_of_real_data_carries_no_mark_and_keeps_names_as_they_are(material: StatementMaterial) -> None:
    real = replace(marked(material), sets=tuple(replace(each, is_made_up=False) for each in material.sets))
    page = render_statement(build_statement(real, practice_code="Z90001"))
    assert "Made-up data" not in page
    assert "Elm Tree Surgery (made up)" in page  # a real name is never shortened


def test_workbook_marks_made_up_rows_in_a_column(material: StatementMaterial, tmp_path: Path) -> None:
    view = build_statement(marked(material), practice_code="Z90001")
    book = openpyxl.load_workbook(write_statement(view, path=tmp_path / "s.xlsx", form="xlsx"))
    for sheet in book.worksheets[2:]:
        heads = [cell.value for cell in sheet[3]]
        if "Figure id" in heads:
            column = heads.index("Made up") + 1
            assert {sheet.cell(row, column).value for row in range(4, sheet.max_row + 1)} == {"yes"}


def test_workbook_leaves_cells_without_a_figure_empty_and_says_so(material: StatementMaterial, tmp_path: Path) -> None:
    """Columns of figures add up in a spreadsheet: words never stand in them."""
    view = build_statement(material, practice_code="Z90001", protection=own_practice("Z90001"))
    book = openpyxl.load_workbook(write_statement(view, path=tmp_path / "s.xlsx", form="xlsx"))
    position = book["Position"]
    heads = {cell.value: cell.column for cell in position[3]}
    for title in ("Variance (£)", "Variance (pence)", "Activity count", "Year budget (pence)"):
        kinds = {type(position.cell(row, heads[title]).value) for row in range(4, position.max_row + 1)}
        assert kinds <= {int, float, type(None)}, title
    empty = [row for row in range(4, position.max_row + 1) if position.cell(row, heads["Variance (£)"]).value is None]
    assert len(empty) == view.sheets[0].frame["variance_pence"].null_count() > 0
    assert "An empty cell holds no figure" in position["A2"].value
    assert "An empty cell" not in book["Causes"]["A2"].value


def test_hospital_without_a_name_stands_by_its_code(material: StatementMaterial) -> None:
    nameless = replace(material, names={})
    view = build_statement(nameless, practice_code="Z90001")
    by_hospital = next(table for table in view.tables if table.name == "year-to-date-provider")
    assert {row[0] for row in by_hospital.rows} == {"ZH1", "ZH2", "ZH3"}
    assert material.table("budget_statements").filter(pl.col("cut") == "provider").height


@pytest.mark.parametrize("regime, word", [("england-2005", "cluster"), ("england-2025", "neighbourhood")], ids=str)
def test_explanation_names_a_unit_as_its_regime_does(tmp_path: Path, regime: str, word: str) -> None:
    year = "2009-10" if regime == "england-2005" else "2025-26"
    freed = ALL["freed_up_resources"].from_rows(
        [
            {"financial_year": year, "unit_kind": "cluster", "unit_code": "ZN01", "basis": "bill", "budget_pence": 100,
             "actual_pence": 90, "gross_underspend_pence": 10, "freed_up_pence": 10, "retained_pence": 7,
             "commissioner_pence": 3, "retained_share": 0.7, "is_shared": True, "label": "inside_chance", "rule": "R4.1",
             "parameter": "savings.retained_share"}
        ]
    )  # fmt: skip
    store = Store(tmp_path)
    receipt = Receipt(flow="test", inputs={}, regime=regime, is_made_up=True)
    closed = store.publish(f"year-end/{year}", {"freed_up_resources": freed}, receipt)
    found = explain(store, figure_id(closed.name, closed.set_id, "freed_up_resources", freed.row(0, named=True)))
    assert f", {word}, ZN01," in found.title


def test_gain_share_is_explained_step_by_step_and_says_when_it_is_not_paid(tmp_path: Path) -> None:
    """Given a saving shared by an example, then each step stands with its figure, what is left is their sum, and none is paid."""
    after = dict(benchmark=100, actual=20, gate=20, quality=20, share=14, cap=14, loss=14, loss_limit=14)
    before, rows = 0, []
    for number, (step, left) in enumerate(after.items(), start=1):
        rows.append(
            {"financial_year": "2025-26", "unit_kind": "cluster", "unit_code": "ZN01", "basis": "bill", "partner_code": "ZA",
             "step_number": number, "step": step, "amount_pence": left - before, "left_pence": left, "reason": f"why {step}",
             "parameter": "savings.retained_share" if step == "share" else None, "is_payable": False}
        )  # fmt: skip
        before = left
    shares = ALL["gain_shares"].from_rows(rows)
    receipt = Receipt(flow="test", inputs={}, regime="england-2025", is_made_up=True)
    closed = Store(tmp_path).publish("year-end/2025-26", {"gain_shares": shares}, receipt)
    of_cap = shares.row(5, named=True)
    left = explain(Store(tmp_path), figure_id(closed.name, closed.set_id, "gain_shares", of_cap, "left_pence"))
    assert [part.amount for part in left.parts] == [100, -80, 0, 0, -6, 0]
    assert (left.is_sum, left.value, left.gap) == (True, 14, 0)
    taken = explain(Store(tmp_path), figure_id(closed.name, closed.set_id, "gain_shares", shares.row(4, named=True)))
    assert (taken.value, taken.is_sum) == (-6, False)
    assert any("No signed agreement" in said for said in taken.sentences)


def test_luck_is_told_first_and_how_it_is_known_folded_away(material: StatementMaterial) -> None:
    """Given a band's reading, then its verdict stands first, what it rests on is folded, and no sentence of it is lost."""
    view = build_statement(material, practice_code=material.practices[0])
    chance = next(each for each in view.paragraphs if each.name == "chance")
    band = material.of_unit("chance_bands", "practice", material.practices[0]).row(0, named=True)
    assert band["sentence"].startswith(chance.sentences[0])
    assert " ".join((chance.sentences[0], *chance.more[1:])) == band["sentence"]
    page = render_statement(view)
    folded = page.partition("How we know: how much of this could be luck")[2].partition("</details>")[0]
    assert all(sentence[:40] in folded for sentence in chance.more)
