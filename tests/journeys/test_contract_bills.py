"""Contracts from delivery to bill: received or refused whole, billed with statements and year ends, varied, shown, explained."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner
from tests.journeys.small_pct import POLICY, YEAR, finish_year, prices, publish, rows, state
from tests.spec.ledger.made_up_contracts import variation

from pbc.engines import Engine
from pbc.errors import RefusedInput
from pbc.flows.close_year import close_year
from pbc.flows.explain import explain
from pbc.flows.receive_tables import receive_contracts
from pbc.flows.set_budgets import set_budgets
from pbc.flows.show_contracts import show_contracts
from pbc.periods import FinancialYear, Month
from pbc.reports import PROTECTED, for_purpose
from pbc.results import PublishedSet, Store
from pbc.results.figures import figure_id
from pbc.sources.synthetic.writing import write_rows
from pbc.tables import ALL, UNPLACED
from pbc_cli.contracts import command

JUNE = Month(2009, 6)
ALL_NUMBERS = for_purpose("test")
LINES = [
    ("ZH1", "NEL", {"payment_form": "marginal", "baseline_pence": 400_000, "marginal_percent": 50}),
    ("ZH1", "OPFA", {"payment_form": "local", "local_price_pence": 21_000}),
    ("ZH1", "DC", {"payment_form": "activity_price"}),
    ("ZH2", "AE", {"payment_form": "block", "baseline_pence": 600_000}),
]  # fmt: skip
MORE = variation(1, first=200905, agreed_on=date(2009, 6, 10), baseline_change_pence=335_000) | {
    "contract_code": "ZP1-ZH2", "point_of_delivery": "AE",
}  # fmt: skip


def lines(**changes: Any) -> list[dict[str, Any]]:
    key = {"commissioner_code": "ZP1", "financial_year": "2009-10", "source": "made up"}
    planned = {"plan_pence": 1_200_000, "plan_activity_count": 120}
    return [
        key | planned | {"provider_code": hospital, "point_of_delivery": kind} | form | changes
        for hospital, kind, form in LINES
    ]


def contracts() -> list[dict[str, Any]]:
    days = {"starts_on": date(2009, 4, 1), "ends_before": date(2010, 4, 1), "signed_on": date(2009, 3, 20)}
    key = {"commissioner_code": "ZP1", "financial_year": "2009-10", "source": "made up"}
    return [
        key | days | {"contract_code": f"ZP1-{code}", "provider_code": code, "plan_pence": 1_200_000 * count}
        for code, count in (("ZH1", 3), ("ZH2", 1))
    ]


def delivered(folder: Path, **tables: list[dict[str, Any]]) -> Path:
    """A deliveries folder with a register of contracts of 2009/10 and nothing else."""
    about = {"is_made_up": True, "regime": "england-2005", "commissioner_code": "ZP1", "years": ["2009-10"]}
    folder.mkdir(exist_ok=True)
    (folder / "world.json").write_text(json.dumps(about), encoding="utf-8")
    for name, held in tables.items():
        write_rows(folder / f"contracts/2009-10/{name}.csv", ALL[name], rows=held)
    return folder


def with_lines(store: Store, held: list[dict[str, Any]] | None = None) -> None:
    tables = prices(YEAR, 104) | {"contract_forms": rows("contract_forms", *(held or lines()))}
    publish(store, "tariff/2009-10", tables, parameters={"v": "contracts"})


@pytest.fixture
def billed(store: Store, engine: Engine, tmp_path: Path) -> tuple[Store, PublishedSet]:
    with_lines(store)
    receive_contracts(store, delivered(tmp_path / "in", contracts=contracts(), contract_variations=[MORE]), year=YEAR)
    set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    return store, state(store, engine, JUNE)


def test_bill_is_practices_and_nobodys_care_and_terms(billed: tuple[Store, PublishedSet]) -> None:
    """Priced steps are what hospitals' care cost, nobody's included; all other steps are what practices and nobody carry."""
    _, stated = billed
    bills, carried = stated.frame("contract_bills"), stated.frame("bill_adjustments")
    to_date = (pl.col("period") == "year_to_date") & (pl.col("cut") == "provider")
    practices = stated.frame("budget_statements").filter(to_date)["actual_pence"].sum()
    lost = stated.frame("not_attributed")["cost_pence"].sum()
    is_priced = pl.col("step") == "priced"
    assert lost > 0
    assert bills.filter(is_priced)["amount_pence"].sum() == practices + lost
    steps = (
        bills.filter(~is_priced)
        .group_by("provider_code", pl.col("step").alias("kind"))
        .agg(pl.col("amount_pence").sum())
    )
    shares = carried.group_by("provider_code", "kind").agg(pl.col("amount_pence").sum())
    order = ["provider_code", "kind"]
    assert steps.select(*order, "amount_pence").sort(order).equals(shares.sort(order))
    assert set(steps["kind"]) == {"local_price", "marginal_rate", "block"}
    assert set(bills.filter(pl.col("payment_form") == "none")["provider_code"]) == {"ZH1", "ZH2"}
    assert UNPLACED in carried["practice_code"]


def test_variation_is_in_statements_from_the_month_it_was_agreed_in(
    billed: tuple[Store, PublishedSet], engine: Engine
) -> None:
    """Agreed on 10 June from May on: June's block holds 61 of its 335 days, May's statement none, made again the same."""
    store, june = billed
    may = state(store, engine, Month(2009, 5))
    block = (pl.col("provider_code") == "ZH2") & (pl.col("point_of_delivery") == "AE")
    sums = [found.frame("contract_bills").filter(block)["amount_pence"].sum() for found in (may, june)]
    assert sums == [round(600_000 * 61 / 365), round(600_000 * 91 / 365 + 335_000 * 61 / 335)]
    assert june.receipt.inputs["contracts/2009-10"] == store.current("contracts/2009-10").set_id
    assert state(store, engine, Month(2009, 5)).set_id == may.set_id


def test_year_end_knows_what_was_agreed_by_the_last_day_it_reads_to(
    store: Store, engine: Engine, tmp_path: Path
) -> None:
    """A settlement agreed in June counts for the year closed outside positions, not for its closing estimate."""
    with_lines(store)
    late = MORE | {"agreed_on": date(2010, 6, 1)}
    receive_contracts(store, delivered(tmp_path / "in", contracts=contracts(), contract_variations=[late]), year=YEAR)
    set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    finish_year(store, engine)
    block = (pl.col("provider_code") == "ZH2") & (pl.col("point_of_delivery") == "AE")
    known = {}
    for position in (None, "closing_estimate"):
        ended = close_year(store, year=YEAR, policy=POLICY, engine=engine, position=position)
        bills = ended.frame("contract_bills")
        known[ended.receipt.parameters["contracts_known_on"]] = bills.filter(block)["amount_pence"].sum()
        figure = figure_id(
            ended.name,
            ended.set_id,
            "contract_bills",
            bills.filter(block & (pl.col("step") == "block")).row(0, named=True),
        )
        told = [part.label.partition(",")[0] for part in explain(store, figure, protection=ALL_NUMBERS).parts]
        assert ("variation 1" in told) == (position is None)
    assert known == {"2010-06-30": 935_000, "2010-03-31": 600_000}


def test_every_step_of_bills_and_changes_explains_itself(billed: tuple[Store, PublishedSet]) -> None:
    store, stated = billed
    sums = 0
    for table in ("contract_bills", "bill_changes", "bill_adjustments"):
        for row in stated.frame(table).iter_rows(named=True):
            text = figure_id(stated.name, stated.set_id, table, row)
            found = explain(store, text, protection=ALL_NUMBERS)
            assert found.gap == 0, text
            sums += found.is_sum
            hidden = explain(store, text, protection=PROTECTED)
            assert hidden.is_hidden or hidden.value == found.value
            assert found.parts
            counted = explain(
                store, f"{text}:activity_count" if table == "contract_bills" else text, protection=ALL_NUMBERS
            )
            assert counted.gap == 0
    assert sums == 14  # ten lines priced, and four with a plan to take from what was done
    block = stated.frame("contract_bills").filter(pl.col("step") == "block").row(0, named=True)
    told = explain(store, figure_id(stated.name, stated.set_id, "contract_bills", block), protection=ALL_NUMBERS)
    assert [part.amount for part in told.parts][-2:] == [335_000, round(600_000 * 91 / 365 + 61_000)]
    assert "1 variation of the line is counted." in told.sentences


def test_contract_that_begins_in_the_year_explains_what_it_does_not_speak_of(
    store: Store, engine: Engine, tmp_path: Path
) -> None:
    """ZH1's contract begins in June: April and May are paid at their price, and each figure still adds up to its parts."""
    with_lines(store)
    late, whole = contracts()
    held = [late | {"starts_on": date(2009, 6, 1), "signed_on": date(2009, 5, 20)}, whole]
    receive_contracts(store, delivered(tmp_path / "in", contracts=held), year=YEAR)
    set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    stated = state(store, engine, JUNE)
    for table in ("contract_bills", "bill_changes"):
        for row in stated.frame(table).iter_rows(named=True):
            found = explain(store, figure_id(stated.name, stated.set_id, table, row), protection=ALL_NUMBERS)
            assert found.gap == 0
    local = stated.frame("contract_bills").filter(provider_code="ZH1", step="local_price")
    cells = store.current(f"cells/{JUNE}").frame("activity_cells")
    june = cells.filter(provider_code="ZH1", point_of_delivery="OPFA", month=JUNE.number, commissioner_code="ZP1")
    assert local["amount_pence"].to_list() == [
        int(june["activity_count"].sum()) * 21_000 - int(june["cost_pence"].sum())
    ]


