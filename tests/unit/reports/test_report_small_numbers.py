"""A figure of a few people is hidden in page, chart, CSV, workbook and explanation alike, unless its reader may see it."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from pbc.errors import RefusedInput
from pbc.flows.explain import explain
from pbc.flows.gather_statement import gather_statement
from pbc.periods import Month
from pbc.reference.activity import POINTS_OF_DELIVERY
from pbc.reports import (
    PROTECTED,
    Protection,
    StatementMaterial,
    build_commissioner,
    build_statement,
    for_purpose,
    own_practice,
    shown_to,
    write_statement,
)
from pbc.reports.explanation import explanation_text
from pbc.reports.long_csv import figure_rows
from pbc.results import Store
from pbc.stats.small_numbers import HES_2018
from pbc.tables import RESTATED_MONTHS

CODE, SEPTEMBER = "Z90003", Month(2009, 9)
EVERYTHING = for_purpose("checking against the hospital's own records")


@pytest.fixture(scope="module")
def material(made_up_store: Store) -> StatementMaterial:
    return gather_statement(made_up_store, month=SEPTEMBER)


def changed(material: StatementMaterial, table: str, **changes: pl.Expr) -> StatementMaterial:
    return replace(material, tables={**material.tables, table: material.table(table).with_columns(**changes)})


def rows_of(material: StatementMaterial, protection: Protection, table: str, code: str = CODE) -> list[dict[str, Any]]:
    return shown_to(material, protection).of_practice(table, code).to_dicts()


def test_no_small_count_is_in_any_download(material: StatementMaterial) -> None:
    view = build_statement(material, practice_code=CODE)
    counts = [row for row in figure_rows(view) if row["unit"] == "count" and row["table"] != "budget_lines"]
    shown = [row["value"] for row in counts if row["is_hidden"] == "no" and row["value"] != ""]
    assert not [value for value in shown if 0 < value < 8]
    assert all(value % 5 == 0 for value in shown)
    hidden = [row for row in figure_rows(view) if row["is_hidden"] == "yes"]
    assert hidden
    assert all(row["value"] == "" for row in hidden)
    assert {row["measure"] for row in hidden} >= {"activity_count", "actual_pence", "variance_pence"}


def test_page_csv_workbook_and_explanation_hide_the_same(
    material: StatementMaterial, made_up_store: Store, tmp_path: Path
) -> None:
    view = build_statement(material, practice_code=CODE)
    table = next(each for each in view.tables if each.name == "year-to-date-point-of-delivery")
    on_page = {row[0]: row[2] == "*" for row in table.rows[:-1]}
    assert any(on_page.values())
    assert not all(on_page.values())
    text = write_statement(view, path=tmp_path / "s.csv", form="csv").read_text(encoding="utf-8-sig")
    in_csv = {
        row["item_name"]: row
        for row in csv.DictReader(io.StringIO(text, newline=""))
        if (row["period"], row["cut"], row["measure"]) == ("year_to_date", "point_of_delivery", "actual_pence")
    }
    sheet = openpyxl.load_workbook(write_statement(view, path=tmp_path / "s.xlsx", form="xlsx"))["Position"]
    heads = {cell.value: cell.column for cell in sheet[3]}
    in_book = {
        sheet.cell(at, heads["Item name"]).value: sheet.cell(at, heads["Actual (pence)"]).value
        for at in range(4, sheet.max_row + 1)
        if sheet.cell(at, heads["Period"]).value == "Year to date"
    }
    assert "Hidden as of a few people" in heads
    for name, is_dark in on_page.items():
        assert (in_csv[name]["is_hidden"] == "yes") == (in_csv[name]["value"] == "") == is_dark
        assert (in_book[name] is None) == is_dark
        told = explain(made_up_store, in_csv[name]["figure_id"])
        assert told.is_hidden == is_dark
        assert (told.value is None) == is_dark
        assert is_dark or str(told.value) == in_csv[name]["value"]


def test_explanation_of_a_hidden_figure_says_so_and_nothing_more(
    material: StatementMaterial, made_up_store: Store
) -> None:
    hidden = next(
        row
        for row in rows_of(material, PROTECTED, "budget_statements")
        if row["hidden"] and row["cut"] == "point_of_delivery"
    )
    told = explain(made_up_store, f"{hidden['figure_id']}:actual_pence")
    assert (told.value, told.parts, told.records, told.prices) == (None, (), (), ())
    assert told.sentences[0].startswith("It is hidden. * stands for a figure of 1 to 7 people or contacts")
    raw = explain(made_up_store, f"{hidden['figure_id']}:actual_pence", protection=EVERYTHING)
    words = explanation_text(told)
    assert f"{raw.value / 100:,.2f}" not in words
    assert "\n*    " in words
    assert all(part.amount is None for part in told.row if part.is_hidden)
    assert raw.records


def test_explanation_of_a_shown_figure_keeps_its_parts_and_none_that_is_finer(
    material: StatementMaterial, made_up_store: Store
) -> None:
    """A service is the sum of its kinds as they are shown; records, prices and cells are for those entitled."""
    rows = [row for row in rows_of(material, PROTECTED, "budget_statements") if row["period"] == "year_to_date"]
    service = next(row for row in rows if row["item"] == "planned_care")
    told = explain(made_up_store, f"{service['figure_id']}:actual_pence")
    by_item = {row["item"]: row["actual_pence"] for row in rows}
    assert told.value == service["actual_pence"]
    assert sorted(part.amount or 0 for part in told.parts) == sorted(by_item[pod] or 0 for pod in ("DC", "EL"))
    assert not told.records
    assert not told.prices
    assert told.sentences[-1].startswith("Its cells, records and prices")
    line = next(row for row in rows if row["item"] == "OPFA")
    assert explain(made_up_store, f"{line['figure_id']}:actual_pence").parts == ()
    variance = explain(made_up_store, f"{line['figure_id']}:variance_pence")
    assert variance.is_sum
    assert sum(part.amount for part in variance.parts if isinstance(part.amount, int)) == variance.value
    assert explain(made_up_store, f"{line['figure_id']}:activity_count").value == HES_2018.rounded(
        next(
            row for row in rows_of(material, EVERYTHING, "budget_statements") if row["figure_id"] == line["figure_id"]
        )["activity_count"]
    )


def test_figures_finer_than_a_statement_and_those_replaced_are_not_explained_to_everyone(made_up_store: Store) -> None:
    cells = made_up_store.current("cells/2009-09")
    row = cells.frame("activity_cells").row(0, named=True)
    from pbc.results import figure_id

    told = explain(made_up_store, figure_id(cells.name, cells.set_id, "activity_cells", row))
    assert told.is_hidden
    assert told.value is None
    assert not told.row
    assert explain(
        made_up_store, figure_id(cells.name, cells.set_id, "activity_cells", row), protection=EVERYTHING
    ).value
    budgets = made_up_store.current("budgets/2009-10")
    line = budgets.frame("budget_lines").row(0, named=True)
    assert (
        explain(made_up_store, figure_id(budgets.name, budgets.set_id, "budget_lines", line)).value
        == line["amount_pence"]
    )


def test_own_practice_sees_all_of_its_own_and_no_more(material: StatementMaterial, made_up_store: Store) -> None:
    mine = build_statement(material, practice_code=CODE, protection=own_practice(CODE))
    raw = material.of_practice("budget_statements", CODE)["activity_count"].to_list()
    assert mine.sheets[0].frame["activity_count"].to_list() == raw
    assert mine.has_small_counts
    assert not build_statement(material, practice_code=CODE).has_small_counts
    shown = shown_to(material, own_practice(CODE))
    assert shown.of_practice("budget_statements", "Z90001").equals(
        shown_to(material, PROTECTED).of_practice("budget_statements", "Z90001")
    )
    lost = next(sheet for sheet in mine.sheets if sheet.name == "not_attributed")
    assert lost.frame["hidden"].ne("").any()
    hidden = next(row for row in rows_of(material, PROTECTED, "budget_statements") if row["hidden"])
    assert (
        explain(made_up_store, f"{hidden['figure_id']}:actual_pence", protection=own_practice(CODE)).value is not None
    )
    assert explain(made_up_store, f"{hidden['figure_id']}:actual_pence", protection=own_practice("Z90001")).is_hidden


def test_sums_come_from_raw_figures(material: StatementMaterial) -> None:
    """The total of causes, and the commissioner's services, are those of all practices, whatever these hide."""
    raw = build_commissioner(material, protection=EVERYTHING)
    shown = build_commissioner(material)
    for name in ("services", "providers"):
        tables = [next(each for each in view.tables if each.name == name) for view in (raw, shown)]
        assert tables[0].rows == tables[1].rows
    causes = [
        next(
            chart
            for chart in build_statement(material, practice_code=CODE, protection=each).charts
            if chart.name == "causes"
        )
        for each in (EVERYTHING, PROTECTED)
    ]
    assert causes[0].table.rows[-1] == causes[1].table.rows[-1]
    assert any("*" in row for row in causes[1].table.rows)
    assert not any("*" in row for row in causes[0].table.rows)


