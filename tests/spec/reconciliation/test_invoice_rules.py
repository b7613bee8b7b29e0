"""Invoices against the bill: given lines, their backing and contract terms, then what leads from the bill to what was invoiced."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.properties.reconciliation_world import World, charge, reconciled, record, sides_of

from pbc.engines import Engine, open_engine
from pbc.errors import BrokenSet
from pbc.methods.reconciliation import add_up_steps, find_basis
from pbc.tables import RECONCILIATION_ITEMS

Row = dict[str, object]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine("duckdb") as opened:
        yield opened


def line(kind: str, pence: int, **more: object) -> Row:
    return {"line_kind": kind, "amount_pence": pence, **more}


def activity(pence: int, count: int | None = None, pod: str = "DC", **more: object) -> Row:
    return line("activity", pence, point_of_delivery=pod, activity_count=count, **more)


def total(count: int, pence: int, **more: object) -> Row:
    return {
        "commissioner_code": "ZP1", "provider_code": "ZH1", "month": 200904, "charge_kind": "activity", "point_of_delivery": "DC",
        "treatment_function_code": "none", "activity_count": count, "charged_pence": pence, **more,
    }  # fmt: skip


def test_month_rests_on_records_else_totals_else_its_own_lines(engine: Engine) -> None:
    """Records where any came for the month, else totals, else the lines themselves; a month without lines on nothing."""
    world = World(
        records=[record("1", 100)], charges=[charge("1", 100)], totals=[total(1, 100), total(1, 50, month=200905)]
    )
    world.invoice(
        "I1", activity(100), activity(50, month=200905), activity(9, month=200906), line("on_account", 5, month=200906)
    )
    sides, _, _ = sides_of(world, engine)
    assert find_basis(sides) == {
        ("ZP1", "ZH1", 200904): "records", ("ZP1", "ZH1", 200905): "totals", ("ZP1", "ZH1", 200906): "lines",
    }  # fmt: skip


@pytest.mark.parametrize(
    "counted, charged, expected",
    [
        pytest.param(3, 330, {"not_in_our_data": 100, "price_difference": 30}, id="one more, dearer"),
        pytest.param(1, 100, {"not_charged": -100}, id="one fewer at the same price"),
        pytest.param(2, 190, {"price_difference": -10}, id="as many, cheaper"),
        pytest.param(2, 200, {}, id="the same"),
        pytest.param(None, 250, {"unexplained": 50}, id="nobody says how many"),
    ],
)
def test_totals_are_parted_into_how_many_and_how_dear(
    engine: Engine, counted: int | None, charged: int, expected: dict[str, int]
) -> None:
    """Two records of 100 against a line: more or fewer at our average price, the rest by price."""
    world = World(records=[record("1", 100), record("2", 100)])
    world.invoice("I1", activity(charged, counted))
    found = reconciled(world, engine)
    steps = {name: found.step(name) for name in ("not_in_our_data", "not_charged", "price_difference", "unexplained")}
    assert {name: pence for name, pence in steps.items() if pence} == expected


def test_totals_for_what_we_hold_nothing_of_are_not_in_our_data(engine: Engine) -> None:
    """Aggregate monitoring of a kind of activity none of which we hold; the invoice asks for £5 more than its total."""
    world = World(totals=[total(2, 80)])
    world.invoice("I1", activity(85, 2))
    found = reconciled(world, engine)
    assert found.reasons("not_in_our_data") == [("counts_differ", "not-attributed", 80)]
    assert found.reasons("unexplained") == [("line_differs_from_its_backing", "not-attributed", 5)]


def test_line_that_asks_for_more_than_its_records_is_unexplained(engine: Engine) -> None:
    """The records behind a line add up to 100, the line asks for 130, and a kind charged has no line at all."""
    world = World(records=[record("1", 100)], charges=[charge("1", 100), charge("2", 20, point_of_delivery="EL")])
    world.invoice("I1", activity(130))
    found = reconciled(world, engine)
    assert found.step("unexplained") == 10
    assert [pence for _, _, pence in found.reasons("unexplained")] == [-20, 30]


def test_invoice_that_asks_for_more_than_its_lines_is_unexplained(engine: Engine) -> None:
    """Lines of 100, an invoice of 104."""
    world = World(records=[record("1", 100)])
    world.invoice("I1", activity(100, 1), more=4)
    assert reconciled(world, engine).reasons("unexplained") == [("invoice_differs_from_its_lines", "not-attributed", 4)]


def test_on_account_stands_against_activity_until_it_is_invoiced(engine: Engine) -> None:
    """May was asked for at 90 on account and cost 100; April is invoiced, and its on account of 80 not taken back."""
    world = World(records=[record("1", 100, month=200905), record("2", 50)])
    world.invoice("I1", line("on_account", 90, month=200905), line("on_account", 80), activity(50, 1))
    assert reconciled(world, engine).reasons("on_account") == [
        ("not_taken_back", "not-attributed", 80), ("not_yet_invoiced_by_activity", "not-attributed", -10),
    ]  # fmt: skip


def test_block_sums_and_terms_stand_against_the_contract(engine: Engine) -> None:
    """A block sum due of 500 invoiced at 510, activity of a block line beside it, a marginal rate of 30 taken off in part."""
    term = {"commissioner_code": "ZP1", "provider_code": "ZH1", "practice_code": "Z90001", "point_of_delivery": "AE"}
    world = World(
        records=[record("1", 400, point_of_delivery="AE"), record("2", 100)], whole=[("ZP1", "ZH1", "AE")],
        terms=[{**term, "is_whole": True, "amount_pence": 100}, {**term, "is_whole": False, "amount_pence": -30}],
    )  # fmt: skip
    world.invoice(
        "I1", line("block", 505, point_of_delivery="AE"), activity(5, 1, "AE"), line("terms", -20), activity(100, 1)
    )
    found = reconciled(world, engine)
    assert found.reasons("terms_difference") == [
        ("block_sums_differ", "not-attributed", 10),
        ("terms_differ", "not-attributed", 10),
    ]
    assert (found.step("contract_terms"), found.step("bill"), found.step("invoiced")) == (70, 570, 590)


def test_drugs_and_devices_stand_apart_and_one_charged_again_is_billed_twice(engine: Engine) -> None:
    """Drugs of 60 behind a line of 65, one of 20 charged again; devices of 7 without records."""
    drugs = [
        charge(number, 20, charge_kind="drug", point_of_delivery=None, hrg_code="ZZD") for number in ("1", "1", "2")
    ]
    world = World(charges=drugs)
    world.invoice("I1", line("drug", 65), line("device", 7))
    found = reconciled(world, engine)
    assert (found.step("drugs_and_devices"), found.step("billed_twice"), found.step("unexplained")) == (47, 20, 5)
    assert found.items.filter(step="billed_twice")["record_number"].to_list() == ["1"]


def test_drugs_charged_again_that_nobody_invoiced_are_no_difference(engine: Engine) -> None:
    """Monitoring may come before its invoice."""
    drugs = [charge("1", 20, charge_kind="drug", point_of_delivery=None, hrg_code="ZZD") for _ in range(2)]
    assert reconciled(World(charges=drugs), engine).items.is_empty()


def test_line_of_nothing_is_no_item(engine: Engine) -> None:
    """A line for drugs of nought."""
    world = World()
    world.invoice("I1", line("drug", 0))
    assert reconciled(world, engine).items.is_empty()


@pytest.mark.parametrize(
    "said, step, reason",
    [
        pytest.param({"agreement_reference": "V2"}, "agreed_adjustment", "agreed_in_writing", id="both signed"),
        pytest.param({}, "unexplained", "adjustment_without_agreement", id="nobody signed"),
        pytest.param({"settles_difference": "2009-10.ZP1.ZH1.billed_twice.APC.9"}, "billed_twice", "settled_by_invoice", id="settles"),
        pytest.param({"settles_difference": "2009-10.ZP1.ZH1.billed_twice"}, "billed_twice", "settled_by_invoice", id="settles a step"),
        pytest.param({"settles_difference": "2008-09.ZP1.ZH1.billed_twice"}, "unexplained", "settles_no_difference_of_this_year",
                     id="another year's"),
        pytest.param({"settles_difference": "2009-10.ZP1.ZH1.bill"}, "unexplained", "settles_no_difference_of_this_year",
                     id="no difference"),
    ],
)  # fmt: skip
def test_adjustment_is_agreed_or_settles_or_is_unexplained(engine: Engine, said: Row, step: str, reason: str) -> None:
    """A credit of 40 counts where what it names says; a practice it names carries it."""
    world = World()
    world.invoice("C1", line("adjustment", -40, practice_code="Z90002", **said), kind="credit")
    found = reconciled(world, engine)
    assert found.reasons(step) == [(reason, "Z90002", -40)]


def test_credit_that_settles_a_difference_brings_its_step_to_nothing(engine: Engine) -> None:
    """A record charged twice, then credited under the id of the difference: nothing is left of it."""
    world = World(records=[record("1", 100)], charges=[charge("1", 100), charge("1", 100)])
    world.invoice_charges()
    world.invoice("C1", line("adjustment", -100, settles_difference="2009-10.ZP1.ZH1.billed_twice"), kind="credit")
    found = reconciled(world, engine)
    assert (found.step("billed_twice"), found.step("bill"), found.step("invoiced")) == (0, 100, 100)


def test_line_for_a_month_outside_the_year_to_date_is_unexplained(engine: Engine) -> None:
    """Activity of last year on an invoice of this one."""
    world = World()
    world.invoice("I1", activity(12, 1, month=200803), line("on_account", 3, month=200907))
    assert [pence for _, _, pence in reconciled(world, engine).reasons("unexplained")] == [3, 12]


def test_records_that_do_not_add_up_to_their_cells_are_told(engine: Engine) -> None:
    """Should our own records and cells ever differ, the gap stands as unexplained: it is in no side's favour."""
    world = World(records=[record("1", 100)], charges=[charge("1", 100)])
    world.invoice_charges()
    kept = world.cells()
    world.cells = lambda: [{**kept[0], "cost_pence": 90}]  # type: ignore[method-assign]
    assert reconciled(world, engine).reasons("unexplained") == [("records_differ_from_cells", "not-attributed", 10)]


