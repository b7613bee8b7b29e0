"""A month's statement tells why prescribing costs other than a year ago and names who is unidentified; nothing is lost."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

import polars as pl
import pytest
from tests.journeys.small_pct import POLICY, PRACTICES, YEAR, publish, rows

from pbc.engines import Engine
from pbc.flows.explain import explain as explain_to
from pbc.flows.gather_statement import gather_statement
from pbc.flows.set_budgets import set_budgets
from pbc.flows.show_prescribing import show_prescribing
from pbc.flows.state_month import state_month
from pbc.methods.costing import add_up_prescribing
from pbc.money import pence_typed_by_a_person as pence
from pbc.periods import Month
from pbc.reports import for_purpose
from pbc.reports.page import render_summary, write_statement
from pbc.reports.statement import build_statement
from pbc.reports.summaries import build_commissioner
from pbc.results import Figure, PublishedSet, Store
from pbc.tables import ALL, PRESCRIPTIONS

JUNE = Month(2009, 6)
TABLES = ("prescribing_effects", "prescribing_prices", "unidentified_prescribers")
explain = partial(explain_to, protection=for_purpose("a test of the walk"))


def signed_for(month: Month) -> pl.DataFrame:
    """Two products at four practices, a list price a tenth higher from May 2009, an unidentified code and a walk-in centre."""
    dearer = 11 if month >= Month(2009, 5) else 10
    given = [(code, product, 20 + at, False) for at, code in enumerate(PRACTICES) for product in ("0201ZZ1", "0501ZZ2")]
    given += [("Z99998", "0201ZZ1", 30, True), ("Z99999", "0501ZZ2", 10, False)]
    return rows("prescriptions", *[
        {"practice_code": code, "month": month.number, "bnf_code": product, "items": items, "quantity_count": items * 28,
         "net_ingredient_cost_pence": items * 28 * dearer, "actual_cost_hundred_thousandths": 0, "is_unidentified": marked}
        for code, product, items, marked in given
    ])  # fmt: skip


def prescribe(store: Store, engine: Engine, month: Month) -> None:
    lines = signed_for(month)
    cells = add_up_prescribing(engine.adopt(lines, PRESCRIPTIONS.sql_columns)).frame()
    publish(store, f"prescribing/{month}", {"prescriptions": lines, "prescribing_cells": cells})


@pytest.fixture(scope="module")
def stated(whole_store: Store, engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = Store(Path(shutil.copytree(whole_store.path, tmp_path_factory.mktemp("medicines") / "store")))
    for month in [*YEAR.plus(-1).months(), *list(YEAR.months())[:3]]:
        prescribe(store, engine, month)
    set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    state_month(store, month=JUNE, policy=POLICY, engine=engine)
    return store


def statement(store: Store) -> PublishedSet:
    return store.current(f"statement/{JUNE}")


def test_effects_add_up_and_name_the_month_in_which_the_list_changed(stated: Store) -> None:
    found = statement(stated)
    effects, prices = found.frame("prescribing_effects"), found.frame("prescribing_prices")
    assert prices.filter("is_list_changed")["month"].to_list() == [200905]
    mine = effects.filter(practice_code=PRACTICES[0]).sort("sequence")["amount_pence"].to_list()
    assert mine == [3 * 40 * 280, 0, 0, 2 * 40 * 28]
    assert found.receipt.parameters["prescribing_effects"] == "2009-04 to 2009-06"
    assert found.receipt.parameters["prescribing_months_late"] == "0, usually 2"


def test_practices_and_unidentified_are_all_that_was_delivered(stated: Store) -> None:
    found = statement(stated)
    named = found.frame("unidentified_prescribers")
    assert set(named.select("prescriber_code", "kind").rows()) == {
        ("Z99998", "unidentified"),
        ("Z99999", "not_in_register"),
    }
    spring = list(YEAR.months())[:3]
    total = sum(
        stated.current(f"prescribing/{month}").frame("prescriptions")["net_ingredient_cost_pence"].sum()
        for month in spring
    )
    own = found.frame("budget_statements").filter(
        (pl.col("cut") == "point_of_delivery") & (pl.col("item") == "RX") & (pl.col("period") == "year_to_date")
        & pl.col("practice_code").is_in(PRACTICES)
    )  # fmt: skip
    assert own["actual_pence"].sum() + named["net_ingredient_cost_pence"].sum() == total
    assert found.frame("prescribing_effects")["amount_pence"].sum() == total


@pytest.mark.parametrize("table", TABLES)
def test_every_figure_is_explained(stated: Store, table: str) -> None:
    found = statement(stated)
    for row in found.frame(table).to_dicts():
        key = tuple(str(row[name]) for name in ALL[table].key)
        told = explain(stated, str(Figure(found.name, found.set_id, table, key, None)))
        assert told.sentences
        assert told.rules
        assert all(part.figure_id for part in told.parts)


def test_pages_and_downloads_tell_it(stated: Store, tmp_path: Path) -> None:
    material = gather_statement(stated, month=JUNE)
    whole = render_summary(build_commissioner(material))
    for words in (
        "Unidentified prescribers",
        "Z99998",
        "Marked unidentified",
        "Prescribing against the same months last year",
        "May 2009 (+10.0%)",
    ):
        assert words in whole
    view = build_statement(material, practice_code=PRACTICES[0])
    page = write_statement(view, path=tmp_path / "page.html", form="html").read_text(encoding="utf-8")
    assert "of prices set nationally, which no practice chooses" in page
    csv = write_statement(view, path=tmp_path / "page.csv", form="csv").read_text("utf-8-sig")
    assert "prescribing_effects" in csv


def test_a_month_never_delivered_leaves_no_effects_and_is_told(stated: Store, engine: Engine, tmp_path: Path) -> None:
    """Given last May never delivered, then nothing is compared; and prescribing known two months back is as usual."""
    store = Store(Path(shutil.copytree(stated.path, tmp_path / "store")))
    for gone in ("2008-05", "2009-06", "2009-05"):
        shutil.rmtree(store.path / "sets/prescribing" / gone)
    found = state_month(store, month=JUNE, policy=POLICY, engine=engine)
    assert found.frame("prescribing_effects").height > 0  # April stands in both years
    shutil.rmtree(store.path / "sets/prescribing" / "2008-04")
    found = state_month(store, month=JUNE, policy=POLICY, engine=engine)
    assert found.frame("prescribing_effects").is_empty()
    assert found.frame("unidentified_prescribers").height == 2
    assert found.receipt.parameters["prescribing_effects"] == "2008-04 not delivered"
    assert found.receipt.parameters["prescribing_months_late"] == "2, usually 2"


def test_where_only_cells_are_held_the_sum_is_kept(
    whole_store: Store, stated: Store, engine: Engine, tmp_path: Path
) -> None:
    """Given a delivery held as cells alone, then what nobody answers for stands as one sum of its month."""
    store = Store(Path(shutil.copytree(stated.path, tmp_path / "store")))
    cells = store.current("prescribing/2009-04").frame("prescribing_cells")
    publish(store, "prescribing/2009-04", {"prescribing_cells": cells}, parameters={"held": "cells"})
    found = state_month(store, month=JUNE, policy=POLICY, engine=engine)
    named = found.frame("unidentified_prescribers")
    assert named["prescriber_code"].unique().to_list() == ["not-attributed"]
    assert named["net_ingredient_cost_pence"].sum() == 30 * 28 * (10 + 11 + 11)
    assert found.receipt.parameters["prescribing_effects"] == "products are not held"


def test_page_of_prescribing_tells_each_step_each_month_and_each_code_with_its_figure(stated: Store) -> None:
    material = gather_statement(stated, month=JUNE)
    named = [PRACTICES[0], PRACTICES[1]]
    shown = show_prescribing(stated, material, protection=for_purpose("a test of the page"), named=named)
    tables = {each.table.name: each for each in shown.tables}
    assert list(tables) == ["prescribing-effects", "practices", "prices", "unidentified"]
    assert (shown.late, shown.compared, shown.shares) == ("0, usually 2", "2009-04 to 2009-06", None)
    practices = tables["practices"].table.rows
    assert len(practices) == 2
    assert [pence(cell) for cell in practices[0][1:]] == [33_600, 0, 0, 2_240, 35_840]
    assert [row[5] for row in tables["prices"].table.rows] == ["As before", "Changed", "As before"]
    assert {row[1] for row in tables["unidentified"].table.rows} == {
        "Marked unidentified",
        "No practice of the register",
    }
    lost = statement(stated).frame("unidentified_prescribers")["net_ingredient_cost_pence"].sum()
    assert sum(pence(row[3]) for row in tables["unidentified"].table.rows) == lost
    figures = [text for each in shown.tables for text in each.figures.values()]
    assert len(figures) > 20
    assert all(explain(stated, text, policy=POLICY).title for text in figures)
