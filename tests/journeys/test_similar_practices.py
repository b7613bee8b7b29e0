"""A practice beside the practices most like it, from the store's own lists and need."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from tests.journeys.small_pct import POLICY, YEAR, publish, rows, state

from pbc.engines import Engine
from pbc.errors import MissingFigure
from pbc.flows.read_statements import StatementReader
from pbc.flows.set_budgets import set_budgets
from pbc.periods import Month
from pbc.reports import PROTECTED, Protection, own_practice
from pbc.results import Receipt, Store

JUNE = Month(2009, 6)
CODES = [f"Z9{at:04d}" for at in range(1, 13)]


@pytest.fixture
def reader(store: Store, engine: Engine) -> StatementReader:
    """Twelve practices of one statement, the fifth the dearest in outpatients; two in the first one's cluster."""
    set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    made = state(store, engine, JUNE)
    one = made.frame("budget_statements").filter(pl.col("practice_code") == "Z90001")
    one = one.with_columns(pl.col("activity_count") * 20)  # many people: nothing is hidden
    dear = pl.when(pl.col("item") == "outpatients").then(9_000_000).otherwise(pl.col("actual_pence"))
    parts = [
        one.with_columns(practice_code=pl.lit(code), actual_pence=dear if code == CODES[4] else pl.col("actual_pence"))
        for code in CODES
    ]
    found = store.current("register")
    lists = rows("registered_lists", *[
        {"practice_code": code, "as_at_on": date(2009, 6, 1), "sex": "1", "age_band": band,
         "patients_count": 700 + 10 * at * (band == "75+")}
        for at, code in enumerate(CODES) for band in ("00-04", "40-44", "75+")
    ])  # fmt: skip
    members = rows("memberships", *[
        {"member_code": code, "parent_code": parent, "relation": relation, "starts_on": date(2000, 4, 1),
         "ends_before": date(9999, 12, 31)}
        for at, code in enumerate(CODES) for relation, parent in (
            ("practice_commissioner", "ZP1"), ("practice_cluster", f"ZC0{1 + (at > 2)}"),
        )
    ])  # fmt: skip
    register = {name: found.frame(name) for name in found.tables} | {"registered_lists": lists, "memberships": members}
    set_id = publish(store, "register", register, parameters={"commissioners": "ZP1", "v": "peers"}).set_id
    need = rows("weighted_lists", *[
        {"practice_code": code, "list_year": "2009-10", "component": part, "commissioner_code": "ZP1", "registered_population": 2100.0,
         "weighted_population": 2000.0 + at, "need_index_england": 1.0 + at / 100, "source": "made up"}
        for at, code in enumerate(CODES) for part in ("general_acute", "prescribing")
    ])  # fmt: skip
    need_id = publish(store, "need/2009-10", {"weighted_lists": need}, parameters={"v": "peers"}).set_id
    budgets = store.current("budgets/2009-10")
    inputs = {**budgets.receipt.inputs, "need/2009-10": need_id}
    budgets_id = publish(
        store, "budgets/2009-10", {n: budgets.frame(n) for n in budgets.tables}, inputs=inputs, regime="england-2005"
    ).set_id
    receipt = Receipt.from_json(
        {**made.receipt.to_json(), "inputs": {**made.receipt.inputs, "register": set_id, "budgets/2009-10": budgets_id}}
    )
    store.publish(made.name, {n: made.frame(n) for n in made.tables} | {"budget_statements": pl.concat(parts)}, receipt)
    return StatementReader(store, policy=POLICY)


def test_practice_is_held_beside_the_ten_most_like_it(reader: StatementReader) -> None:
    view = reader.peers(CODES[4], JUNE)
    assert view.table is not None
    assert view.chart is not None
    said = " ".join(view.paragraph.sentences)
    assert said.startswith("The 10 practices most like yours: ")
    assert "need for hospital care, size of the list" in said
    assert "outpatients is dearer than at three in four of them" in said
    assert {len(row) for row in view.table.rows} == {5}
    assert reader.peers(CODES[4], JUNE) is view


def test_only_practices_of_the_cluster_are_named_and_none_has_a_figure(reader: StatementReader) -> None:
    view = reader.peers(CODES[0], JUNE)
    assert view.table is not None
    assert "Surgery Z90002, Surgery Z90003 and 8 others" in view.paragraph.sentences[0]
    assert not [code for code in CODES if code in str(view.table.rows)]
    alone = reader.peers(CODES[0], JUNE, named=())
    assert alone.paragraph.sentences[0] == "The 10 practices most like yours, none of which is named to you."


def test_too_few_are_not_compared(reader: StatementReader) -> None:
    few = POLICY.lay_over({"variation.peers_count": {"values": [
        {"from": YEAR.start, "value": 3, "status": "local_agreement", "source": "Minute 2"}]}}, where="minute")  # fmt: skip
    view = StatementReader(reader.shelf.store, policy=few).peers(CODES[0], JUNE)
    assert (view.chart, view.table) == (None, None)
    with pytest.raises(MissingFigure):
        reader.peers("Z99999", JUNE)


def test_statement_without_weighted_lists_has_no_peers(store: Store, engine: Engine) -> None:
    set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    budgets = store.current("budgets/2009-10")
    inputs = {name: of for name, of in budgets.receipt.inputs.items() if not name.startswith("need/")}
    publish(
        store, "budgets/2009-10", {n: budgets.frame(n) for n in budgets.tables}, inputs=inputs, regime="england-2005"
    )
    state(store, engine, JUNE)
    with pytest.raises(MissingFigure, match="cannot be found"):
        StatementReader(store).peers("Z90001", JUNE)


def test_costs_of_a_few_people_are_left_out_for_all_but_those_entitled(reader: StatementReader, store: Store) -> None:
    """Given the first practice saw three people in outpatients, then its page compares them for those entitled alone."""
    made = store.current(f"statement/{JUNE}")
    few = (pl.col("practice_code") == CODES[0]) & (pl.col("item") == "outpatients") & (pl.col("cut") == "service")
    frame = made.frame("budget_statements").with_columns(
        activity_count=pl.when(few).then(3).otherwise(pl.col("activity_count")),
        actual_pence=pl.when(few).then(987_654_321).otherwise(pl.col("actual_pence")),
    )
    receipt = replace(made.receipt, parameters={**made.receipt.parameters, "v": "few"})
    store.publish(made.name, {n: made.frame(n) for n in made.tables} | {"budget_statements": frame}, receipt)

    def services(code: str, protection: Protection) -> set[str]:
        table = reader.peers(code, JUNE, protection=protection).table
        return set() if table is None else {row[0] for row in table.rows}

    assert "Outpatients" not in services(CODES[0], PROTECTED)
    assert "Outpatients" in services(CODES[0], own_practice(CODES[0]))
