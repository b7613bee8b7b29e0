"""Invoices from the console: made up, taken in, reconciled, explained to both sides' records, and accrued in a journal."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from click.testing import CliRunner
from tests.journeys.small_invoices import INVOICE_KEY, MONTHS, deliveries_folder, state_months

from pbc.engines import Engine
from pbc.errors import MissingFigure, RefusedInput
from pbc.flows.explain import explain
from pbc.reports import PROTECTED, for_purpose
from pbc.results import Store
from pbc.results.figures import figure_id
from pbc.tables import ALL
from pbc_cli.main import pbc_command

APRIL, MAY, JUNE = MONTHS[:3]
ACCOUNTS = (
    "--expenditure",
    "52110",
    "--accruals",
    "21400",
    "--prepayments",
    "13200",
    "--payables",
    "21100",
    "--disputes",
    "13900",
)
ALL_SEEN = for_purpose("checking invoices")


def run(store: Store, *words: str) -> str:
    """What a command printed; a refusal is a Fault."""
    result = CliRunner().invoke(pbc_command, [*words, "--store", str(store.path)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture(scope="module")
def invoiced(whole_store: Store, tmp_path_factory: pytest.TempPathFactory, engine: Engine) -> tuple[Store, Path]:
    """Three months stated, and their invoices made up by the console."""
    home = tmp_path_factory.mktemp("invoiced")
    shutil.copytree(whole_store.path, home / "store")
    store, folder = Store(home / "store"), deliveries_folder(home / "deliveries")
    state_months(store, engine, [APRIL, MAY, JUNE])
    key = home / "invoice-key"
    key.write_bytes(INVOICE_KEY)
    key.chmod(0o600)
    told = run(store, "make-up-invoices", str(folder), "--year", "2009-10", "--key-file", str(key))
    assert "Errors are planted in 2009-05 ZH2" in told
    assert "0 charges refused" in run(store, "receive-invoices", str(folder), "--key-file", str(key))
    for month in (APRIL, MAY, JUNE):
        run(store, "reconcile", "--month", str(month))
    return store, folder


def figure(store: Store, table: str, **wanted: object) -> str:
    """The id of the one row of June's reconciliation that has these values."""
    found = store.current(f"reconciliation/{JUNE}")
    rows = found.frame(table).filter(**wanted)
    assert rows.height == 1
    return figure_id(found.name, found.set_id, table, rows.row(0, named=True))


def test_every_step_explains_itself_by_parts_that_add_up(invoiced: tuple[Store, Path]) -> None:
    """Sums by the steps before them, differences by what is behind them, costs by kind of activity, months by what changed."""
    store = invoiced[0]
    found = store.current(f"reconciliation/{JUNE}")
    for row in found.frame("reconciliation_steps").to_dicts():
        told = explain(store, figure_id(found.name, found.set_id, "reconciliation_steps", row), protection=ALL_SEEN)
        assert told.value == row["amount_pence"]
        assert told.gap == 0, told.title
        assert told.is_sum or row["step"] == "contract_terms"
        assert not row["amount_pence"] or told.parts
    count = figure(store, "reconciliation_steps", period="month", provider_code="ZH1", step="bill") + ":items_count"
    assert explain(store, count, protection=ALL_SEEN).parts == ()


@pytest.mark.parametrize(
    "step, kinds",
    [
        pytest.param("price_difference", ["activity_facts", "charged_activity"], id="price"),
        pytest.param("billed_twice", ["charged_activity"], id="twice"),
        pytest.param("not_in_our_data", ["charged_activity"], id="no record"),
        pytest.param("unexplained", ["invoice_lines", "invoices", "ledger_entries"], id="line"),
    ],
)
def test_difference_leads_to_the_records_of_both_sides(
    invoiced: tuple[Store, Path], step: str, kinds: list[str]
) -> None:
    """From a step to its differences, from each to our record and the charge, or to invoice, line and entry."""
    store = invoiced[0]
    told = explain(
        store,
        figure(store, "reconciliation_steps", period="year_to_date", provider_code="ZH2", step=step),
        protection=ALL_SEEN,
    )
    item = explain(store, told.parts[0].figure_id, protection=ALL_SEEN)
    behind = {part.figure_id.split(":")[1] for part in item.parts if part.figure_id} - {"reconciliation_items"}
    assert sorted(behind) == kinds
    for part in item.parts:
        if part.figure_id:
            assert explain(store, part.figure_id, protection=ALL_SEEN).receipts


