"""Sums over people, by SQL on each engine and by a slow walk over the same rows; and phi from people, one by one."""

import random
from collections import defaultdict
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from pbc.engines import Engine, open_engine
from pbc.methods.risk import measure_cheque, measure_persistence, measure_spread
from pbc.periods import FinancialYear
from pbc.policy.policy import load_policy
from pbc.tables import COSTED_ACTIVITY, PERSON_PAIRS, PERSON_SPREAD, REGISTRATIONS, UNPLACED

YEAR = FinancialYear(2009)
POLICY = load_policy("england-2005")
ADDED = [
    "persons_count",
    "person_years",
    "cost_pounds",
    "cost_squared_pounds",
    "cost_exposure_pounds",
    "exposure_squared_years",
]


def made_up_rows(people: int, seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """People with one or two registrations, some with none of their days in the year, and costs of two years."""
    chance = random.Random(seed)
    registrations, costs = [], []
    for person in range(people):
        start = date(2007, 1, 1) + timedelta(days=chance.randrange(1300))
        move = start + timedelta(days=chance.randrange(1, 900))
        practice, other = chance.choice(["Z90001", "Z90002"]), chance.choice(["Z90002", "Z90003"])
        spans = [(practice, start, move), (other, move, date(9999, 12, 31))]
        for code, begins, ends in spans[: chance.choice([1, 2])]:
            registrations.append(
                dict(person_id=person, practice_code=code, starts_on=begins, ends_before=ends, birth_year=1950, sex="1")
            )
        for event in range(chance.choice([0, 0, 0, 1, 2, 5])):
            month = chance.choice([200803, 200804, 200812, 200904, 200911, 201003, 201004])
            known = chance.random() > 0.1
            costs.append(_cost(
                record=f"{person}-{event}", person=person if known else None, month=month,
                practice=chance.choice([practice, UNPLACED]), pence=chance.choice([-5_000, 8_000, 90_000, 2_500_000, 7_000_000]),
                pod=chance.choice(["NEL", "OPFA", "RX"]),
            ))  # fmt: skip
    return COSTED_ACTIVITY.from_rows(costs), REGISTRATIONS.from_rows(registrations)


def _cost(*, record: str, person: int | None, month: int, practice: str, pence: int, pod: str) -> dict[str, object]:
    steps = dict.fromkeys(("short_stay_pence", "excess_days_pence", "top_up_pence", "market_forces_pence"), 0)
    return dict(
        setting="APC", provider_code="ZH1", record_number=record, person_id=person, month=month, practice_code=practice,
        attribution="registered", commissioner_code="ZP1", point_of_delivery=pod, treatment_function_code="100",
        hrg_code="ZZA01", excess_days=0, base_pence=pence, cost_pence=pence, **steps,
    )  # fmt: skip


def people_of(
    costs: pl.DataFrame, registrations: pl.DataFrame, year: FinancialYear
) -> dict[tuple[str, int], tuple[float, float]]:
    """Cost in pounds and years on the list of everyone who stood on it in the year."""
    days: dict[tuple[str, int], int] = defaultdict(int)
    for row in registrations.rows(named=True):
        begins, ends = max(row["starts_on"], year.start), min(row["ends_before"], year.plus(1).start)
        if begins < ends:
            days[row["practice_code"], row["person_id"]] += (ends - begins).days
    spent: dict[tuple[str, int], int] = defaultdict(int)
    months = {month.number for month in year.months()}
    for row in costs.rows(named=True):
        if row["month"] in months and row["point_of_delivery"] != "RX":
            spent[row["practice_code"], row["person_id"]] += row["cost_pence"]
    length = (year.plus(1).start - year.start).days
    return {who: (max(spent[who], 0) / 100, stayed / length) for who, stayed in days.items()}


def measured(engine: Engine, costs: pl.DataFrame, registrations: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    given = engine.adopt(costs, COSTED_ACTIVITY.sql_columns), engine.adopt(registrations, REGISTRATIONS.sql_columns)
    spread = measure_spread(*given, year=YEAR, policy=POLICY).frame().sort("practice_code")
    return spread, measure_persistence(*given, year=YEAR, policy=POLICY).frame().sort("practice_code")


def test_spread_is_that_of_a_slow_walk_over_people() -> None:
    costs, registrations = made_up_rows(600, seed=5)
    with open_engine() as engine:
        spread, _ = measured(engine, costs, registrations)
    assert PERSON_SPREAD.check(spread) == []
    people = people_of(costs, registrations, YEAR)
    for row in spread.rows(named=True):
        mine = [both for (practice, _), both in people.items() if practice == row["practice_code"]]
        c, e = np.array([cost for cost, _ in mine]), np.array([stay for _, stay in mine])
        slow = [len(mine), e.sum(), c.sum(), (c**2).sum(), (c * e).sum(), (e**2).sum()]
        assert [row[name] for name in ADDED] == pytest.approx(slow, rel=1e-12)
    assert sum(spread["negative_persons_count"]) > 0
    assert UNPLACED not in spread["practice_code"].to_list()


def test_cheque_is_that_of_people_one_by_one() -> None:
    costs, registrations = made_up_rows(600, seed=6)
    overlay = POLICY.values["risk.least_person_years"]
    assert overlay[0].value == 50_000
    with open_engine() as engine:
        spread, _ = measured(engine, costs, registrations)
    many = spread.with_columns(pl.col(ADDED) * 200)
    people = people_of(costs, registrations, YEAR)
    above, total = 0.0, 0.0
    for code in {practice for practice, _ in people}:
        mine = [both for (practice, _), both in people.items() if practice == code]
        mean = sum(cost for cost, _ in mine) / sum(stay for _, stay in mine)
        above += sum((cost - stay * mean) ** 2 for cost, stay in mine)
        total += sum(cost for cost, _ in mine)
    n, practices = 200 * len(people), 3
    cheque = measure_cheque(many, year=YEAR, policy=POLICY)
    assert (cheque.cheque_source, cheque.years) == ("estimated", ("2009-10",))
    assert cheque.cheque_pounds == pytest.approx(above / total * n / (n - practices), rel=1e-9)
    few = measure_cheque(spread, year=YEAR, policy=POLICY)
    assert (few.cheque_source, few.cheque_pounds) == ("default", pytest.approx(8_700))


def test_persistence_is_that_of_a_slow_walk_over_people() -> None:
    costs, registrations = made_up_rows(600, seed=7)
    with open_engine() as engine:
        _, pairs = measured(engine, costs, registrations)
    assert PERSON_PAIRS.check(pairs) == []
    before, after = people_of(costs, registrations, YEAR.plus(-1)), people_of(costs, registrations, YEAR)
    for row in pairs.rows(named=True):
        both = [who for who in before if who in after and who[0] == row["practice_code"]]
        a, b = np.array([before[who][0] for who in both]), np.array([after[who][0] for who in both])
        slow = [len(both), a.sum(), b.sum(), (a**2).sum(), (b**2).sum(), (a * b).sum()]
        names = (
            "persons_count",
            "before_pounds",
            "after_pounds",
            "before_squared_pounds",
            "after_squared_pounds",
            "product_pounds",
        )
        assert [row[name] for name in names] == pytest.approx(slow, rel=1e-12)


@pytest.mark.spark
def test_spread_is_the_same_on_both_engines(spark_engine: Engine) -> None:
    costs, registrations = made_up_rows(300, seed=8)
    with open_engine() as duckdb:
        for here, there in zip(
            measured(duckdb, costs, registrations), measured(spark_engine, costs, registrations), strict=True
        ):
            assert here.equals(there)
