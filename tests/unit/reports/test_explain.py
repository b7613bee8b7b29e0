"""Any figure of a statement can be walked back, and its parts add up to it."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from pbc.errors import MissingFigure, RefusedInput
from pbc.flows.explain import explain as explain_to
from pbc.flows.gather_statement import gather_statement
from pbc.flows.trace import Archive
from pbc.periods import Month
from pbc.policy import load_policy
from pbc.reports import Tiers, build_statement, for_purpose, write_statement
from pbc.reports.explanation import Explanation, explanation_text
from pbc.results import Receipt, Store
from pbc.tables.contract import Kind
from pbc_cli.explain import command

SEPTEMBER = Month(2009, 9)


@pytest.fixture(scope="module")
def downloads(made_up_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("downloads")
    view = build_statement(
        gather_statement(made_up_store, month=SEPTEMBER), practice_code="Z90001", protection=for_purpose("a test")
    )
    for form in ("csv", "xlsx"):
        write_statement(view, path=folder / f"statement.{form}", form=form)
    return folder


def explain(store: Store, text: str, **more: Any) -> Explanation:
    """As to those who may see small numbers: here the walk is looked at, and what others see of it in test_report_small_numbers."""
    return explain_to(store, text, protection=for_purpose("a test of the walk"), **more)


def figures_of(folder: Path) -> list[dict[str, str]]:
    text = (folder / "statement.csv").read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def figure(made_up_store: Store, table: str, key: str, set_name: str = "statement/2009-09") -> str:
    return f"{set_name}@{made_up_store.current(set_name).set_id}:{table}:{key}"


def test_explain_knows_every_figure_of_the_csv_and_its_parts_add_up(made_up_store: Store, downloads: Path) -> None:
    archive = Archive(made_up_store)
    rows = figures_of(downloads)
    assert len(rows) > 1000
    for row in rows:
        found = explain(made_up_store, row["figure_id"], archive=archive)
        assert str("" if found.value is None else found.value) == row["value"]
        assert found.gap == 0, row["figure_id"]
        assert found.receipts[0].set_id in row["figure_id"]
        assert row["figure_id"] == found.figure_id


def test_explain_leads_on_to_parts_that_can_be_explained_in_turn(made_up_store: Store, downloads: Path) -> None:
    archive = Archive(made_up_store)
    parts = {
        part.figure_id
        for row in figures_of(downloads)
        for part in explain(made_up_store, row["figure_id"], archive=archive).parts
        if part.figure_id
    }
    assert len(parts) > 500
    for text in parts:
        assert explain(made_up_store, text, archive=archive).figure_id == text


def test_explain_knows_every_row_of_the_workbook(made_up_store: Store, downloads: Path) -> None:
    archive = Archive(made_up_store)
    book = openpyxl.load_workbook(downloads / "statement.xlsx", read_only=True)
    ids = [
        row[-1]
        for sheet in book.worksheets[2:]
        for row in sheet.iter_rows(min_row=4, values_only=True)
        if sheet.title != "Rule values"
    ]
    assert len(ids) > 100
    for text in ids:
        assert explain(made_up_store, str(text), archive=archive).figure_id.startswith(str(text))


def test_explain_adds_a_total_from_its_services_to_the_penny(made_up_store: Store) -> None:
    found = explain(
        made_up_store, figure(made_up_store, "budget_statements", "200909~Z90001~year_to_date~total~all:variance_pence")
    )
    assert [part.label for part in found.parts] == ["what it cost", "less the budget for the same months"]
    total = explain(made_up_store, found.parts[0].figure_id)
    assert len(total.parts) == 7
    assert total.value == sum(part.amount for part in total.parts if isinstance(part.amount, int))


def test_explain_counts_records_and_names_prices_with_their_source(made_up_store: Store) -> None:
    text = figure(made_up_store, "budget_statements", "200909~Z90001~year_to_date~point_of_delivery~NEL:activity_count")
    found = explain(made_up_store, text)
    assert sum(each.records_count for each in found.records) == found.value
    assert {each.set_name for each in found.records} == {f"activity/2009-{month:02d}" for month in range(4, 10)}
    assert sum(each.records_count for each in found.prices) == found.value
    assert {(each.price_pence, each.source) for each in found.prices} == {
        (95_000, "made up"), (190_000, "made up"), (285_000, "made up"),
    }  # fmt: skip


def test_explain_of_a_chance_band_cites_each_value_with_its_status(made_up_store: Store) -> None:
    text = figure(made_up_store, "chance_bands", "2009-10~200909~practice~Z90001:chance_low_pence")
    found = explain(made_up_store, text)
    assert "risk.cheque_pounds" in {value.name for value in found.policy}
    assert all(value.source and value.status for value in found.policy)
    assert "exp(d -/+ z s)" in " ".join(found.sentences)


def test_explain_of_a_budget_step_shows_the_stack_it_stands_in(made_up_store: Store) -> None:
    text = figure(made_up_store, "budget_lines", "2009-10~Z90001~outpatients~need", "budgets/2009-10")
    found = explain(made_up_store, text)
    assert [part.label for part in found.parts][:2] == [
        "past activity at the prices of the year",
        "moving to need (this line)",
    ]
    at = [part.label.startswith("the budget of the service") for part in found.parts].index(True)
    assert found.parts[at].amount == sum(part.amount for part in found.parts[:at] if isinstance(part.amount, int))
    assert [part.label for part in found.parts[at + 1 :]] == ["fair share of the service"]
    assert found.rules == ("Past activity: the latest available 12 months at this year's prices (rule R2.4).",)


def test_explanation_says_rule_values_in_words_of_the_regime(made_up_store: Store) -> None:
    """Given who holds a budget, its share and a cheque, then words, a percentage and pounds: never a raw rule value."""
    key = "2009-10~practice~Z90001~price:freed_up_pence"
    policy, name = load_policy("england-2005"), "budgets.held_at"
    pooled = replace(
        policy, values={**policy.values, name: tuple(replace(v, value="cluster") for v in policy.values[name])}
    )
    freed = figure(made_up_store, "freed_up_resources", key, "year-end/2009-10")
    found = explain(made_up_store, freed, policy=pooled)
    assert found.tiers == gather_statement(made_up_store, month=SEPTEMBER).tiers
    said = explanation_text(replace(found, tiers=Tiers(cluster="neighbourhood")))
    assert "budgets.held_at = Neighbourhood, from" in said
    assert "savings.retained_share = 70%, from" in said
    assert "held (practice or neighbourhood)" in " ".join(said.split())
    band = figure(made_up_store, "chance_bands", "2009-10~200909~practice~Z90001:chance_low_pence")
    assert "risk.cheque_pounds = £10,000 at 2017/18 prices, from" in explanation_text(explain(made_up_store, band))


def test_explanation_text_is_plain_marked_made_up_and_narrow(made_up_store: Store) -> None:
    text = figure(made_up_store, "budget_statements", "200909~Z90001~month~service~prescribing:actual_pence")
    said = explanation_text(explain(made_up_store, text))
    lines = said.splitlines()
    assert lines[0].startswith(
        "Cost of prescribing, September 2009, Elm Tree Surgery (budget statements, statement/2009-09)"
    )
    assert any(line.startswith("MADE-UP DATA") for line in lines)
    assert "These parts add up to it exactly." in said
    assert [line for line in lines if len(line) > 100 and "@" not in line] == []


def test_explain_tells_that_a_set_has_been_replaced(made_up_store: Store, tmp_path: Path) -> None:
    store = Store(tmp_path)
    old = made_up_store.current("statement/2009-09")
    tables = {name: old.frame(name) for name in old.tables}
    first = store.publish(old.name, tables, Receipt(flow="made_for_tests", inputs={}, regime="england-2005"))
    store.publish(old.name, tables, Receipt(flow="made_again", inputs={}, regime="england-2005"))
    text = f"{old.name}@{first.set_id}:budget_statements:200909~Z90001~month~total~all:variance_pence"
    found = explain(store, text)
    assert "has since been replaced" in found.warnings[0]
    assert not found.receipts[0].is_in_force


@pytest.mark.parametrize(
    ("text", "fault", "words"),
    [
        ("nonsense", RefusedInput, "not a figure id"),
        ("statement/2009-09@0123456789ab:people:1", RefusedInput, "not a figure id"),
        ("statement/2009-09@0123456789ab:budget_statements:200909~Z90001", RefusedInput, "wrong number of parts"),
        ("statement/2009-09@0123456789ab:budget_statements:200909~A~month~total~all", MissingFigure, "no set"),
        ("{set}:budget_statements:200909~Z99999~month~total~all", MissingFigure, "no such row"),
        ("{set}:budget_statements:200909~Z90001~month~total~all:colour", MissingFigure, "no column"),
        ("{set}:freed_up_resources:2009-10~practice~Z90001~bill", MissingFigure, "holds no table"),
    ],
)
def test_explain_refuses_what_is_no_figure(made_up_store: Store, text: str, fault: type[Exception], words: str) -> None:
    name = "statement/2009-09"
    with pytest.raises(fault, match=words):
        explain(made_up_store, text.format(set=f"{name}@{made_up_store.current(name).set_id}"))


def test_explanation_shows_amounts_in_the_words_of_their_kind(made_up_store: Store) -> None:
    text = figure(made_up_store, "not_attributed", "")
    lost = made_up_store.current("statement/2009-09").frame("not_attributed").row(0, named=True)
    key = "~".join(
        str(lost[name]) for name in ("month", "commissioner_code", "provider_code", "point_of_delivery", "attribution")
    )
    found = explain(made_up_store, f"{text}{key}:cost_pence")
    assert found.kind is Kind.PENCE
    assert found.is_sum
    assert found.parts[0].amount == found.value


def test_explain_command_prints_the_explanation_and_on_demand_every_receipt(made_up_store: Store) -> None:
    text = figure(made_up_store, "budget_statements", "200909~Z90001~month~total~all:variance_pence")
    short = CliRunner().invoke(command, [text, "--store", str(made_up_store.path)])
    assert short.exit_code == 0
    assert "6 sets, cells/2009-04 to cells/2009-09" in short.output
    full = CliRunner().invoke(command, [text, "--store", str(made_up_store.path), "--receipts"])
    assert "register.csv sha256 0000000000000000" in full.output
    assert all(made_up_store.current(f"cells/2009-{month:02d}").set_id in full.output for month in range(4, 10))


def test_explain_of_an_adjustment_shows_its_contract_and_the_whole_effect(made_up_store: Store) -> None:
    text = figure(made_up_store, "bill_adjustments", "200909~ZH1~Z90001~marginal_rate:amount_pence")
    found = explain(made_up_store, text)
    assert [part.amount for part in found.parts] == [50_000_00, -143_456]
    assert "50% of price above it" in found.parts[0].note
    assert [value.name for value in found.policy] == ["costing.marginal_rate_shared_by"]


@pytest.mark.parametrize("basis", ["price", "bill"])
def test_explain_of_freed_up_resources_says_whose_they_are(made_up_store: Store, basis: str) -> None:
    key = f"2009-10~practice~Z90001~{basis}"
    found = explain(made_up_store, figure(made_up_store, "freed_up_resources", key, "year-end/2009-10"))
    assert found.is_sum
    assert found.gap == 0
    assert "savings.retained_share" in {value.name for value in found.policy}
    assert any("reduces nothing" in said for said in found.sentences)
    kept = explain(made_up_store, found.parts[0].figure_id)
    assert len(kept.parts) == 7


def test_explain_of_a_cheque_multiplies_up_to_it_from_the_rule_value(made_up_store: Store) -> None:
    """£10,000 at the study's prices, times the year's price level, times the practice's own need: the cheque used."""
    key = "2009-10~200909~practice~Z90001:cheque_pounds"
    found = explain(made_up_store, figure(made_up_store, "chance_bands", key))
    *factors, product = [part.amount for part in found.parts]
    assert factors[:2] == [10_000, 0.87]
    assert product == found.value == pytest.approx(factors[0] * factors[1] * factors[2])
    assert {"risk.cheque_pounds", "risk.price_index", "risk.need_adjusts_cheque"} <= {v.name for v in found.policy}