def test_difference_of_a_month_without_a_record_is_told_by_its_month(invoiced: tuple[Store, Path]) -> None:
    """On account is told by month; with no records behind it its parts add up."""
    store = invoiced[0]
    wanted = {"step": "on_account", "provider_code": "ZH1"}
    told = explain(store, figure(store, "reconciliation_items", **wanted), protection=ALL_SEEN)
    assert (told.is_sum, told.gap, len(told.parts)) == (True, 0, 2)
    step = explain(store, figure(store, "reconciliation_steps", period="year_to_date", **wanted), protection=ALL_SEEN)
    assert "June 2009, first seen June 2009" in step.parts[0].label


def test_practice_and_page_of_the_ledger_explain_themselves(invoiced: tuple[Store, Path]) -> None:
    """A practice's sums and differences add up; so do the page's, and what is to accrue."""
    store = invoiced[0]
    found = store.current(f"reconciliation/{JUNE}")
    for row in found.frame("reconciliation_practices").to_dicts():
        told = explain(store, figure_id(found.name, found.set_id, "reconciliation_practices", row), protection=ALL_SEEN)
        assert told.gap == 0, told.title
    page = figure(store, "ledger_positions", commissioner_code="ZP1")
    for column in (column.name for column in ALL["ledger_positions"].columns[2:]):
        assert explain(store, f"{page}:{column}", protection=ALL_SEEN).gap == 0
    assert (
        explain(store, f"{page}:ledger_pence", protection=PROTECTED).value
        == found.frame("ledger_positions")["ledger_pence"][0]
    )


def test_record_behind_a_difference_is_hidden_from_those_who_may_not_see_it(invoiced: tuple[Store, Path]) -> None:
    """One difference is one person's stay: a protected reader sees that it is hidden."""
    store = invoiced[0]
    row = (
        store.current(f"reconciliation/{JUNE}")
        .frame("reconciliation_items")
        .filter(step="price_difference")
        .row(0, named=True)
    )
    told = explain(
        store, figure(store, "reconciliation_items", difference_id=row["difference_id"]), protection=PROTECTED
    )
    assert (told.value, told.is_hidden, told.parts) == (None, True, ())


def test_reconciliation_is_written_as_text_csv_and_workbook(invoiced: tuple[Store, Path], tmp_path: Path) -> None:
    store = invoiced[0]
    told = run(store, "reconcile", "--month", str(JUNE), "--out", str(tmp_path / "june.csv"))
    assert "2009-10.ZP1.ZH2.billed_twice" in told
    assert "MADE-UP DATA" in told
    rows = list(csv.DictReader((tmp_path / "june.csv").read_text(encoding="utf-8").splitlines()))
    assert {row["period"] for row in rows} == {"month", "year_to_date"}
    assert all(row["figure_id"].startswith(f"reconciliation/{JUNE}@") for row in rows)
    run(store, "reconcile", "--month", str(JUNE), "--out", str(tmp_path / "june.xlsx"))
    book = openpyxl.load_workbook(tmp_path / "june.xlsx")
    assert book.sheetnames == ["Cover", "Ledger", "Steps", "Practices", "Differences"]
    cover = [str(row[0]) for row in book["Cover"].iter_rows(values_only=True)]
    assert any(store.current(f"reconciliation/{JUNE}").set_id in line for line in cover)
    run(store, "reconcile", "--month", str(JUNE), "--out", str(tmp_path / "june.txt"))
    assert (tmp_path / "june.txt").read_text(encoding="utf-8").startswith("Reconciliation, June 2009")