def test_register_may_be_missing_and_its_tables_may_be_few(store: Store, tmp_path: Path) -> None:
    with_lines(store)
    assert receive_contracts(store, delivered(tmp_path / "none"), year=YEAR) is None
    found = receive_contracts(store, delivered(tmp_path / "few", contracts=contracts()), year=YEAR)
    assert found is not None
    assert (found.rows("contracts"), found.rows("contract_plans"), found.rows("contract_variations")) == (2, 0, 0)
    assert found.receipt.inputs["tariff/2009-10"] == store.current("tariff/2009-10").set_id


def test_register_that_cannot_stand_is_refused_whole(store: Store, tmp_path: Path) -> None:
    with_lines(store)
    early = delivered(
        tmp_path / "early", contracts=contracts(), contract_variations=[MORE | {"agreed_on": date(2009, 3, 1)}]
    )
    with pytest.raises(RefusedInput, match="before it was signed"):
        receive_contracts(store, early, year=YEAR)
    strange = delivered(tmp_path / "strange", contracts=[contracts()[0] | {"financial_year": "2008-09"}])
    with pytest.raises(RefusedInput, match="another year"):
        receive_contracts(store, strange, year=YEAR)
    assert store.find("contracts/2009-10") is None
    assert receive_contracts(store, strange, year=FinancialYear(2008)) is None


