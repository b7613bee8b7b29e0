"""A made-up year invoiced with errors of known size: each ends as a named difference of that size, and the year settles."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import polars as pl
import pytest
from tests.journeys.small_invoices import (
    INVOICE_KEY,
    MONTHS,
    charge,
    deliveries_folder,
    receive,
    reconcile_month,
    state_months,
    steps_of,
    whole_year,
)
from tests.journeys.small_pct import POLICY, YEAR, facts, publish, state

from pbc.engines import Engine
from pbc.errors import MissingFigure, RefusedInput
from pbc.flows.cost_delivery import cost_delivery
from pbc.flows.journey import Journey
from pbc.flows.make_up_invoices import make_up_invoices, make_up_settlement
from pbc.flows.reconcile import reconcile
from pbc.methods.reconciliation.steps import OF_LEDGER
from pbc.periods import Month
from pbc.reports.settlement import is_settled
from pbc.results import Receipt, Store
from pbc.sources.synthetic.posting import AGAIN, ELSEWHERE, NEVER, WRONGLY_IN
from pbc.tables import ACTIVITY_FACTS, ALL, INVOICES

APRIL, MAY, JUNE = MONTHS[:3]
MARCH, AFTER = MONTHS[-1], MONTHS[-1].next
Planted = dict[str, dict[str, int]]


@pytest.fixture(scope="module")
def charged_year(
    whole_store: Store, tmp_path_factory: pytest.TempPathFactory, engine: Engine
) -> tuple[Store, Path, Planted]:
    home = tmp_path_factory.mktemp("charged")
    shutil.copytree(whole_store.path, home / "store")
    store = Store(home / "store")
    return store, home / "invoices", whole_year(store, home / "invoices", engine)


@pytest.fixture
def year(charged_year: tuple[Store, Path, Planted], tmp_path: Path) -> tuple[Store, Path]:
    """A copy of the charged year that a test may change."""
    shutil.copytree(charged_year[0].path, tmp_path / "store")
    shutil.copytree(charged_year[1], tmp_path / "invoices")
    return Store(tmp_path / "store"), tmp_path / "invoices"


def deliver_again(store: Store, month: Month, engine: Engine, held: pl.DataFrame) -> None:
    """A month's delivery in place of the one before, later: its receipt says when it was made."""
    empty = {"referrals": ALL["referrals"].empty(), "rejected_rows": ALL["rejected_rows"].empty()}
    inputs = {"register": store.current("register").set_id, "f": f"again {held.height}"}
    publish(
        store, f"activity/{month}", {"activity_facts": held, **empty}, inputs=inputs, made_at="2010-01-01T00:00:00Z"
    )
    cost_delivery(store, month=month, engine=engine, policy=POLICY)


def test_each_planted_error_ends_as_a_named_difference_of_its_size(
    charged_year: tuple[Store, Path, Planted], engine: Engine
) -> None:
    """Double billing, wrong practice, wrong price, ghosts, a drug twice, a line nobody can explain: to the penny, and no more."""
    store, _, planted = charged_year
    found = reconcile_month(store, engine, MARCH, AFTER)
    charged = {name: errors for name, errors in planted.items() if not set(errors) & set(WRONGLY_IN.values())}
    assert sorted(charged) == ["2009-05 ZH2", "2009-09 ZH2"]
    wanted: dict[str, int] = {}
    for errors in charged.values():
        for name, pence in errors.items():
            step = "billed_twice" if name == "drug_charged_again" else name
            wanted[step] = wanted.get(step, 0) + pence
    items = found.frame("reconciliation_items").filter(
        (pl.col("difference_pence") > 0) & ~pl.col("step").is_in(OF_LEDGER)
    )
    sums = dict(items.group_by("step").agg(pl.col("difference_pence").sum()).iter_rows())
    assert {name: sums[name] for name in wanted} == wanted
    assert set(sums) == {*wanted, "drugs_and_devices"}
    steps = steps_of(found, "ZH1")
    assert {name for name, pence in steps.items() if pence} == {
        "costed_activity",
        "bill",
        "drugs_and_devices",
        "invoiced",
        "posting_difference",
        "ledger",
    }


