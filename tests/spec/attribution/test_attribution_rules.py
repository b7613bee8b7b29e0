"""Attribution: given the register and what the hospital wrote, then which practice answers (decisions 0141, 0142)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import polars as pl
import pytest

from pbc.engines import Engine, open_engine
from pbc.errors import RefusedInput
from pbc.methods.attribution import (
    Register,
    attribute_activity,
    drop_already_held,
    find_already_held,
    generalise_restricted,
    name_holders,
    reattribute_activity,
    reject_already_held,
    trace_successions,
)
from pbc.tables import ACTIVITY_FACTS, ATTENDANCES, MEMBERSHIPS, PRACTICES, REGISTRATIONS, REJECTED_ROWS, SPELLS

OPEN = date(9999, 12, 31)
MERGER = date(2009, 7, 1)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine("duckdb") as opened:
        yield opened


def register(*periods: tuple[int, str, date, date]) -> pl.DataFrame:
    rows = [
        {
            "person_id": person,
            "practice_code": code,
            "starts_on": starts,
            "ends_before": ends,
            "birth_year": 1970,
            "sex": "1",
        }
        for person, code, starts, ends in periods
    ]
    return REGISTRATIONS.from_rows(rows)


def practices(**closed: date) -> pl.DataFrame:
    listed = {"Z90001": "ZP1", "Z90002": "ZP1", "Z90003": "ZP1", "Z80001": "ZP2"}
    rows = [
        {
            "practice_code": code,
            "practice_name": code,
            "status_code": "A",
            "commissioner_code": pct,
            "closed_on": closed.get(code),
        }
        for code, pct in listed.items()
    ]
    return PRACTICES.from_rows(rows)


def takeover(successor: str, predecessor: str, starts_on: date = MERGER) -> dict[str, Any]:
    return {
        "member_code": successor,
        "parent_code": predecessor,
        "relation": "succeeds",
        "starts_on": starts_on,
        "ends_before": OPEN,
    }


def attendance(person: int | None, recorded: str | None, day: date = date(2009, 9, 1), **others: Any) -> dict[str, Any]:
    return {
        "provider_code": "ZH1", "setting": "OP", "attendance_number": "A1", "person_id": person, "attended_on": day,
        "point_of_delivery": "OPFA", "hrg_code": "ZZO01", "treatment_function_code": "100", "age_years": 40, "sex": "1",
        "recorded_practice_code": recorded, "referral_source": "GP", "is_restricted": False,
    } | others  # fmt: skip


def attribute(
    engine: Engine,
    contact: dict[str, Any],
    registrations: pl.DataFrame,
    *,
    memberships: list[dict[str, Any]] | None = None,
    listed: pl.DataFrame | None = None,
    believes_unregistered: bool = False,
) -> tuple[str, str, str]:
    facts = attribute_activity(
        engine.adopt(SPELLS.empty(), SPELLS.sql_columns),
        engine.adopt(ATTENDANCES.from_rows([contact]), ATTENDANCES.sql_columns),
        register=Register(
            engine.adopt(registrations, REGISTRATIONS.sql_columns),
            engine.adopt(practices() if listed is None else listed, PRACTICES.sql_columns),
            engine.adopt(MEMBERSHIPS.from_rows(memberships or []), MEMBERSHIPS.sql_columns),
            "aaaaaaaaaaaa",
            ("ZP1",),
        ),
        believes_unregistered=believes_unregistered,
    ).frame()
    ACTIVITY_FACTS.require(ACTIVITY_FACTS.conform(facts), where="test")
    return facts.select("practice_code", "attribution", "commissioner_code").row(0)


ON_LIST = register((1, "Z90001", date(2000, 1, 1), OPEN))


@pytest.mark.parametrize(
    "person, recorded, expected",
    [
        (1, "Z90001", ("Z90001", "registered", "ZP1")),
        (1, None, ("Z90001", "registered", "ZP1")),
        (1, "Z90002", ("Z90001", "corrected", "ZP1")),
        (1, "Z99999", ("Z90001", "corrected", "ZP1")),
        (None, "Z90002", ("Z90002", "recorded", "ZP1")),
        (None, "Z80001", ("not-attributed", "unknown_practice", "ZP1")),
        (None, "Z99999", ("not-attributed", "unknown_practice", "ZP1")),
        (None, None, ("not-attributed", "unknown_practice", "ZP1")),
        (2, "Z90001", ("not-attributed", "not_registered", "ZP1")),
        (2, None, ("not-attributed", "not_registered", "ZP1")),
    ],
)
def test_register_decides_and_hospital_is_believed_only_without_a_number(
    engine: Engine, person: int | None, recorded: str | None, expected: tuple[str, str, str]
) -> None:
    """Person 1 is on the list of Z90001, person 2 on none, None has no usable NHS number."""
    assert attribute(engine, attendance(person, recorded), ON_LIST) == expected


def test_period_includes_its_start_and_not_its_end(engine: Engine) -> None:
    """Moved from Z90001 to Z90002 on 1 September: that day belongs to the new practice, the day before to the old."""
    moved = register((1, "Z90001", date(2000, 1, 1), date(2009, 9, 1)), (1, "Z90002", date(2009, 9, 1), OPEN))
    assert attribute(engine, attendance(1, None, date(2009, 9, 1)), moved)[0] == "Z90002"
    assert attribute(engine, attendance(1, None, date(2009, 8, 31)), moved)[0] == "Z90001"


def test_person_who_left_is_not_registered(engine: Engine) -> None:
    """Known to the register, on no list that day: not our patient, whatever the hospital says."""
    left = register((1, "Z90001", date(2000, 1, 1), date(2009, 8, 1)))
    assert attribute(engine, attendance(1, "Z90001"), left) == ("not-attributed", "not_registered", "ZP1")


def test_local_agreement_may_believe_the_hospital_for_the_unregistered(engine: Engine) -> None:
    """With the local value, a practice of ours named by the hospital answers; another's still does not."""
    assert attribute(engine, attendance(2, "Z90001"), ON_LIST, believes_unregistered=True) == (
        "Z90001",
        "recorded",
        "ZP1",
    )
    elsewhere = attribute(engine, attendance(2, "Z80001"), ON_LIST, believes_unregistered=True)
    assert elsewhere == ("not-attributed", "not_registered", "ZP1")


