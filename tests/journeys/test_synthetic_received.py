"""A made-up place goes through the real flows: what statements will add up is what the truths say it cost."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from pbc.engines import open_engine
from pbc.flows.receive_delivery import receive_delivery
from pbc.flows.receive_register import receive_register
from pbc.flows.receive_tables import receive_need, receive_tariff
from pbc.periods import FinancialYear, Month
from pbc.policy import load_policy
from pbc.results import Store
from pbc.sources.synthetic import generate

YEAR = FinancialYear(2009)
KEY = bytes(range(7, 47))


@pytest.fixture(scope="module")
def received(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, Path]:
    folder = tmp_path_factory.mktemp("received")  # seed 13: some rows lack both a number and a known practice
    deliveries, store = folder / "deliveries", Store(folder / "store")
    generate(deliveries, seed=13, people=9_000, practices=12, clusters=3, years=("2009-10",))
    with open_engine("duckdb") as engine:
        receive_register(store, deliveries, key=KEY, engine=engine)
        receive_tariff(store, deliveries, year=YEAR)
        receive_need(store, deliveries, year=YEAR)
        for month in YEAR.months():
            receive_delivery(store, deliveries, month=month, key=KEY, engine=engine, policy=load_policy("england-2005"))
    return store, deliveries


def everything(store: Store, kind: str, table: str) -> pl.DataFrame:
    return pl.concat([store.current(f"{kind}/{month}").frame(table) for month in YEAR.months()])


def test_cells_of_the_year_cost_what_the_truths_say(received: tuple[Store, Path]) -> None:
    """But for stays billed twice and records whose number was spoilt, which fall to the practice the hospital wrote."""
    store, deliveries = received
    cells = everything(store, "cells", "activity_cells").group_by("practice_code").agg(pl.col("cost_pence").sum())
    spent = {code: pence / 100 for code, pence in cells.iter_rows()}
    truths = json.loads((deliveries / "truths.json").read_text(encoding="utf-8"))
    twice = truths["planted"]["billed_twice"]["pounds"]
    for row in truths["expected_costs"]:
        if row["realised_pounds"]:
            more = spent[row["practice_code"]] - row["realised_pounds"]
            assert -0.02 * row["realised_pounds"] < more < 0.02 * row["realised_pounds"] + twice
    placed = sum(pounds for code, pounds in spent.items() if code.startswith("Z9"))
    told = sum(row["realised_pounds"] for row in truths["expected_costs"]) + twice
    assert placed == pytest.approx(told, rel=0.001)


def test_every_branch_of_attribution_occurs(received: tuple[Store, Path]) -> None:
    facts = everything(received[0], "activity", "activity_facts")
    assert set(facts["attribution"]) == {"registered", "corrected", "recorded", "not_registered", "unknown_practice"}
    assert facts["is_restricted"].any()


def test_nothing_is_refused_but_what_was_planted(received: tuple[Store, Path]) -> None:
    store, deliveries = received
    planted = json.loads((deliveries / "truths.json").read_text(encoding="utf-8"))["planted"]
    refused = everything(store, "activity", "rejected_rows")
    assert refused.filter(~pl.col("rule").str.contains("duplicate")).height == 0
    assert refused.height == planted["billed_twice"]["exact_duplicate_rows"]
    assert everything(store, "cells", "rejected_rows").height == 0
    assert everything(store, "prescribing", "rejected_rows").height == 0


def test_published_sets_say_that_they_are_made_up(received: tuple[Store, Path]) -> None:
    store, _ = received
    for name in ("register", "tariff/2009-10", "need/2009-10", f"cells/{Month(2009, 9)}"):
        assert store.current(name).receipt.is_made_up, name