def test_each_invoice_posted_wrongly_is_told_with_its_sum_until_it_is_put_right(
    charged_year: tuple[Store, Path, Planted],
) -> None:
    """One posted again, one at the other hospital, one not at all: as large as planted, each from its own month on."""
    store, _, planted = charged_year
    wrong = {
        (month, provider, how): pence
        for (month, provider), errors in ((key.split(), errors) for key, errors in planted.items())
        for how, pence in errors.items() if how in WRONGLY_IN.values()
    }  # fmt: skip
    assert [how for _, _, how in sorted(wrong)] == [AGAIN, ELSEWHERE, ELSEWHERE, NEVER]
    for month in MONTHS:
        items = store.current(f"reconciliation/{month}").frame("reconciliation_items").filter(step="posting_difference")
        told = {
            (str(Month.from_number(number)), provider, reason): pence
            for number, provider, reason, pence in items.select(
                "month", "provider_code", "reason", "difference_pence"
            ).rows()
        }
        assert told == {key: pence for key, pence in wrong.items() if Month.parse(key[0]) <= month}


def test_month_ends_stand_as_accrued_and_prepaid_with_the_size_told(charged_year: tuple[Store, Path, Planted]) -> None:
    """Each month's end as the truths tell it; with it the ledger is what is owed but for the differences. The year's end: none."""
    store, folder, _ = charged_year
    truths = json.loads((folder / "invoice-truths.json").read_text(encoding="utf-8"))["month_ends"]
    for month in MONTHS:
        for provider in ("ZH1", "ZH2"):
            steps = steps_of(store.current(f"reconciliation/{month}"), provider)
            told = {name: steps[name] for name in ("accrued", "prepaid")}
            assert told == truths[f"{month} {provider}"]
            assert sum(told.values()) == -steps["on_account"]
    ends = [truths[f"{month} {provider}"] for month in MONTHS for provider in ("ZH1", "ZH2")]
    assert {name for end in ends for name, pence in end.items() if pence} == {"accrued", "prepaid"}
    assert not any(truths[f"{AFTER} {provider}"]["accrued"] for provider in ("ZH1", "ZH2"))


def test_page_of_the_ledger_leads_from_statements_with_nothing_over(
    charged_year: tuple[Store, Path, Planted], engine: Engine
) -> None:
    """Statements, not attributed and adjustments are the bill; differences lead to the invoices, and they to the ledger."""
    found = reconcile_month(charged_year[0], engine, MARCH, AFTER)
    row = found.frame("ledger_positions").row(0, named=True)
    bill = row["statements_pence"] + row["not_attributed_pence"] + row["adjustments_pence"]
    assert (row["difference_pence"], row["since_statement_pence"], bill) == (0, 0, row["bill_pence"])
    invoiced = row["bill_pence"] + row["named_pence"] + row["unexplained_pence"]
    assert (row["invoiced_pence"], row["ledger_pence"]) == (invoiced, invoiced + row["posting_pence"])
    assert row["posting_pence"]
    assert (row["accrued_pence"], row["prepaid_pence"]) == (0, 0)
    practices = found.frame("reconciliation_practices").filter(step="costed_activity", practice_code="not-attributed")
    assert int(practices["amount_pence"][0]) == row["not_attributed_pence"]


def test_differences_age_and_months_are_what_moved(charged_year: tuple[Store, Path, Planted]) -> None:
    """May's errors were first seen in June, and are still so in March; the months add up to the year to date."""
    store = charged_year[0]
    march = store.current(f"reconciliation/{MARCH}")
    items = march.frame("reconciliation_items").filter(step="billed_twice", month=MAY.number)
    assert set(items["first_seen_month"]) == {JUNE.number}
    moved = [steps_of(store.current(f"reconciliation/{month}"), "ZH2", "month") for month in MONTHS]
    assert sum(month["unexplained"] for month in moved) == steps_of(march, "ZH2")["unexplained"] > 0