def test_practice_missing_from_the_register_is_unknown(engine: Engine) -> None:
    """A registration with a practice that the list of practices does not hold is not charged to anyone."""
    strange = register((1, "Z95555", date(2000, 1, 1), OPEN))
    assert attribute(engine, attendance(1, "Z90001"), strange) == ("not-attributed", "unknown_practice", "ZP1")


def test_patient_of_another_commissioner_is_theirs_to_pay(engine: Engine) -> None:
    """The register places the person with a practice of ZP2: ZP2 pays."""
    away = register((1, "Z80001", date(2000, 1, 1), OPEN))
    assert attribute(engine, attendance(1, "Z90001"), away) == ("Z80001", "corrected", "ZP2")


def test_hospital_is_not_believed_about_a_closed_practice(engine: Engine) -> None:
    """Z90002 closed on 31 August without a successor: nobody answers for September, it answers for its last day."""
    closed = practices(Z90002=date(2009, 8, 31))
    assert attribute(engine, attendance(None, "Z90002"), ON_LIST, listed=closed)[1] == "unknown_practice"
    assert attribute(engine, attendance(None, "Z90002", date(2009, 8, 31)), ON_LIST, listed=closed)[1] == "recorded"


@pytest.mark.parametrize(
    "day, answers", [(date(2009, 6, 30), "Z90001"), (MERGER, "Z90002"), (date(2009, 9, 1), "Z90002")]
)
def test_merger_divides_the_year_at_its_day(engine: Engine, day: date, answers: str) -> None:
    """Z90002 takes over Z90001 on 1 July: before it the old practice answers, from it the new, also for what the
    hospital goes on writing; agreement is judged after reading both as then."""
    merged = [takeover("Z90002", "Z90001")]
    assert attribute(engine, attendance(None, "Z90001", day), ON_LIST, memberships=merged)[:2] == (answers, "recorded")
    assert attribute(engine, attendance(1, "Z90001", day), ON_LIST, memberships=merged)[:2] == (answers, "registered")


def test_chain_of_mergers_is_followed_to_its_end() -> None:
    """A to B in July, B to C in October: A is B's from July and C's from October."""
    chain = MEMBERSHIPS.from_rows([takeover("B", "A"), takeover("C", "B", date(2009, 10, 1))])
    assert trace_successions(chain).rows() == [
        ("A", "B", MERGER, date(2009, 10, 1)),
        ("A", "C", date(2009, 10, 1), OPEN),
        ("B", "C", date(2009, 10, 1), OPEN),
    ]


def test_successor_already_gone_is_passed_over() -> None:
    """B had gone to C before A was given to B: A goes to C on its own day."""
    chain = MEMBERSHIPS.from_rows([takeover("B", "A"), takeover("C", "B", date(2009, 1, 1))])
    assert trace_successions(chain).filter(pl.col("predecessor_code") == "A").rows() == [("A", "C", MERGER, OPEN)]


@pytest.mark.parametrize("rows", [[("B", "A"), ("C", "A")], [("B", "A"), ("A", "B")]])
def test_two_successors_or_a_ring_are_refused(rows: list[tuple[str, str]]) -> None:
    """Nobody could say who answers."""
    with pytest.raises(RefusedInput):
        trace_successions(MEMBERSHIPS.from_rows([takeover(*row) for row in rows]))


def facts_of(*numbers: str) -> pl.DataFrame:
    row = {
        "setting": "OP", "provider_code": "ZH1", "person_id": 1, "activity_on": date(2009, 9, 1), "month": 200909,
        "point_of_delivery": "OPFA", "treatment_function_code": "100", "hrg_code": "ZZO01", "paid_stay_days": 0,
        "age_years": 40, "sex": "1", "practice_code": "Z90002", "recorded_practice_code": "Z90002",
        "attribution": "corrected", "commissioner_code": "ZP1", "is_restricted": False, "register_version": "old",
    }  # fmt: skip
    return ACTIVITY_FACTS.from_rows([row | {"record_number": number} for number in numbers])


