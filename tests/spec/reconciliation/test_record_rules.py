"""Charges against records: given what we hold and what is charged, then which difference it is, whose, and how large."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import polars as pl
import pytest
from tests.properties.reconciliation_world import World, charge, reconciled, record

from pbc.engines import Engine, open_engine
from pbc.tables import POOLED


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine("duckdb") as opened:
        yield opened


def invoiced(records: list[dict[str, object]], charges: list[dict[str, object]], **more: object) -> World:
    """A world whose charges were all invoiced."""
    world = World(records=records, charges=charges, **more)  # type: ignore[arg-type]
    world.invoice_charges()
    return world


@pytest.mark.parametrize(
    "records, charges, step, reason, practice, pence",
    [
        pytest.param([record("1", 100)], [charge("1", 107)], "price_difference", "another_price", "Z90001", 7, id="dearer"),
        pytest.param([record("1", 100, hrg_code="ZZA02")], [charge("1", 90)], "price_difference", "another_price_group", "Z90001", -10,
                     id="of another group"),
        pytest.param([record("1", 100)], [charge("1", 250, point_of_delivery="EL")], "price_difference", "another_kind_of_activity",
                     "Z90001", 150, id="of another kind"),
        pytest.param([record("1", 100, commissioner_code="ZP2", practice_code="Z80001")], [charge("1", 100)], "not_our_patient",
                     "another_commissioner_pays", "Z90001", 100, id="another pays"),
        pytest.param([record("1", 100)], [charge("1", 100), charge("1", 100)], "billed_twice", "record_charged_again", "Z90001", 100,
                     id="the record again"),
        pytest.param([record("1", 100)], [charge("1", 100, person_id=5), charge("9", 100, person_id=5)], "billed_twice",
                     "same_stay_another_number", "Z90001", 100, id="the stay under another number"),
        pytest.param([record("1", 100)], [charge("1", 100), charge("9", 40)], "not_in_our_data", "no_such_record", "Z90001", 40,
                     id="no record"),
        pytest.param([record("1", 100), record("2", 60)], [charge("1", 100)], "not_charged", "no_charge", "Z90001", -60, id="no charge"),
        pytest.param([record("1", 100), record("2", 60, first_pence=None)], [charge("1", 100)], "late_data", "delivered_late",
                     "Z90001", -60, id="delivered late"),
        pytest.param([record("1", 100, first_pence=80)], [charge("1", 80)], "late_data", "changed_since", "Z90001", -20,
                     id="restated since"),
        pytest.param([record("2", 5), record("1", None, first_pence=80)], [charge("2", 5), charge("1", 80)], "late_data",
                     "taken_back_since", "Z90001", 80, id="taken back since"),
        pytest.param([record("1", 100, month=200905)], [charge("1", 100), charge("2", 0)], "not_in_our_data",
                     "in_another_month_or_kind", "Z90001", 100, id="of a month not yet invoiced"),
        pytest.param([record("2", 5), record("1", 80, month=200905, first={"month": 200904})], [charge("2", 5), charge("1", 80)],
                     "late_data", "moved_since", "Z90001", 80, id="moved since to a month not yet invoiced"),
    ],
)  # fmt: skip
def test_each_charge_that_differs_is_one_named_difference(
    engine: Engine, records: list[dict[str, object]], charges: list[dict[str, object]], step: str, reason: str, practice: str, pence: int
) -> None:  # fmt: skip
    """A charge, or a record nobody charged, that differs is one item of one step, with the practice that carries it."""
    found = reconciled(invoiced(records, charges), engine)
    assert found.reasons(step) == [(reason, practice, pence)]
    assert found.step(step) == pence


@pytest.mark.parametrize(
    "records, charges, pence",
    [
        pytest.param([record("1", 80, point_of_delivery="NEL", first={"point_of_delivery": "DC"})], [charge("1", 80)], 80,
                     id="paid one sum now"),
        pytest.param([record("1", 5), record("2", 60, first={"point_of_delivery": "NEL"})], [charge("1", 5)], -60,
                     id="paid by the record now"),
    ],
)  # fmt: skip
def test_record_restated_from_or_to_a_line_paid_one_sum_is_late_data(
    engine: Engine, records: list[dict[str, object]], charges: list[dict[str, object]], pence: int
) -> None:
    """Charged, or not, as its month first brought it: the hospital did nothing wrong, the data came again otherwise."""
    found = reconciled(invoiced(records, charges, whole=[("ZP1", "ZH1", "NEL")]), engine)
    assert found.reasons("late_data") == [("moved_since", "Z90001", pence)]
    assert found.step("not_in_our_data") == found.step("not_charged") == 0


def test_record_that_never_was_of_the_kind_charged_is_not_in_our_data(engine: Engine) -> None:
    """Charged at the sum it first cost, but as another kind than it ever was: that is no late data."""
    records = [record("1", 80, point_of_delivery="NEL", first={"point_of_delivery": "EL"})]
    found = reconciled(invoiced(records, [charge("1", 80)], whole=[("ZP1", "ZH1", "NEL")]), engine)
    assert found.reasons("not_in_our_data") == [("in_another_month_or_kind", "Z90001", 80)]


def test_charge_that_agrees_is_no_difference(engine: Engine) -> None:
    """The same record at the same sum and practice: bill and invoice are one."""
    found = reconciled(invoiced([record("1", 100)], [charge("1", 100)]), engine)
    assert found.charged.is_empty()
    assert (found.step("bill"), found.step("invoiced")) == (100, 100)


def test_wrong_practice_moves_money_and_adds_none(engine: Engine) -> None:
    """Charged at 107 to another practice than the one that answers for it: the price differs by 7, and 107 move."""
    found = reconciled(invoiced([record("1", 100)], [charge("1", 107, practice_code="Z90002")]), engine)
    assert found.reasons("wrong_practice") == [
        ("charged_to_another_practice", "Z90001", -107), ("charged_to_another_practice", "Z90002", 107),
    ]  # fmt: skip
    assert found.step("wrong_practice") == 0
    by_practice = found.practices.filter(step="invoiced").select("practice_code", "amount_pence").rows()
    assert by_practice == [("Z90001", 0), ("Z90002", 107)]


def test_charge_that_names_no_practice_is_believed_to_be_of_the_right_one(engine: Engine) -> None:
    """Where the hospital wrote no practice down, ours stands."""
    found = reconciled(invoiced([record("1", 100)], [charge("1", 110, practice_code=None)]), engine)
    assert found.reasons("price_difference") == [("another_price", "Z90001", 10)]
    assert found.reasons("wrong_practice") == []


def test_record_no_one_holds_of_another_commissioners_practice_is_not_our_patient(engine: Engine) -> None:
    """A charge of no record of ours, for a practice the register has elsewhere, is of somebody else's patient."""
    world = invoiced(
        [record("1", 100)],
        [charge("1", 100), charge("2", 70, practice_code="Z80001")],
        elsewhere=[("ZP1", "Z80001")],
    )
    found = reconciled(world, engine)
    assert found.reasons("not_our_patient") == [("practice_of_another_commissioner", "Z80001", 70)]


