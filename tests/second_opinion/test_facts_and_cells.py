"""The slow, obvious way from episodes to cells, one record at a time, must agree with the SQL on both engines."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from math import floor
from typing import Any

import polars as pl
import pytest

from pbc.engines import Engine, Relation, open_engine
from pbc.methods.attribution import Register, attribute_activity, generalise_restricted
from pbc.methods.costing import add_up_cells, cost_activity, list_not_attributed
from pbc.methods.population.count_lists import count_lists
from pbc.methods.spells import build_spells
from pbc.periods import FinancialYear, Month
from pbc.policy import load_policy
from pbc.tables import (
    ACTIVITY_CELLS,
    ACTIVITY_FACTS,
    ATTENDANCES,
    COSTED_ACTIVITY,
    EPISODES,
    MEMBERSHIPS,
    NOT_ATTRIBUTED,
    PRACTICES,
    PROVIDER_FACTORS,
    REGISTERED_LISTS,
    REGISTRATIONS,
    SPELLS,
    TARIFF_PRICES,
    Table,
)

YEAR = FinancialYear(2009)
OPEN = date(9999, 12, 31)
MERGER = date(2009, 10, 1)
CODES = ["Z90001", "Z90002", "Z90003", "Z90004", "Z80001"]
GROUPS = [f"ZZA{number:02d}" for number in range(12)]
PODS = ["DC", "EL", "NEL", "NELNE", "OPFA", "OPFUP", "AE"]
Row = dict[str, Any]


def made_up_world(seed: int) -> dict[str, list[Row]]:
    """Small tables with every branch in them: gaps in registration, no number, unknown codes, a merger, restricted rows."""
    rng = random.Random(seed)
    people = list(range(1, 61))
    return {
        "registrations": [row for person in people[:50] for row in periods_of(person, rng)],
        "episodes": [row for number in range(150) for row in episodes_of(number, people, rng)],
        "attendances": [attendance_of(number, people, rng) for number in range(200)],
        "practices": [
            {"practice_code": code, "practice_name": code, "status_code": "A",
             "commissioner_code": "ZP2" if code == "Z80001" else "ZP1"} for code in CODES
        ],
        "memberships": [
            {"member_code": "Z90003", "parent_code": "Z90002", "relation": "succeeds", "starts_on": MERGER, "ends_before": OPEN}
        ],
        "tariff_prices": [price_of(group, pod, rng) for group in GROUPS for pod in PODS],
        "provider_factors": [
            {"provider_code": code, "financial_year": "2009-10", "market_forces_factor_millionths": rng.randint(950_000, 1_300_000),
             "source": "made up"} for code in ("ZH1", "ZH2")
        ],
    }  # fmt: skip


def periods_of(person: int, rng: random.Random) -> list[Row]:
    turn = date(2009, 4, 1) + timedelta(days=rng.randint(0, 360))
    back = turn + timedelta(days=rng.choice([0, 0, 30]))
    base = {"person_id": person, "birth_year": rng.randint(1905, 2009), "sex": rng.choice("12")}
    first = base | {"practice_code": rng.choice(CODES), "starts_on": date(1990, 1, 1), "ends_before": turn}
    return [first, base | {"practice_code": rng.choice(CODES), "starts_on": back, "ends_before": OPEN}]


def who_and_where(people: list[int], rng: random.Random) -> Row:
    return {
        "provider_code": rng.choice(["ZH1", "ZH2"]), "person_id": rng.choice([*people, None]),
        "hrg_code": rng.choice(GROUPS), "treatment_function_code": rng.choice(["100", "300"]),
        "age_years": rng.choice([None, 3, 18, 19, 40, 90]), "sex": rng.choice("12"),
        "recorded_practice_code": rng.choice([*CODES, "Z99999", None]), "is_restricted": rng.random() < 0.05,
    }  # fmt: skip


def episodes_of(number: int, people: list[int], rng: random.Random) -> list[Row]:
    admitted = date(2009, 4, 1) + timedelta(days=rng.randint(0, 300))
    discharged = admitted + timedelta(days=rng.choice([0, 0, 1, 2, 5, 9, 40]))
    stay = who_and_where(people, rng) | {
        "spell_number": f"S{number}", "admission_on": admitted, "discharge_on": discharged, "episode_start_on": admitted,
        "episode_end_on": discharged, "admission_method": rng.choice(["11", "13", "21", "2A", "31", "82"]),
        "patient_classification": rng.choice("112"), "primary_diagnosis_code": rng.choice(["J45", None]),
        "unpaid_days": rng.choice([0, 0, 0, 2]),
    }  # fmt: skip
    later = who_and_where(people, rng) | {"provider_code": stay["provider_code"]}
    return [stay | {"episode_number": 1 + step} | (later if step else {}) for step in range(rng.choice([1, 1, 2, 3]))]


def attendance_of(number: int, people: list[int], rng: random.Random) -> Row:
    setting = rng.choice(["OP", "AE"])
    return who_and_where(people, rng) | {
        "setting": setting, "attendance_number": f"A{number}", "attended_on": date(2009, 4, 1) + timedelta(days=rng.randint(0, 364)),
        "point_of_delivery": "AE" if setting == "AE" else rng.choice(["OPFA", "OPFUP"]), "referral_source": "GP",
    }  # fmt: skip


def price_of(group: str, pod: str, rng: random.Random) -> Row:
    trim = rng.choice([None, 2, 5, 20])
    return {
        "financial_year": "2009-10", "hrg_code": group, "point_of_delivery": pod, "grouper_version": "ZZ1",
        "price_pence": rng.randint(1, 999_999), "trim_point_days": trim,
        "excess_day_price_pence": None if trim is None else rng.randint(1, 33_333),
        "is_short_stay_reducible": rng.random() < 0.7, "short_stay_percent": rng.choice([100, 70, 45, 25, 33]),
        "top_up_percent": rng.choice([0, 0, 24, 78]), "source": "made up",
    }  # fmt: skip


def slow_contacts(world: dict[str, list[Row]]) -> Iterator[Row]:
    stays: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for episode in world["episodes"]:
        stays[episode["provider_code"], episode["spell_number"]].append(episode)
    for episodes in stays.values():
        ordered = sorted(episodes, key=lambda row: row["episode_number"])
        first = ordered[0]
        pod = slow_point_of_delivery(first["admission_method"], first["patient_classification"])
        stay = max(
            (ordered[-1]["discharge_on"] - first["admission_on"]).days - sum(row["unpaid_days"] for row in ordered), 0
        )
        told = {
            name: next((row[name] for row in ordered if row[name] is not None), None)
            for name in ("person_id", "age_years", "recorded_practice_code")
        }
        yield first | told | {
            "setting": "APC", "record_number": first["spell_number"], "activity_on": ordered[-1]["discharge_on"],
            "point_of_delivery": pod, "paid_stay_days": 0 if pod == "DC" else stay,
            "is_restricted": any(row["is_restricted"] for row in ordered),
        }  # fmt: skip
    for row in world["attendances"]:
        yield row | {"record_number": row["attendance_number"], "activity_on": row["attended_on"], "paid_stay_days": 0}


def slow_point_of_delivery(method: str, classification: str) -> str:
    if method in ("11", "12", "13"):
        return "DC" if classification == "2" else "EL"
    return "NEL" if method.startswith("2") else "NELNE"


def slow_practice(contact: Row, world: dict[str, list[Row]]) -> Row:
    day = contact["activity_on"]

    def as_then(code: str | None) -> str | None:
        return "Z90003" if code == "Z90002" and day >= MERGER else code

    open_lists = [
        row["practice_code"] for row in world["registrations"]
        if row["person_id"] == contact["person_id"] and row["starts_on"] <= day < row["ends_before"]
    ]  # fmt: skip
    assert len(open_lists) <= 1
    noted = as_then(contact["recorded_practice_code"])
    if open_lists:
        code = as_then(open_lists[0])
        agrees = noted is None or noted == code
        return {
            "practice_code": code,
            "attribution": "registered" if agrees else "corrected",
            "commissioner_code": "ZP2" if code == "Z80001" else "ZP1",
        }
    if contact["person_id"] is None and noted in CODES and noted != "Z80001":
        return {"practice_code": noted, "attribution": "recorded", "commissioner_code": "ZP1"}
    reason = "unknown_practice" if contact["person_id"] is None else "not_registered"
    return {"practice_code": "not-attributed", "attribution": reason, "commissioner_code": "ZP1"}


def slow_cost(contact: Row, world: dict[str, list[Row]]) -> Row:
    price = next(
        row for row in world["tariff_prices"]
        if (row["hrg_code"], row["point_of_delivery"]) == (contact["hrg_code"], contact["point_of_delivery"])
    )  # fmt: skip
    factor = next(row for row in world["provider_factors"] if row["provider_code"] == contact["provider_code"])
    is_adult = contact["age_years"] is not None and contact["age_years"] >= 19
    is_short = contact["point_of_delivery"] == "NEL" and is_adult and contact["paid_stay_days"] < 2
    percent = price["short_stay_percent"] if is_short and price["is_short_stay_reducible"] else 100
    beyond = 0 if price["trim_point_days"] is None else max(contact["paid_stay_days"] - price["trim_point_days"], 0)
    amount = Fraction(price["price_pence"] * percent, 100) + beyond * (price["excess_day_price_pence"] or 0)
    paid = (
        amount
        * (1 + Fraction(price["top_up_percent"], 100))
        * Fraction(factor["market_forces_factor_millionths"], 1_000_000)
    )
    return {"excess_days": beyond, "cost_pence": floor(paid + Fraction(1, 2)), "base_pence": price["price_pence"]}


def slow_costed(world: dict[str, list[Row]]) -> list[Row]:
    return [contact | slow_practice(contact, world) | slow_cost(contact, world) for contact in slow_contacts(world)]


@pytest.fixture(scope="module", params=["duckdb", pytest.param("spark", marks=pytest.mark.spark)])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    if request.param == "spark":
        yield request.getfixturevalue("spark_engine")
    else:
        with open_engine(request.param) as opened:
            yield opened


def adopt(engine: Engine, table: Table, rows: list[Row]) -> Relation:
    return engine.adopt(table.from_rows(rows), table.sql_columns)


def fast_costed(engine: Engine, world: dict[str, list[Row]]) -> tuple[Relation, Relation]:
    facts = attribute_activity(
        build_spells(adopt(engine, EPISODES, world["episodes"])),
        adopt(engine, ATTENDANCES, world["attendances"]),
        register=Register(
            adopt(engine, REGISTRATIONS, world["registrations"]),
            adopt(engine, PRACTICES, world["practices"]),
            adopt(engine, MEMBERSHIPS, world["memberships"]),
            "aaaaaaaaaaaa",
            ("ZP1",),
        ),
    )
    facts = generalise_restricted(facts, adult_age_years=19)
    costed = cost_activity(
        facts,
        tariff_prices=adopt(engine, TARIFF_PRICES, world["tariff_prices"]),
        provider_factors=adopt(engine, PROVIDER_FACTORS, world["provider_factors"]),
        financial_year=YEAR,
        policy=load_policy("england-2005"),
    )
    return facts, costed


# two worlds; the second engine takes half a minute over each, and is held to the first by all of test_spark_parity
WORLDS = [("duckdb", 1), ("duckdb", 2), pytest.param("spark", 1, marks=pytest.mark.spark)]


@pytest.mark.parametrize(("engine", "seed"), WORLDS, indirect=["engine"])
def test_sql_agrees_with_one_record_at_a_time(engine: Engine, seed: int) -> None:
    """Every contact's practice, reason, excess days and pence; every cell; every not-attributed line."""
    world = made_up_world(seed)
    slow = slow_costed(world)
    facts, costed = fast_costed(engine, world)
    names = [
        *COSTED_ACTIVITY.key,
        "practice_code",
        "attribution",
        "commissioner_code",
        "point_of_delivery",
        "excess_days",
        "base_pence",
        "cost_pence",
    ]
    found = COSTED_ACTIVITY.require(COSTED_ACTIVITY.conform(costed.frame()), where=engine.name)
    assert sorted(found.select(names).rows(), key=str) == sorted(
        (tuple(row[name] for name in names) for row in slow), key=str
    )
    held = ACTIVITY_FACTS.conform(facts.frame())
    assert ACTIVITY_FACTS.check(held) == []
    assert set(held.filter(pl.col("is_restricted"))["activity_on"].dt.day()) == {1}
    assert set(found["attribution"]) == {"registered", "corrected", "recorded", "not_registered", "unknown_practice"}

    by_cell: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    by_reason: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for row in slow:
        month, specialty = (
            Month.of(row["activity_on"]).number,
            "pooled" if row["is_restricted"] else row["treatment_function_code"],
        )
        by_cell[month, row["practice_code"], row["provider_code"], row["point_of_delivery"], specialty].append(
            row["cost_pence"]
        )
        if row["practice_code"] == "not-attributed":
            by_reason[
                month, row["commissioner_code"], row["provider_code"], row["point_of_delivery"], row["attribution"]
            ].append(row["cost_pence"])
    for table, made, expected in (
        (ACTIVITY_CELLS, add_up_cells(costed), by_cell),
        (NOT_ATTRIBUTED, list_not_attributed(costed), by_reason),
    ):
        frame = table.require(table.conform(made.frame()), where=engine.name)
        rows = frame.select(*table.key, "activity_count", "cost_pence").rows()
        assert sorted(rows) == sorted((*key, len(costs), sum(costs)) for key, costs in expected.items())