def test_late_and_restated_deliveries_show_as_late_data_and_change_no_other_step(
    year: tuple[Store, Path], engine: Engine
) -> None:
    """June again, without one record it had and with a day case as an ordinary stay; August brings a record of June: each
    stands as late data with its sum, and the bill moves by what late data do."""
    store, _ = year
    before = reconcile_month(store, engine, MARCH, AFTER)
    june, august = MONTHS[2], MONTHS[4]
    held = store.current(f"activity/{june}").frame("activity_facts")
    gone = held.filter(provider_code="ZH1", point_of_delivery="NEL").head(1)
    changed = held.filter(provider_code="ZH1", point_of_delivery="DC").head(1)["record_number"][0]
    kind = pl.when(pl.col("record_number") == changed).then(pl.lit("EL")).otherwise("point_of_delivery")
    restated = held.join(gone, on="record_number", how="anti").with_columns(kind.alias("point_of_delivery"))
    deliver_again(store, june, engine, ACTIVITY_FACTS.conform(restated))
    late = gone.with_columns(record_number=pl.lit("late"), person_id=pl.lit(None, dtype=pl.Int64))
    more = pl.concat([store.current(f"activity/{august}").frame("activity_facts"), ACTIVITY_FACTS.conform(late)])
    deliver_again(store, august, engine, more)
    for month in MONTHS[2:]:
        state(store, engine, month)
    after = reconcile_month(store, engine, MARCH, AFTER)
    items = after.frame("reconciliation_items").filter(step="late_data").sort("reason")
    assert items.select("reason", "record_number").rows() == [
        ("changed_since", changed),
        ("delivered_late", "late"),
        ("taken_back_since", gone["record_number"][0]),
    ]
    assert items["difference_pence"].to_list() == [21_840 - 25_116, -28_392, 28_392]
    moved = {"costed_activity": 3_276, "bill": 3_276, "late_data": -3_276}
    assert steps_of(after, "ZH1") == {
        step: pence + moved.get(step, 0) for step, pence in steps_of(before, "ZH1").items()
    }


def test_delivery_that_no_statement_has_read_yet_is_told_on_the_page(year: tuple[Store, Path], engine: Engine) -> None:
    """A record taken back since: the bill moves away from the statement, and the page says by how much."""
    store, _ = year
    held = store.current(f"activity/{JUNE}").frame("activity_facts")
    gone = held.filter(provider_code="ZH1", point_of_delivery="NEL").head(1)
    deliver_again(store, JUNE, engine, held.join(gone, on="record_number", how="anti"))
    row = reconcile_month(store, engine, MARCH, AFTER).frame("ledger_positions").row(0, named=True)
    assert row["since_statement_pence"] == -28_392
    assert row["difference_pence"] == 0


def test_year_settles_at_what_is_owed_invoice_and_ledger_alike(year: tuple[Store, Path], engine: Engine) -> None:
    """The settlement asks for what is owed less what was invoiced: then bill with drugs, invoices with it, and ledger are one."""
    store, folder = year
    reconcile_month(store, engine, MARCH, AFTER)
    make_up_settlement(store, folder, month=MARCH, read_to=AFTER, delivered=AFTER.next, key=INVOICE_KEY)
    receive(store, folder, engine, AFTER.next)
    settled = reconcile_month(store, engine, MARCH, AFTER.next)
    assert settled.frame("reconciliation_items").filter(step="posting_difference").is_empty()
    row = settled.frame("ledger_positions").row(0, named=True)
    assert row["due_pence"] == row["invoiced_pence"] + row["settlement_pence"] == row["ledger_pence"]
    assert (row["to_accrue_pence"], row["difference_pence"]) == (0, 0)
    assert row["settlement_pence"] < 0
    assert is_settled(row)


