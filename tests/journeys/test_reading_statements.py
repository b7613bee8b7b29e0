"""Reading page by page: the same pages as when a whole month is gathered, from a store that may hold many commissioners."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from tests.journeys.small_pct import POLICY, PRACTICES, YEAR, register, state

from pbc.engines import Engine
from pbc.errors import MissingFigure, RefusedInput
from pbc.flows.gather_statement import gather_statement
from pbc.flows.read_statements import StatementReader
from pbc.flows.set_budgets import set_budgets
from pbc.periods import Month
from pbc.reports import Answer, build_statement, render_summary
from pbc.reports.drawings import Drawings, drawing_key
from pbc.results import Receipt, Store
from pbc.results.remembering import RememberingStore

MAY, JUNE = Month(2009, 5), Month(2009, 6)


@pytest.fixture
def stated(store: Store, engine: Engine) -> Store:
    """Two commissioners in one region: ZP1 pays for the first cluster, ZP2 for the second."""
    found = register(store, version="two payers")
    members = found.frame("memberships").with_columns(
        parent_code=pl.when((pl.col("relation") == "practice_commissioner") & pl.col("member_code").is_in(["Z90003", "Z90004"]))
        .then(pl.lit("ZP2")).otherwise("parent_code")
    )  # fmt: skip
    above = members.filter(pl.col("relation") == "practice_cluster").head(2).with_columns(
        member_code=pl.Series(["ZP1", "ZP2"]), parent_code=pl.lit("ZS1"), relation=pl.lit("commissioner_region")
    )  # fmt: skip
    tables = {name: found.frame(name) for name in found.tables} | {"memberships": pl.concat([members, above])}
    store.publish(
        "register", tables, Receipt(flow="test", inputs={}, parameters={"commissioners": "ZP1 ZP2"}, is_made_up=True)
    )
    set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    state(store, engine, MAY)
    state(store, engine, JUNE)
    return store


def test_page_read_alone_is_the_page_of_the_whole_month(store: Store, engine: Engine) -> None:
    register(store)
    set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    state(store, engine, JUNE)
    reader, answer = StatementReader(store), Answer("Ann", date(2009, 8, 1))
    material = gather_statement(store, month=JUNE, answer=answer, as_of=date(2009, 7, 30))
    for code in PRACTICES:
        one = reader.statement(code.lower(), JUNE, answer=answer, as_of=date(2009, 7, 30))
        whole = build_statement(material, practice_code=code)
        differ = [
            field.name
            for field in fields(one)
            if field.name != "sheets" and getattr(one, field.name) != getattr(whole, field.name)
        ]
        assert differ == []
        assert all(mine.frame.equals(theirs.frame) for mine, theirs in zip(one.sheets, whole.sheets, strict=True))


def test_commissioners_of_one_store_are_kept_apart_and_add_up_in_their_region(stated: Store) -> None:
    reader = StatementReader(stated, policy=POLICY)
    assert reader.places(JUNE)["commissioner"].to_list() == ["ZP1", "ZP1", "ZP2", "ZP2"]
    own = reader.material("ZP2", JUNE)
    assert own.practices == ["Z90003", "Z90004"]
    totals = {kind: sum(row["actual_pence"] for code in codes for row in reader.material(code, JUNE).of_tier(kind, code, cut="total"))
              for kind, codes in (("commissioner", ("ZP1", "ZP2")),)}  # fmt: skip
    region = own.of_tier("region", "ZS1", cut="total")[0]
    assert region["actual_pence"] == totals["commissioner"]
    page = reader.commissioner("ZP2", JUNE, pages={"Z90003": "/3"}, cluster_pages={"ZC02": "/c"})
    practices = next(table for table in page.tables if table.name == "practices")
    assert [row[0] for row in practices.rows] == ["Surgery Z90003 (Z90003)", "Surgery Z90004 (Z90004)"]
    assert practices.links == {"Surgery Z90003 (Z90003)": "/3"}
    assert "cluster ZC02" in render_summary(reader.cluster("ZC02", JUNE))


def test_page_of_a_region_names_commissioners_and_no_practice(stated: Store) -> None:
    page = StatementReader(stated).region("ZS1", JUNE, pages={"ZP1": "/1"})
    written = render_summary(page)
    assert not [code for code in PRACTICES if code in written]
    table = next(shown for shown in page.tables if shown.name == "commissioners")
    assert [row[0] for row in table.rows] == ["pct ZP1 (ZP1)", "ZP2 (ZP2)"]
    assert table.links == {"pct ZP1 (ZP1)": "/1"}
    assert page.title == "Where the strategic health authority stands, June 2009"


def test_what_nobody_knows_is_refused_by_name(stated: Store) -> None:
    reader = StatementReader(stated)
    for ask in (
        lambda: reader.statement("Z99999", JUNE),
        lambda: reader.cluster("ZC99", JUNE),
        lambda: reader.commissioner("ZP9", JUNE),
        lambda: reader.region("ZS9", JUNE),
        lambda: reader.statement("Z90001", Month(2009, 9)),
    ):
        with pytest.raises(MissingFigure):
            ask()


def test_practice_taken_over_is_refused_with_its_heir(store: Store, engine: Engine) -> None:
    register(store, merged=True, version="merged")
    set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    made = state(store, engine, JUNE)
    gone = made.frame("budget_statements").filter(pl.col("practice_code") != "Z90001")
    tables = {name: made.frame(name) for name in made.tables} | {"budget_statements": gone}
    july = {**made.receipt.to_json(), "parameters": {**made.receipt.parameters, "month": "2009-07"}}
    store.publish("statement/2009-07", tables, Receipt.from_json(july))
    with pytest.raises(RefusedInput, match="absorbed by") as told:
        StatementReader(store).statement("Z90001", Month(2009, 7))
    assert "Z90002" in str(told.value)


def test_new_publication_is_seen_and_many_readers_get_one_page(stated: Store, engine: Engine) -> None:
    reader = StatementReader(stated, most_materials=1, most_views=2)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda at: reader.statement(PRACTICES[at % 4], JUNE).practice_code, range(32)))
    assert found == [PRACTICES[at % 4] for at in range(32)]
    assert reader.statement("Z90001", JUNE) is reader.statement("Z90001", JUNE)
    before = reader.statement("Z90001", JUNE).notes[-1].sentences
    set_budgets(stated, year=YEAR, basis="fair_shares", policy=POLICY, engine=engine)
    state(stated, engine, JUNE)
    assert reader.statement("Z90001", JUNE).notes[-1].sentences != before
    assert reader.months() == [MAY, JUNE]


def test_drawing_is_made_once_and_kept_in_its_folder_for_its_owner_alone(stated: Store, tmp_path: Path) -> None:
    folder = tmp_path / "drawings"
    charts = StatementReader(stated).statement("Z90001", JUNE).charts
    first = [Drawings(folder).draw(chart) for chart in charts]
    files = sorted(folder.glob("*.svg"))
    assert {path.stem for path in files} == {drawing_key(chart, is_narrow=False) for chart in charts}
    assert {path.stat().st_mode & 0o777 for path in [folder, *files]} == {0o700, 0o600}
    files[0].write_text("kept", encoding="utf-8")
    again = Drawings(folder)
    assert "kept" in [again.draw(chart) for chart in charts]
    assert [Drawings().draw(chart) for chart in charts] == first


def test_manifest_is_read_once(stated: Store) -> None:
    store = RememberingStore(stated)
    name, set_id = "statement/2009-06", stated.current("statement/2009-06").set_id
    found = store.at(name, set_id)
    (found.path / "manifest.json").unlink()
    assert store.at(name, set_id) is found
    assert store.current(name) is found


def test_page_is_of_the_set_put_in_force_for_its_readers(stated: Store, engine: Engine) -> None:
    first = stated.current("statement/2009-06").set_id
    set_budgets(stated, year=YEAR, basis="fair_shares", policy=POLICY, engine=engine)
    second = state(stated, engine, JUNE).set_id
    reader, steady = StatementReader(stated), stated.steady()
    assert steady.current("statement/2009-06").set_id == second
    later = stated.current("statement/2009-06")
    tables = {name: later.frame(name) for name in later.tables}
    third = stated.publish(
        later.name, tables, replace(later.receipt, parameters={**later.receipt.parameters, "v": "3"})
    ).set_id
    for held in ({"statement/2009-06": first}, {}):
        wanted = held.get("statement/2009-06", third)
        assert wanted in reader.statement("Z90001", JUNE, held=held).paragraphs[-1].sentences[-1]
        assert reader.material("ZP1", JUNE, held=held).statement_set.set_id == wanted
        for page in (reader.commissioner("ZP1", JUNE, held=held), reader.region("ZS1", JUNE, held=held)):
            assert wanted in " ".join(page.notes[0].sentences)
    assert gather_statement(steady, month=JUNE).statement_set.set_id == second
