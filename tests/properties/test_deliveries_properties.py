"""Whatever a delivery holds: each contact is kept or refused, priced or refused, and placed alike each time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pbc.engines import Engine, open_engine
from pbc.methods.attribution import (
    Register,
    attribute_activity,
    drop_already_held,
    find_already_held,
    name_holders,
    reattribute_activity,
    reject_already_held,
    trace_successions,
)
from pbc.methods.costing import (
    add_up_prescribing,
    cost_activity,
    find_unpriced,
    list_years,
    reject_unpriced,
)
from pbc.periods import FinancialYear, Month
from pbc.policy import load_policy
from pbc.tables import (
    ACTIVITY_FACTS,
    ATTENDANCES,
    MEMBERSHIPS,
    PRACTICES,
    PRESCRIPTIONS,
    PROVIDER_FACTORS,
    REGISTRATIONS,
    REJECTED_ROWS,
    SPELLS,
    TARIFF_PRICES,
    Table,
)

YEAR = FinancialYear(2009)
OPEN = date(9999, 12, 31)
Row = dict[str, Any]
few = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
numbers = st.sets(st.sampled_from([f"A{number}" for number in range(12)]))


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine("duckdb") as opened:
        yield opened


def adopt(engine: Engine, table: Table, rows: list[Row]) -> Any:
    return engine.adopt(table.from_rows(rows), table.sql_columns)


def attendance(number: str, person: int | None = None, day: date = date(2009, 9, 1)) -> Row:
    return {
        "provider_code": "ZH1", "setting": "OP", "attendance_number": number, "person_id": person, "attended_on": day,
        "point_of_delivery": "OPFA", "hrg_code": "ZZO01", "treatment_function_code": "100", "sex": "1",
        "recorded_practice_code": "Z90002", "is_restricted": False,
    }  # fmt: skip


def fact(number: str, day: date = date(2009, 9, 1), group: str = "ZZO01", provider: str = "ZH1") -> Row:
    return {
        "setting": "OP", "provider_code": provider, "record_number": number, "activity_on": day,
        "month": Month.of(day).number, "point_of_delivery": "OPFA", "treatment_function_code": "100", "hrg_code": group,
        "paid_stay_days": 0, "sex": "1", "practice_code": "Z90002", "attribution": "recorded",
        "commissioner_code": "ZP1", "is_restricted": False, "register_version": "x",
    }  # fmt: skip


@few
@given(new=numbers, august=numbers, july=numbers)
def test_record_is_kept_or_refused_never_both(engine: Engine, new: set[str], august: set[str], july: set[str]) -> None:
    """Kept and refused together are what came; each refusal names a delivery that does hold the record."""
    held = {
        name: adopt(engine, ACTIVITY_FACTS, [fact(n) for n in keys])
        for name, keys in (("2009-07", july), ("2009-08", august))
    }
    facts = adopt(engine, ACTIVITY_FACTS, [fact(n) for n in new])
    keys = find_already_held(facts, held_facts=engine.union(list(held.values())))
    kept = set(drop_already_held(facts, already_held=keys).frame()["record_number"])
    assert kept == new - august - july
    named = name_holders(keys, held_facts=held)
    assert set(named.select("record_number", "delivery").rows()) == {
        *((number, "2009-07") for number in new & july),
        *((number, "2009-08") for number in new & august),
    }
    assert REJECTED_ROWS.check(reject_already_held(named, delivery="2009-09")) == []
    assert reject_already_held(named, delivery="2009-09").height == named.height


codes = st.sampled_from([f"Z9000{number}" for number in range(6)])


@given(
    links=st.dictionaries(codes, st.tuples(codes, st.integers(0, 300)), max_size=5),
    code=codes,
    after=st.integers(-10, 400),
)
def test_succession_traced_is_succession_followed_day_by_day(
    links: dict[str, tuple[str, int]], code: str, after: int
) -> None:
    """On any day, the traced heir is where following the links in force that day ends; each link only to a higher code."""
    start = date(2009, 4, 1)
    forward = {gone: (heir, days) for gone, (heir, days) in links.items() if heir > gone}
    rows = [
        {
            "member_code": heir,
            "parent_code": gone,
            "relation": "succeeds",
            "starts_on": start + timedelta(days=days),
            "ends_before": OPEN,
        }
        for gone, (heir, days) in forward.items()
    ]
    holder, day = code, start + timedelta(days=after)
    while holder in forward and start + timedelta(days=forward[holder][1]) <= day:
        holder = forward[holder][0]
    traced = trace_successions(MEMBERSHIPS.from_rows(rows)).filter(
        (pl.col("predecessor_code") == code) & (pl.col("starts_on") <= day) & (pl.col("ends_before") > day)
    )
    assert traced.height <= 1
    assert (traced["successor_code"].item() if traced.height else code) == holder


@few
@given(days=st.lists(st.tuples(st.integers(0, 364), st.sampled_from([None, 1, 2, 3])), min_size=1, max_size=12))
def test_attributing_again_with_the_same_register_changes_nothing(
    engine: Engine, days: list[tuple[int, int | None]]
) -> None:
    """Facts decided from facts are the facts."""
    person = {"starts_on": date(2000, 1, 1), "ends_before": OPEN, "birth_year": 1970, "sex": "1"}
    registrations = [
        person | {"person_id": 1, "practice_code": "Z90001"},
        person | {"person_id": 2, "practice_code": "Z90002", "ends_before": date(2009, 9, 1)},
    ]
    practices = [
        {"practice_code": code, "practice_name": code, "status_code": "A", "commissioner_code": "ZP1"}
        for code in ("Z90001", "Z90002")
    ]
    register = Register(
        adopt(engine, REGISTRATIONS, registrations), adopt(engine, PRACTICES, practices), adopt(engine, MEMBERSHIPS, []),
        "v1", ("ZP1",),
    )  # fmt: skip
    contacts = [
        attendance(f"A{at}", person, date(2009, 4, 1) + timedelta(days=day)) for at, (day, person) in enumerate(days)
    ]
    facts = attribute_activity(adopt(engine, SPELLS, []), adopt(engine, ATTENDANCES, contacts), register=register)
    again = reattribute_activity(facts, register=register)
    assert again.frame().sort("record_number").equals(facts.frame().sort("record_number"))
    assert facts.frame().height == len(days)


@few
@given(
    rows=st.lists(
        st.tuples(
            st.integers(-100, 500), st.sampled_from(["ZZO01", "ZZO02", "ZZX99"]), st.sampled_from(["ZH1", "ZH9"])
        ),
        max_size=15,
    )
)
def test_contact_of_the_year_is_costed_or_refused_never_both(engine: Engine, rows: list[tuple[int, str, str]]) -> None:
    """Costed and unpriced together are the contacts of the year, and no other year's; one refusal each."""
    made = [
        fact(f"A{at}", date(2009, 4, 1) + timedelta(days=day), group, provider)
        for at, (day, group, provider) in enumerate(rows)
    ]
    facts = adopt(engine, ACTIVITY_FACTS, made)
    price = {
        "financial_year": "2009-10", "point_of_delivery": "OPFA", "grouper_version": "ZZ1", "price_pence": 10000,
        "is_short_stay_reducible": False, "short_stay_percent": 100, "top_up_percent": 0, "source": "made up",
    }  # fmt: skip
    prices = adopt(engine, TARIFF_PRICES, [price | {"hrg_code": group} for group in ("ZZO01", "ZZO02")])
    factors = adopt(engine, PROVIDER_FACTORS, [
        {"provider_code": "ZH1", "financial_year": "2009-10", "market_forces_factor_millionths": 1000000, "source": "made up"}
    ])  # fmt: skip
    terms = {"tariff_prices": prices, "provider_factors": factors, "financial_year": YEAR}
    costed = cost_activity(facts, **terms, policy=load_policy("england-2005")).frame()
    unpriced = find_unpriced(facts, **terms).frame()
    of_year = [row["record_number"] for row in made if YEAR.start <= row["activity_on"] <= YEAR.end]
    assert sorted([*costed["record_number"], *unpriced["record_number"]]) == sorted(of_year)
    rejected = reject_unpriced(unpriced, delivery="2009-09", financial_year=YEAR)
    assert REJECTED_ROWS.check(rejected) == []
    assert rejected.height == unpriced.height
    assert list_years(facts) == sorted({Month.of(row["activity_on"]).financial_year for row in made})