def test_command_prints_and_writes_the_bill(billed: tuple[Store, PublishedSet], tmp_path: Path) -> None:
    store, stated = billed
    asked = ["--month", "2009-06", "--store", str(store.path), "--all-numbers"]
    said = CliRunner().invoke(command, asked).output
    assert "ZH1" in said
    assert "Block" in said
    assert "All hospitals" in said
    assert "2009/10: activity beside the contracts' plan is worth" in said
    bills = stated.frame("contract_bills")
    for name in ("bill.csv", "bill.xlsx"):
        done = CliRunner().invoke(command, [*asked, "--provider", "ZH2", "--out", str(tmp_path / name)])
        assert done.exit_code == 0, done.output
    with (tmp_path / "bill.csv").open(encoding="utf-8", newline="") as stream:
        read = list(csv.DictReader(stream))
    of_bills = [int(row["amount_pence"]) for row in read if row["table"] == "contract_bills"]
    assert sum(of_bills) == bills.filter(pl.col("provider_code") == "ZH2")["amount_pence"].sum()
    assert (tmp_path / "bill.xlsx").read_bytes()[:2] == b"PK"
    for wrong, words in ((["--provider", "ZH9"], "ZH1, ZH2"), (["--out", "bill.pdf"], r"\.xlsx or \.csv")):
        with pytest.raises(RefusedInput, match=words):
            CliRunner().invoke(command, [*asked, *wrong], catch_exceptions=False)


def test_lines_of_a_few_people_are_hidden_with_their_money(billed: tuple[Store, PublishedSet], engine: Engine) -> None:
    """Whatever a line of 1 to 7 contacts would follow from is hidden with it; shown lines are as they are."""
    store, april = billed[0], Month(2009, 4)
    stated = state(store, engine, april)
    few = stated.frame("contract_bills").filter(pl.col("activity_count").is_between(1, 7))
    assert few.height
    report = show_contracts(store, month=april)
    key = ["provider_code", "point_of_delivery"]
    hidden = report.bills.filter(pl.col("amount_pence").is_null())
    assert few.join(hidden, on=key, how="anti").is_empty()
    assert hidden.select(key).unique().height > 1
    changes = report.changes.join(hidden.select(key).unique(), on=key, how="semi")
    assert changes["amount_pence"].null_count() == changes.height
    shown = report.bills.filter(pl.col("amount_pence").is_not_null()).drop("hidden", "figure_id", "activity_count")
    whole = stated.frame("contract_bills").drop("activity_count")
    assert shown.join(whole, on=whole.columns, how="anti", nulls_equal=True).is_empty()
    assert "*" in {cell for table in report.tables for row in table.rows for cell in row}


def test_statement_made_before_contracts_were_billed_says_so(billed: tuple[Store, PublishedSet]) -> None:
    store, stated = billed
    tables = {name: stated.frame(name) for name in stated.tables if name not in ("contract_bills", "bill_changes")}
    publish(store, stated.name, tables, inputs=stated.receipt.inputs, regime="england-2005")
    with pytest.raises(RefusedInput, match="holds no bills"):
        show_contracts(store, month=JUNE)