@pytest.mark.parametrize(("engine", "seed"), WORLDS, indirect=["engine"])
def test_lists_agree_with_counting_heads(engine: Engine, seed: int) -> None:
    """People on each list on three days by sex and age band, one person at a time."""
    world = made_up_world(seed)
    days = [date(2009, 4, 1), date(2009, 10, 1), date(2010, 3, 1)]
    expected: dict[tuple[Any, ...], int] = defaultdict(int)
    for row in world["registrations"]:
        for day in days:
            if row["starts_on"] <= day < row["ends_before"]:
                youngest = min(max(day.year - row["birth_year"], 0), 95) // 5 * 5
                band = "95+" if youngest == 95 else f"{youngest:02d}-{youngest + 4:02d}"
                expected[row["practice_code"], day, row["sex"], band] += 1
    made = count_lists(adopt(engine, REGISTRATIONS, world["registrations"]), days=days).frame()
    frame = REGISTERED_LISTS.require(REGISTERED_LISTS.conform(made), where=engine.name)
    assert sorted(frame.rows()) == sorted((*key, people) for key, people in expected.items())


def test_spells_are_the_same_table_on_row_orders(engine: Engine) -> None:
    """Row order is irrelevant: the episodes reversed give the same spells."""
    rows = made_up_world(4)["episodes"]
    ways = [build_spells(adopt(engine, EPISODES, given)).frame().sort(SPELLS.key) for given in (rows, rows[::-1])]
    assert ways[0].equals(ways[1])