def test_journal_balances_and_carries_its_receipt(invoiced: tuple[Store, Path], tmp_path: Path) -> None:
    """Debits are credits, to the penny, in CSV and workbook; the page shows nothing left over."""
    store = invoiced[0]
    told = run(store, "ledger", "--month", str(JUNE), "--journal", str(tmp_path / "j.csv"), *ACCOUNTS)
    assert "£0.00  Left over" in told
    rows = list(csv.DictReader((tmp_path / "j.csv").read_text(encoding="utf-8").splitlines()))
    sides = [sum(round(float(row[side]) * 100) for row in rows) for side in ("debit", "credit")]
    assert sides[0] == sides[1] > 0
    assert {row["account_code"] for row in rows} <= {"52110", "21400", "13200", "21100", "13900"}
    assert {row["posting_date"] for row in rows} == {"2009-06-30"}
    run(
        store, "ledger", "--month", str(JUNE), "--journal", str(tmp_path / "j.xlsx"), "--commissioner", "ZP1", *ACCOUNTS
    )
    cover = [str(row[0]) for row in openpyxl.load_workbook(tmp_path / "j.xlsx")["Cover"].iter_rows(values_only=True)]
    assert any("difference £0.00" in line for line in cover)
    assert any(store.current(f"reconciliation/{JUNE}").set_id in line for line in cover)


@pytest.mark.parametrize(
    "words, said",
    [
        (("reconcile", "--month", "2009-06", "--out", "x.pdf"), "not written in a file of this kind"),
        (("reconcile", "--month", "2009-06", "--out", "x"), "found no ending"),
        (("ledger", "--month", "2009-06", "--journal", "x.pdf"), "not written in a file of this kind"),
        (("ledger", "--month", "2009-06", "--journal", "x"), "found no ending"),
        (("ledger", "--month", "2009-06", "--journal", "x.csv", "--accruals", "1"), "needs your ledger's accounts"),
        (
            ("ledger", "--month", "2009-06", "--journal", "x.csv", "--commissioner", "ZP9", *ACCOUNTS),
            "not in the reconciliation",
        ),
    ],
)
def test_journal_or_form_that_cannot_be_written_is_refused(
    invoiced: tuple[Store, Path], words: tuple[str, ...], said: str
) -> None:
    with pytest.raises(RefusedInput, match=said):
        run(invoiced[0], *words)


def test_ledger_of_a_month_not_reconciled_names_the_command(invoiced: tuple[Store, Path]) -> None:
    with pytest.raises(MissingFigure, match="pbc reconcile --month 2009-07"):
        run(invoiced[0], "ledger", "--month", "2009-07")


def test_only_commissioner_is_taken_and_of_several_one_is_to_be_named() -> None:
    from pbc_cli.ledger import _only

    assert _only(["ZP1"]) == "ZP1"
    with pytest.raises(RefusedInput, match="Whose journal"):
        _only(["ZP2", "ZP1"])


def test_invoices_come_as_workbooks_too(invoiced: tuple[Store, Path], tmp_path: Path, engine: Engine) -> None:
    """A spreadsheet with days and numbers of its own is the same invoice; beside a CSV of the same table it is refused."""
    store, folder = invoiced
    copy = tmp_path / "deliveries"
    shutil.copytree(folder, copy)
    place = copy / "invoices" / str(APRIL)
    before = store.current(f"invoices/{APRIL}").frame("invoices")
    book = openpyxl.Workbook()
    for row in csv.reader((place / "invoices.csv").read_text(encoding="utf-8").splitlines()):
        book.active.append([int(cell) if cell.lstrip("-").isdigit() else cell or None for cell in row])  # type: ignore[union-attr]
    book.active["F2"] = before["dated_on"][0]  # type: ignore[index]
    book.active["H2"] = float(before["amount_pence"][0])  # type: ignore[index]
    book.active.append([None, None])  # type: ignore[union-attr]
    book.save(place / "invoices.xlsx")
    with pytest.raises(RefusedInput, match="twice, in two forms"):
        run(store, "receive-invoices", str(copy), "--month", str(APRIL))
    (place / "invoices.csv").unlink()
    run(store, "receive-invoices", str(copy), "--month", str(APRIL))
    after = store.current(f"invoices/{APRIL}").frame("invoices")
    assert after.equals(before)
    assert isinstance(after, pl.DataFrame)
