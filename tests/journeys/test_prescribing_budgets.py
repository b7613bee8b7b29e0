"""Prescribing by age and sex beside need: from budgets, lists and weights to a published set, a terminal and files."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from click.testing import CliRunner
from tests.journeys.small_pct import POLICY, YEAR

from pbc.engines import Engine
from pbc.errors import MissingFigure, RefusedInput
from pbc.flows.set_budgets import set_budgets
from pbc.flows.weigh_prescribing import weigh_prescribing
from pbc.policy.policy import PolicyValue
from pbc.results import Receipt, Store
from pbc_cli.prescribing_budgets import command


@pytest.fixture
def budgeted(store: Store, engine: Engine) -> Store:
    set_budgets(store, year=YEAR, basis="fair_shares", policy=POLICY, engine=engine)
    return store


def test_both_columns_are_the_pot_and_made_up_weights_say_so(budgeted: Store) -> None:
    found = weigh_prescribing(budgeted, year=YEAR, policy=POLICY)
    rows = found.frame("prescribing_budgets")
    assert rows["age_sex_pence"].sum() == rows["need_pence"].sum() == rows["set_pence"].sum() > 0
    assert (rows["difference_pence"] != 0).any()
    assert set(rows["weights_source"]) == {"made up"}
    assert found.receipt.is_made_up
    assert found.receipt.parameters["weights"] == "made up"


def test_real_lists_ask_for_published_weights(budgeted: Store) -> None:
    for name in ("register", "budgets/2009-10", "need/2009-10"):
        held = budgeted.current(name)
        tables = {table: held.frame(table) for table in held.tables}
        budgeted.publish(name, tables, Receipt(flow="test", inputs={"f": name}))
    with pytest.raises(RefusedInput, match="published weights only"):
        weigh_prescribing(budgeted, year=YEAR, policy=POLICY)


def test_a_register_without_lists_of_the_day_is_refused(budgeted: Store) -> None:
    held = budgeted.current("register")
    tables = {table: held.frame(table) for table in held.tables}
    tables["registered_lists"] = tables["registered_lists"].filter(pl.col("as_at_on") > YEAR.start)
    budgeted.publish("register", tables, Receipt(flow="test", inputs={}, is_made_up=True))
    with pytest.raises(MissingFigure, match="no lists of 2009-04-01"):
        weigh_prescribing(budgeted, year=YEAR, policy=POLICY)


def test_console_shows_them_side_by_side_and_writes_both_files(budgeted: Store, tmp_path: Path) -> None:
    words = ["--year", "2009-10", "--store", str(budgeted.path), "--out"]
    for name in ("p.csv", "p.xlsx"):
        result = CliRunner().invoke(command, [*words, str(tmp_path / name)])
        assert result.exit_code == 0, result.output
    assert "by age and sex" in result.output
    assert "Weights: made up." in result.output
    assert (tmp_path / "p.csv").read_text("utf-8").startswith("status,financial_year,practice_code")
    assert openpyxl.load_workbook(tmp_path / "p.xlsx").sheetnames == ["Cover", "Prescribing"]
    assert CliRunner().invoke(command, words[:-1]).exit_code == 0


@pytest.mark.published
def test_published_weights_share_it_and_another_version_is_refused(budgeted: Store, published_data: Path) -> None:
    workbook = published_data / "lists" / "ASTRO_PU_STAR_PU_weightings_2013.xlsx"
    found = weigh_prescribing(budgeted, year=YEAR, policy=POLICY, workbook=workbook)
    assert "ASTRO-PU weightings 2013" in found.frame("prescribing_budgets")["weights_source"][0]
    assert found.receipt.inputs[workbook.name]
    assert found.receipt.parameters["weights"] == "2013"
    name = "prescribing.weights_version"
    other = PolicyValue(name, "weights", "word", "", "1899", date(2004, 4, 1), "local_agreement", "a test's")
    with pytest.raises(RefusedInput, match="no weights of this version"):
        weigh_prescribing(
            budgeted, year=YEAR, policy=replace(POLICY, values=POLICY.values | {name: (other,)}), workbook=workbook
        )