def test_record_held_by_another_delivery_is_refused_by_name(engine: Engine) -> None:
    """A2 came in August: September's A2 is a rejected row and August's stands."""
    keys = facts_of("A1", "A2", "A2").select("setting", "provider_code", "record_number")
    delivered = engine.adopt(keys, [column for column in ACTIVITY_FACTS.sql_columns if column[0] in keys.columns])
    july, august = (engine.adopt(facts_of(*held), ACTIVITY_FACTS.sql_columns) for held in (["A8"], ["A2", "A3"]))
    found = name_holders(
        find_already_held(delivered, held_facts=engine.union([july, august])),
        held_facts={"2009-07": july, "2009-08": august},
    )
    new = engine.adopt(facts_of("A1", "A2"), ACTIVITY_FACTS.sql_columns)
    assert drop_already_held(new, already_held=found).frame()["record_number"].to_list() == ["A1"]
    rejected = REJECTED_ROWS.require(reject_already_held(found, delivery="2009-09"), where="test")
    assert rejected["value_found"].to_list() == ["OP ZH1 A2, held by 2009-08"]
    assert drop_already_held(new, already_held=find_already_held(delivered, held_facts=july)) is new


def test_record_number_that_could_be_an_nhs_number_is_refused_without_being_shown() -> None:
    """Given a visit numbered 943 476 5919 that August holds, then September's refusal names August and not the number."""
    found = pl.DataFrame(
        {"setting": "OP", "provider_code": "ZH1", "record_number": "9434765919", "delivery": "2009-08"}
    )
    rejected = reject_already_held(found, delivery="2009-09")
    assert rejected["value_found"].to_list() == ["OP ZH1 (ten digits, not shown), held by 2009-08"]


def new_register(engine: Engine) -> Register:
    return Register(
        engine.adopt(ON_LIST, REGISTRATIONS.sql_columns),
        engine.adopt(practices(), PRACTICES.sql_columns),
        engine.adopt(MEMBERSHIPS.empty(), MEMBERSHIPS.sql_columns),
        "new",
        ("ZP1",),
    )


def test_changed_register_attributes_again(engine: Engine) -> None:
    """The same fact, decided again: the new list, its version named, everything else as it was."""
    before = facts_of("A1")
    again = reattribute_activity(
        engine.adopt(before, ACTIVITY_FACTS.sql_columns),
        register=new_register(engine),
    ).frame()
    assert again.select("practice_code", "attribution", "register_version").row(0) == ("Z90001", "corrected", "new")
    same = [name for name in ACTIVITY_FACTS.names if name not in ("practice_code", "attribution", "register_version")]
    assert again.select(same).equals(before.select(same))


@pytest.mark.parametrize("pod, age, kept", [("NEL", 40, 19), ("NEL", 18, None), ("NEL", None, None), ("EL", 40, None)])
def test_restricted_contact_keeps_its_practice_and_price_and_nothing_of_the_person(
    engine: Engine, pod: str, age: int | None, kept: int | None
) -> None:
    """Person, day, specialty, sex and recorded practice go; the age stays only as adult, where the price asks for it."""
    placed = facts_of("A1", "A2").with_columns(
        activity_on=date(2009, 9, 17),
        point_of_delivery=pl.lit(pod),
        age_years=pl.lit(age, pl.Int32),
        is_restricted=pl.col("record_number") == "A2",
    )
    held = engine.adopt(ACTIVITY_FACTS.conform(placed), ACTIVITY_FACTS.sql_columns)
    found = generalise_restricted(held, adult_age_years=19)
    made = ACTIVITY_FACTS.require(ACTIVITY_FACTS.conform(found.frame()), where="test").sort("record_number")
    assert made.row(0) == ACTIVITY_FACTS.conform(placed).sort("record_number").row(0)
    before, after = placed.row(1, named=True), made.row(1, named=True)
    assert {name: after[name] for name in after if after[name] != before[name]} == {
        "person_id": None, "activity_on": date(2009, 9, 1), "treatment_function_code": "pooled", "sex": "9",
        "recorded_practice_code": None, **({"age_years": kept} if age != kept else {}),
    }  # fmt: skip
    assert generalise_restricted(found, adult_age_years=19).frame().sort("record_number").equals(made)


def test_changed_register_leaves_restricted_contacts_where_they_were_placed(engine: Engine) -> None:
    """Nobody is held to look up: the practice and the version of the register that placed them stay."""
    placed = facts_of("A1", "A2").with_columns(is_restricted=pl.col("record_number") == "A2")
    held = generalise_restricted(engine.adopt(placed, ACTIVITY_FACTS.sql_columns), adult_age_years=19)
    again = reattribute_activity(
        held,
        register=new_register(engine),
    ).frame()
    placed_by = again.sort("record_number").select("practice_code", "attribution", "register_version").rows()
    assert placed_by == [("Z90001", "corrected", "new"), ("Z90002", "corrected", "old")]