def test_month_of_a_few_contacts_is_hidden_in_chart_and_table_with_one_more(material: StatementMaterial) -> None:
    """Given 4 contacts in June, then June and one other month are hidden: the year to date less all others would tell June."""
    few = (pl.col("practice_code") == CODE) & (pl.col("month") == 200906) & (pl.col("line") == "hospital")
    moved = material.table("monthly_costs").filter(few)["activity_count"].item() - 4
    now = (pl.col("practice_code") == CODE) & (pl.col("month") == 200908) & (pl.col("line") == "hospital")
    counts = pl.when(few).then(4).when(now).then(pl.col("activity_count") + moved).otherwise("activity_count")
    given = changed(material, "monthly_costs", activity_count=counts)
    chart = next(each for each in build_statement(given, practice_code=CODE).charts if each.name == "months")
    dark = [row[0] for row in chart.table.rows if "*" in row]
    assert "June" in dark
    assert len(dark) == 2
    points = [layer for layer in str(chart.spec).split("'month': ") if "June 2009" in layer[:12]]
    assert "Hospital" not in "".join(points)


def test_late_contacts_of_a_few_are_hidden_with_how_much_they_moved(material: StatementMaterial) -> None:
    rows = material.of_practice("restated_months", "Z90001")
    assert (rows["activity_now"] - rows["activity_before"]).abs().max() < 8
    view = build_statement(material, practice_code="Z90001")
    assert view.changed_table is None  # nothing of it is shown
    assert "By how much is hidden: it is of a few people." in " ".join(view.changed.sentences)
    assert "By how much is hidden" in " ".join(build_commissioner(material).changed.sentences)