def test_same_deliveries_again_are_the_same_sets(year: tuple[Store, Path], engine: Engine) -> None:
    """Nothing changes where nothing was changed, and the receipt names both sides."""
    store, folder = year
    held = {name: store.current(name).set_id for name in store.names()}
    receive(store, folder, engine, MAY)
    reconcile_month(store, engine, MAY)
    assert {name: store.current(name).set_id for name in store.names()} == held
    inputs = store.current(f"reconciliation/{JUNE}").receipt.inputs
    assert {
        f"invoices/{JUNE}",
        f"invoice-backing/{JUNE}",
        f"ledger/{JUNE}",
        f"activity/{JUNE}",
        f"reconciliation/{MAY}",
    } <= set(inputs)


def test_reconciliation_needs_a_statement_and_reads_on_only_to_a_later_month(
    year: tuple[Store, Path], engine: Engine
) -> None:
    store, _ = year
    with pytest.raises(MissingFigure, match="statement/2010-04"):
        reconcile_month(store, engine, AFTER)
    with pytest.raises(RefusedInput, match="reads on to a later month"):
        reconcile_month(store, engine, MARCH, MARCH)


def test_month_with_no_invoice_at_all_is_reconciled_to_nothing_invoiced(store: Store, engine: Engine) -> None:
    """Everything it cost stands as not yet charged on account; all of it is to be accrued."""
    state_months(store, engine, [APRIL])
    row = (
        reconcile(store, month=APRIL, policy=POLICY, engine=engine, journey=Journey())
        .frame("ledger_positions")
        .row(0, named=True)
    )
    assert (row["invoiced_pence"], row["ledger_pence"]) == (0, 0)
    assert row["to_accrue_pence"] == row["bill_pence"] > 0


def test_only_a_made_up_place_is_charged_for(store: Store, tmp_path: Path, engine: Engine) -> None:
    """Invoices of a real hospital are never made up."""
    held = facts(APRIL, seed=APRIL.number)
    shutil.rmtree(store.path / "sets" / "activity" / str(APRIL))
    store.publish(f"activity/{APRIL}", {"activity_facts": held}, Receipt(flow="test", inputs={}))
    with pytest.raises(RefusedInput, match="made-up activity alone"):
        make_up_invoices(
            store,
            deliveries_folder(tmp_path / "i"),
            years=[YEAR],
            key=INVOICE_KEY,
            seed=1,
            policy=POLICY,
            engine=engine,
        )


def test_bill_held_in_another_month_is_refused(year: tuple[Store, Path], engine: Engine) -> None:
    """The same invoice number in two months would count twice: the row is named."""
    store, folder = year
    lines = (folder / "invoices" / str(MAY) / "invoices.csv").read_text(encoding="utf-8").splitlines()
    again = folder / "invoices" / str(JUNE) / "invoices.csv"
    again.write_text(again.read_text(encoding="utf-8") + lines[1] + "\n", encoding="utf-8")
    count = len(again.read_text(encoding="utf-8").splitlines())
    with pytest.raises(RefusedInput, match=f"invoices/2009-05 holds this already.*invoices, row {count}"):
        receive(store, folder, engine, JUNE)
    assert INVOICES.name in store.current(f"invoices/{JUNE}").tables


def test_charging_goes_by_what_was_first_sent(store: Store, tmp_path: Path, engine: Engine) -> None:
    """Three months delivered: on account in each, and the records of April and May behind the invoices of May and June."""
    state_months(store, engine, [APRIL, MAY, JUNE])
    planted = charge(store, tmp_path / "i", engine)
    assert list(planted) == [f"{MAY} ZH2"]
    receive(store, tmp_path / "i", engine, APRIL)
    assert store.find(f"invoice-backing/{APRIL}") is None
    kinds = store.current(f"invoices/{APRIL}").frame("invoices")["invoice_kind"].unique().to_list()
    assert sorted(kinds) == ["monitoring", "on_account"]