@few
@given(
    lines=st.dictionaries(
        st.tuples(
            st.sampled_from(["Z90001", "Z90002"]),
            st.sampled_from(["0212AA", "0205AA", "0301AA", "1501AA"]),
            st.booleans(),
        ),
        st.integers(0, 10**7),
    )
)
def test_prescribing_cells_lose_no_penny(engine: Engine, lines: dict[tuple[str, str, bool], int]) -> None:
    """Net ingredient cost in cells is that of the lines, chapter by chapter, unidentified apart."""
    rows = [
        {"practice_code": code, "month": 200909, "bnf_code": f"{bnf}{'U' if apart else 'X'}", "items": 1, "quantity_count": 1.0,
         "net_ingredient_cost_pence": pence, "actual_cost_hundred_thousandths": 0, "is_unidentified": apart}
        for (code, bnf, apart), pence in lines.items()
    ]  # fmt: skip
    cells = add_up_prescribing(adopt(engine, PRESCRIPTIONS, rows)).frame()
    expected: dict[tuple[str, str], int] = {}
    for (code, bnf, apart), pence in lines.items():
        key = ("not-attributed" if apart else code, bnf[:2])
        expected[key] = expected.get(key, 0) + pence
    found = {
        (row[0], row[1]): row[2]
        for row in cells.select("practice_code", "bnf_chapter", "net_ingredient_cost_pence").iter_rows()
    }
    assert found == expected