def test_month_is_what_changed_since_the_month_before(engine: Engine) -> None:
    """A step of 107 to date, 100 of it told the month before: 7 in the month; nothing is told where that is not held."""
    world = World(records=[record("1", 100)])
    world.invoice("I1", activity(107, 1))
    then = reconciled(world, engine)
    world.lines[0]["amount_pence"] = world.invoices[0]["amount_pence"] = 110
    now = reconciled(world, engine, before=then.steps)
    of_month = {row["step"]: row["amount_pence"] for row in now.steps.filter(period="month").to_dicts()}
    assert (of_month["price_difference"], of_month["costed_activity"], of_month["invoiced"]) == (3, 0, 3)
    nothing = RECONCILIATION_ITEMS.empty()
    amounts = now.practices.clear().select(
        "commissioner_code", provider_code="practice_code", amount_pence="amount_pence"
    )
    steps = add_up_steps(nothing, costed=amounts, terms=amounts, invoiced=amounts, ledger=amounts, month=world.month)
    assert steps.is_empty()


def test_what_does_not_add_up_is_not_told(engine: Engine) -> None:
    """Items that do not lead from the bill to what was invoiced are a fault of the program, named with both sums."""
    world = World(records=[record("1", 100)])
    world.invoice("I1", activity(107, 1))
    found = reconciled(world, engine)
    sums = (
        found.practices.filter(step="bill")
        .with_columns(provider_code="practice_code")
        .select("commissioner_code", "provider_code", "amount_pence")
    )
    nothing = RECONCILIATION_ITEMS.empty()
    with pytest.raises(BrokenSet, match="does not add up to what is invoiced"):
        add_up_steps(
            nothing, costed=sums, terms=sums.clear(), invoiced=sums.clear(), ledger=sums.clear(), month=world.month
        )
    with pytest.raises(BrokenSet, match="does not add up to what is in the ledger"):
        add_up_steps(nothing, costed=sums, terms=sums.clear(), invoiced=sums, ledger=sums.clear(), month=world.month)