def test_plan_prices_differ_only_where_the_tariff_was_replaced(engine: Engine) -> None:
    """With a second price list the plan price is what the same contacts cost at it; without one it is the cost."""
    world = made_up_world(5)
    dearer = [
        row | {"price_pence": row["price_pence"] + 1000}
        for row in world["tariff_prices"]
        if row["hrg_code"] != GROUPS[0]
    ]
    facts, costed = fast_costed(engine, world)
    del facts
    _, plan = fast_costed(engine, world | {"tariff_prices": dearer})
    plain, planned = (
        add_up_cells(costed, plan_costed=given).frame().sort(ACTIVITY_CELLS.key) for given in (None, plan)
    )
    assert plain["plan_price_pence"].equals(plain["cost_pence"])
    assert planned.drop("plan_price_pence").equals(plain.drop("plan_price_pence"))
    unknown = costed.frame().join(plan.frame(), on=COSTED_ACTIVITY.key, how="anti")["cost_pence"].sum()
    assert planned["plan_price_pence"].sum() == plan.frame()["cost_pence"].sum() + unknown
    assert isinstance(planned, pl.DataFrame)


def test_cost_too_large_for_a_whole_number_is_an_error_and_never_wraps(engine: Engine) -> None:
    """A price of £100 million times its percentages passes 64 bits: both engines stop."""
    world = made_up_world(6)
    absurd = [row | {"price_pence": 10**10, "top_up_percent": 100} for row in world["tariff_prices"]]
    _, costed = fast_costed(engine, world | {"tariff_prices": absurd})
    with pytest.raises(Exception, match=r"(?i)overflow"):
        costed.frame()
