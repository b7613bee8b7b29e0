"""The way from both sides to the steps: given rows of each, then what each method on the way makes of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import polars as pl
import pytest
from tests.properties.reconciliation_world import SIDE, World, charge, costed, record, sides_of

from pbc.engines import Engine, open_engine
from pbc.methods.reconciliation import (
    add_up_charges,
    add_up_practices,
    add_up_records,
    age_items,
    find_basis,
    find_repeats,
    list_invoice_items,
    list_ledger_items,
    list_record_items,
    match_charges,
    number_charges,
    place_records,
)
from pbc.methods.reconciliation.items import ITEM
from pbc.methods.reconciliation.match_charges import CHARGES, MATCHED, OURS
from pbc.periods import Month
from pbc.tables import CHARGED_ACTIVITY, COSTED_ACTIVITY, INVOICES, LEDGER_ENTRIES, RECONCILIATION_ITEMS

JUNE = Month(2009, 6)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine("duckdb") as opened:
        yield opened


def charged(*rows: dict[str, object]) -> pl.DataFrame:
    return CHARGED_ACTIVITY.from_rows(World(charges=list(rows)).numbered())


def test_place_records_sets_what_a_record_costs_beside_what_it_first_did(engine: Engine) -> None:
    """Held as it came, changed, taken back, and delivered late: each with both sums, one of them perhaps empty."""
    rows = [
        record("1", 5),
        record("2", 7, first_pence=6),
        record("3", None, first_pence=4),
        record("4", 9, first_pence=None),
    ]
    now, first = (
        engine.adopt(costed(rows, name), COSTED_ACTIVITY.sql_columns) for name in ("cost_pence", "first_pence")
    )
    ours = place_records(now, first=first)
    assert tuple(ours.columns) == OURS
    held = ours.frame().sort("record_number").select("record_number", "cost_pence", "first_pence").rows()
    assert held == [("1", 5, 5), ("2", 7, 6), ("3", None, 4), ("4", 9, None)]
    sums = add_up_records(ours)
    assert sums.rows() == [("ZP1", "ZH1", 200904, "DC", 21)]


def test_number_charges_tells_deliveries_apart(engine: Engine) -> None:
    """The same number in two deliveries is two charges."""
    given = engine.adopt(charged(charge("1", 5)), CHARGED_ACTIVITY.sql_columns)
    ids = [number_charges(given, delivery=month).frame()["charge_id"][0] for month in ("2009-05", "2009-06")]
    assert ids == ["2009-05.00000", "2009-06.00000"]


def test_charges_are_added_up_and_repeats_of_drugs_found(engine: Engine) -> None:
    """Activity by month and kind; a drug for the same record, day and sum once more is a repeat, on another day it is none."""
    drug = {"charge_kind": "drug", "point_of_delivery": None, "hrg_code": "ZZD"}
    rows = [charge("1", 5), charge("2", 6), charge("1", 40, **drug), charge("1", 40, **drug),
            charge("1", 40, **drug, activity_on=date(2009, 4, 9))]  # fmt: skip
    charges = number_charges(engine.adopt(charged(*rows), CHARGED_ACTIVITY.sql_columns), delivery="2009-05")
    assert tuple(charges.columns) == CHARGES
    kinds = add_up_charges(charges).select("charge_kind", "point_of_delivery", "activity_count", "charged_pence").rows()
    assert kinds == [("activity", "DC", 2, 11), ("drug", "none", 3, 120)]
    assert find_repeats(charges).select("charge_kind", "record_number", "charged_pence").rows() == [("drug", "1", 40)]


def test_match_charges_gives_rows_only_where_something_is_to_say(engine: Engine) -> None:
    """Of three records one agrees and is not there; outside the scope nothing is matched at all."""
    world = World(records=[record("1", 5), record("2", 6), record("3", 7)], charges=[charge("1", 5), charge("2", 9)])
    _, ours, charges = sides_of(world, engine)
    scope = pl.DataFrame(
        [("ZP1", "ZH1", 200904)], schema={**dict.fromkeys(SIDE, pl.String), "month": pl.Int32}, orient="row"
    )
    none = pl.DataFrame(schema=dict.fromkeys((*SIDE, "point_of_delivery"), pl.String))
    matched = match_charges(ours, charges=charges, scope=scope, whole_lines=none)
    assert matched.select("record_number", "reason", "ours_pence", "charged_pence").rows() == [
        ("2", "another_price", 6, 9), ("3", "no_charge", 7, 0),
    ]  # fmt: skip
    assert match_charges(ours, charges=charges, scope=scope.clear(), whole_lines=none).is_empty()
    elsewhere = pl.DataFrame(schema={"commissioner_code": pl.String, "practice_code": pl.String})
    items = list_record_items(matched, elsewhere=elsewhere)
    assert items.select("step", "item", "difference_pence").rows() == [
        ("price_difference", "APC.2", 3), ("not_charged", "APC.3", -7),
    ]  # fmt: skip
    assert [name for name, _ in MATCHED] == matched.columns


def test_nothing_on_either_side_is_no_item(engine: Engine) -> None:
    """No invoice, no entry and no care: nothing to list."""
    sides, _, _ = sides_of(World(), engine)
    listed = list_invoice_items(sides, basis=find_basis(sides))
    ledger = list_ledger_items(INVOICES.empty(), ledger_entries=LEDGER_ENTRIES.empty())
    assert (listed.height, ledger.height, listed.schema == ITEM) == (0, 0, True)


def test_age_items_adds_up_what_one_practice_carries_of_one_difference() -> None:
    """Two rows of one difference and practice are one, with the month the difference was first seen."""
    row = dict.fromkeys(ITEM) | {
        "commissioner_code": "ZP1", "provider_code": "ZH1", "practice_code": "Z90001", "step": "billed_twice",
        "reason": "record_charged_again", "item": "APC.1", "ours_pence": 0, "charged_pence": 5, "difference_pence": 5,
    }  # fmt: skip
    items = pl.DataFrame([row, row], schema=ITEM, orient="row")
    aged = age_items(items, month=JUNE, earlier=RECONCILIATION_ITEMS.empty())
    assert aged.select("difference_id", "difference_pence", "first_seen_month").rows() == [
        ("2009-10.ZP1.ZH1.billed_twice.APC.1", 10, 200906)
    ]
    again = age_items(items, month=JUNE.next, earlier=aged)
    assert again["first_seen_month"].to_list() == [200906]


def test_add_up_practices_holds_every_step_to_invoiced_for_each() -> None:
    """A practice with care of 10, terms of −2 and a difference of 3 is invoiced at 11; steps of the ledger are none of its."""
    amounts = pl.DataFrame(
        {"commissioner_code": ["ZP1"], "provider_code": ["ZH1"], "practice_code": ["Z90001"], "amount_pence": [10]}
    )
    row = dict.fromkeys(RECONCILIATION_ITEMS.names) | {
        "statement_month": 200906, "difference_id": "d", "practice_code": "Z90001", "commissioner_code": "ZP1",
        "provider_code": "ZH1", "step": "billed_twice", "reason": "r", "ours_pence": 0, "charged_pence": 3, "difference_pence": 3,
        "first_seen_month": 200906,
    }  # fmt: skip
    items = RECONCILIATION_ITEMS.from_rows([row, {**row, "difference_id": "e", "step": "accrued"}])
    terms = amounts.with_columns(amount_pence=pl.lit(-2, dtype=pl.Int64))
    found = add_up_practices(items, costed=amounts, terms=terms, month=JUNE)
    steps = dict(found.select("step", "amount_pence").iter_rows())
    assert (steps["bill"], steps["billed_twice"], steps["invoiced"]) == (8, 3, 11)
    assert not {"accrued", "ledger"} & set(steps)