def test_change_of_many_is_told_and_only_its_kinds_of_a_few_are_hidden(material: StatementMaterial) -> None:
    """Given 53 follow-ups, 19 attendances in A&E and 3 day cases that came late for August, then what they came to is told."""
    late = {"OPFUP": 53, "AE": 19, "DC": 3}
    rows = [
        {"statement_month": 200909, "practice_code": CODE, "month": 200908, "point_of_delivery": kind, "activity_before": 100,
         "activity_now": 100 + count, "before_pence": 100_000, "now_pence": 100_000 + count * 2_000, "reason": "late rows"}
        for kind, count in late.items()
    ]  # fmt: skip
    ids = [f"statement/2009-09@0#restated_months:{kind}" for kind in late]
    table = RESTATED_MONTHS.from_rows(rows).with_columns(figure_id=pl.Series(ids))
    given = replace(material, tables={**material.tables, "restated_months": table})
    view = build_statement(given, practice_code=CODE)
    assert "Together they now cost £1,500 more than the last statement said." in " ".join(view.changed.sentences)
    assert view.changed_table is not None
    shown = {row[1]: row[6] for row in view.changed_table.rows}
    title = {kind: POINTS_OF_DELIVERY[kind].title for kind in late}
    assert shown[title["OPFUP"]] == "+£1,100"
    assert (shown[title["AE"]], shown[title["DC"]]) == ("*", "*")  # the total less 53 less 19 would tell the 3
    assert "Together they now cost £1,500 more" in " ".join(build_commissioner(given).changed.sentences)


def test_year_to_date_that_would_give_a_month_away_is_hidden(material: StatementMaterial) -> None:
    """Given that August stated all but four of the visits to one hospital, then September hides that hospital to date."""
    plain = shown_to(material, PROTECTED).of_practice("budget_statements", CODE)
    is_it = (pl.col("practice_code") == CODE) & (pl.col("period") == "year_to_date") & (pl.col("item") == "ZH1")
    assert plain.filter(is_it)["actual_pence"].null_count() == 0
    before = material.table("budget_statements").with_columns(
        activity_count=pl.when(is_it).then(pl.col("activity_count") - 4).otherwise("activity_count")
    )
    known = replace(material, earlier={Month(2009, 8): {"budget_statements": before}})
    now = shown_to(known, PROTECTED).of_practice("budget_statements", CODE)
    assert now.filter(is_it)["actual_pence"].to_list() == [None]


def test_tiny_practice_says_its_cost_is_hidden(material: StatementMaterial) -> None:
    tiny = (pl.col("practice_code") == CODE) & pl.col("activity_count").is_not_null()
    given = changed(material, "budget_statements", activity_count=pl.when(tiny).then(1).otherwise("activity_count"))
    view = build_statement(given, practice_code=CODE)
    assert "the cost of the care of your patients is hidden" in view.paragraphs[0].sentences[0]
    index = next(each for each in build_commissioner(given).tables if each.name == "services")
    assert index.rows


def test_rule_of_2009_rounds_nothing(material: StatementMaterial) -> None:
    shown = rows_of(material, Protection("hes2009"), "budget_statements")
    raw = rows_of(material, EVERYTHING, "budget_statements")
    pairs = [(a["activity_count"], b["activity_count"]) for a, b in zip(shown, raw, strict=True) if not a["hidden"]]
    assert pairs
    assert all(one == other for one, other in pairs)


def test_material_made_for_a_reader_stays_as_it_is(material: StatementMaterial) -> None:
    once = shown_to(material, PROTECTED)
    assert shown_to(once, EVERYTHING) is once is shown_to(material, PROTECTED)


@pytest.mark.parametrize(
    "given",
    [
        {"mode": "none"}, {"mode": "none_own_practice"}, {"practice_code": "Z90001"}, {"mode": "none_for_purpose"},
        {"mode": "none_for_purpose", "purpose": " "}, {"mode": "hes2018", "purpose": "to look"},
    ],
    ids=str,
)  # fmt: skip
def test_small_numbers_are_shown_to_nobody_without_a_practice_or_a_purpose(given: dict[str, str]) -> None:
    with pytest.raises(RefusedInput):
        Protection(**given)