def test_stay_held_twice_by_both_sides_is_told_and_adds_nothing(engine: Engine) -> None:
    """Two records of one person, day and group in our data too: nothing differs, but somebody is to look at it."""
    world = invoiced(
        [record("1", 100), record("2", 100)], [charge("1", 100, person_id=5), charge("2", 100, person_id=5)]
    )
    found = reconciled(world, engine)
    assert found.reasons("billed_twice") == [("same_stay_in_our_data_too", "Z90001", 0)]
    assert found.charged["record_number"].to_list() == ["2"]


def test_people_are_told_apart_by_day_group_and_specialty(engine: Engine) -> None:
    """The same person on another day, in another group or specialty, is another stay."""
    others = [
        charge("8", 1, person_id=5, activity_on=date(2009, 4, 6)), charge("9", 1, person_id=5, hrg_code="ZZA02"),
        charge("10", 1, person_id=5, treatment_function_code="110"),
    ]  # fmt: skip
    found = reconciled(invoiced([record("1", 100)], [charge("1", 100, person_id=5), *others]), engine)
    assert {reason for reason, _, _ in found.reasons("not_in_our_data")} == {"no_such_record"}
    assert found.reasons("billed_twice") == []


def test_record_of_a_kind_restricted_by_law_is_pooled_without_its_number(engine: Engine) -> None:
    """Differences of restricted records are added up by month and practice, on whichever side the restriction is known."""
    world = invoiced(
        [record("1", 100, hrg_code=POOLED), record("2", 50), record("3", 30, hrg_code=POOLED)],
        [charge("1", 110), charge("2", 55, is_restricted=True, hrg_code=POOLED)],
    )
    found = reconciled(world, engine)
    assert found.charged["record_number"].null_count() == found.charged.height == 2
    assert found.reasons("price_difference") == [("another_price", "Z90001", 15)]
    assert found.reasons("not_charged") == [("no_charge", "Z90001", -30)]


def test_record_charged_to_another_payer_is_not_charged_to_ours(engine: Engine) -> None:
    """Ours by the register, charged to ZP2: for ZP2 not its patient, for us not charged."""
    world = World(
        records=[record("1", 100), record("2", 40)],
        charges=[charge("2", 40), charge("1", 100, commissioner_code="ZP2")],
    )
    world.invoice_charges()
    line = {"line_kind": "activity", "point_of_delivery": "DC", "amount_pence": 100}
    world.invoice("I2", line, commissioner_code="ZP2")
    found = reconciled(world, engine)
    assert found.step("not_charged") == -100
    assert found.step("not_our_patient", commissioner="ZP2") == 100


def test_record_on_a_line_paid_one_sum_differs_in_nothing(engine: Engine) -> None:
    """On a block line no record moves the invoice: its charges are held against nothing one by one."""
    world = World(
        records=[record("1", 100), record("2", 40, point_of_delivery="AE")],
        charges=[charge("1", 100)],
        whole=[("ZP1", "ZH1", "AE")],
    )
    world.charges.append(charge("2", 99, point_of_delivery="AE"))
    world.invoice("I1", {"line_kind": "activity", "point_of_delivery": "DC", "amount_pence": 100}, {
        "line_kind": "block", "point_of_delivery": "AE", "amount_pence": 40})  # fmt: skip
    assert reconciled(world, engine).charged.is_empty()


def test_items_keep_their_id_and_the_month_they_were_first_seen(engine: Engine) -> None:
    """A difference known from the month before keeps its month; a new one has this month's."""
    world = invoiced([record("1", 100)], [charge("1", 107), charge("9", 5)])
    then = reconciled(world, engine)
    earlier = then.charged.with_columns(first_seen_month=pl.lit(200904, dtype=pl.Int32)).head(1)
    now = reconciled(world, engine, earlier=earlier)
    assert now.charged["difference_id"].to_list() == then.charged["difference_id"].to_list() == [
        "2009-10.ZP1.ZH1.not_in_our_data.APC.9", "2009-10.ZP1.ZH1.price_difference.APC.1",
    ]  # fmt: skip
    assert now.charged["first_seen_month"].to_list() == [200904, 200906]
    first_seen = now.steps.filter(step="not_in_our_data", period="year_to_date")["first_seen_month"].to_list()
    assert first_seen == [200904]
