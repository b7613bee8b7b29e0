"""Ceding on each engine against a slow walk over people, contact by contact; and the pool's table by hand."""

import random
from collections import defaultdict
from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from pbc.engines import Engine, open_engine
from pbc.methods.risk import cede_costs, cede_excess, find_stop_loss, keep_paid_by_activity, list_ceded_costs
from pbc.periods import FinancialYear
from pbc.policy.policy import Policy, PolicyValue, load_policy
from pbc.tables import BUDGET_POSITIONS, COSTED_ACTIVITY, UNPLACED

YEAR = FinancialYear(2009)
CODES = ("Z90001", "Z90002", "Z90003", "Z90009")
ANSWERS = {code: code for code in CODES} | {"Z90009": "Z90001"}


def agreed(pounds: int) -> Policy:
    """A stop-loss of so many pounds, agreed locally."""
    policy = load_policy("england-2005")
    laid = {
        name: (PolicyValue(name, "pool", "unit", "", value, date(2009, 4, 1), "local_agreement", "made up"),)
        for name, value in (("risk.stop_loss_applies", True), ("risk.stop_loss_pounds", pounds))
    }
    return replace(policy, values=dict(policy.values) | laid)


def made_up_contacts(seed: int, people: int = 400) -> pl.DataFrame:
    chance = random.Random(seed)
    steps = dict.fromkeys(("short_stay_pence", "excess_days_pence", "top_up_pence", "market_forces_pence"), 0)
    rows = []
    for person in range(people):
        homes = [chance.choice(CODES), chance.choice((*CODES, UNPLACED))]
        for event in range(chance.choice([0, 1, 2, 5, 9])):
            pence = chance.choice([-70_000, 8_000, 90_000, 600_000, 2_500_000])
            rows.append(steps | dict(
                setting="APC", provider_code=chance.choice(["ZH1", "ZH2"]), record_number=f"{person}-{event}",
                person_id=None if person % 17 == 0 else person, month=chance.choice([200904, 200909, 200912, 201003]),
                practice_code=chance.choice(homes), attribution="registered", commissioner_code="ZP1",
                point_of_delivery=chance.choice(["NEL", "EL", "AE"]), treatment_function_code="300", hrg_code="ZZA01",
                excess_days=0, base_pence=pence, cost_pence=pence,
            ))  # fmt: skip
    return COSTED_ACTIVITY.from_rows(rows)


def walk(contacts: pl.DataFrame, pence: int, places: set[tuple[str, int, str]]) -> dict[str, list[int]]:
    """Practice to cost, cost of nobody, ceded and people: one person after another, practice by practice in order of time."""
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    spent: dict[int, dict[str, list[int]]] = defaultdict(dict)
    for row in contacts.rows(named=True):
        if (row["practice_code"], row["month"], row["point_of_delivery"]) not in places or row[
            "provider_code"
        ] == "ZH2":
            continue
        code = ANSWERS[row["practice_code"]]
        found[code][0] += row["cost_pence"]
        if row["person_id"] is None:
            found[code][1] += row["cost_pence"]
            continue
        month, cost = spent[row["person_id"]].get(code, [row["month"], 0])
        spent[row["person_id"]][code] = [min(month, row["month"]), cost + row["cost_pence"]]
    for of_person in spent.values():
        left = pence
        for _, code, cost in sorted((month, code, max(cost, 0)) for code, (month, cost) in of_person.items()):
            borne = min(cost, left)
            left -= borne
            found[code][2] += cost - borne
            found[code][3] += cost > borne
    return found


def by_engine(
    engine: Engine, contacts: pl.DataFrame, places: set[tuple[str, int, str]], policy: Policy
) -> pl.DataFrame:
    kept = keep_paid_by_activity(
        engine.adopt(contacts, COSTED_ACTIVITY.sql_columns),
        judged_places=pl.DataFrame(sorted(places), schema=["practice_code", "month", "point_of_delivery"], orient="row"),
        block_contracts=pl.DataFrame(
            [("ZP1", "ZH2", kind) for kind in ("NEL", "EL", "AE")],
            schema=["commissioner_code", "provider_code", "point_of_delivery"], orient="row",
        ),
    )  # fmt: skip
    answers = pl.DataFrame({"practice_code": list(ANSWERS), "answers_code": list(ANSWERS.values())})
    return cede_costs(kept, answers=answers, year=YEAR, policy=policy).frame().sort("practice_code")


def places_of(seed: int) -> set[tuple[str, int, str]]:
    chance = random.Random(seed)
    grid = [
        (code, month, kind) for code in CODES for month in (200904, 200909, 200912, 201003) for kind in ("NEL", "EL")
    ]
    return {place for place in grid if chance.random() < 0.9}


@pytest.mark.parametrize("seed, pounds", [(1, 20_000), (2, 20_000), (3, 6_000), (4, 1)])
def test_ceding_is_that_of_a_slow_walk_over_people(seed: int, pounds: int) -> None:
    contacts, places = made_up_contacts(seed), places_of(seed)
    with open_engine() as engine:
        found = by_engine(engine, contacts, places, agreed(pounds))
    slowly = walk(contacts, pounds * 100, places)
    names = ("measured_pence", "no_person_pence", "ceded_pence", "persons_count")
    assert {row["practice_code"]: [row[name] for name in names] for row in found.rows(named=True)} == dict(slowly)
    assert found["ceded_pence"].sum() > 0
    assert set(found["practice_code"]) <= set(ANSWERS.values())


@pytest.mark.spark
def test_ceding_is_the_same_on_both_engines(spark_engine: Engine) -> None:
    contacts, places, policy = made_up_contacts(7), places_of(7), agreed(20_000)
    with open_engine() as engine:
        found = by_engine(engine, contacts, places, policy)
    assert_frame_equal(found, by_engine(spark_engine, contacts, places, policy))
    assert found["persons_count"].sum() > 10


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("is_held", [True, False])
def test_pool_and_positions_by_hand(seed: int, is_held: bool) -> None:
    """Each practice's contribution, what leaves its budget and what it keeps, worked out one at a time."""
    chance, policy = random.Random(seed), agreed(20_000)
    codes = [f"Z9000{at}" for at in range(1, 7)]
    positions = BUDGET_POSITIONS.from_rows([
        dict(financial_year="2009-10", statement_month=200912, practice_code=code, commissioner_code="ZP1", list_size=5_000,
             months_count=9, activity_budget_pence=chance.randrange(10**7, 10**8), year_share=chance.uniform(0.7, 0.8),
             activity_actual_pence=chance.randrange(10**7, 10**8), bill_adjustment_pence=-chance.randrange(10**6))
        for code in codes
    ])  # fmt: skip
    measured = [(code, chance.randrange(10**7), 0, chance.randrange(10**6), 3) for code in codes[:-1]]
    costs = {code: chance.randrange(10**7, 10**8) for code in codes}
    held = {code: chance.randrange(10**6) if is_held else 0 for code in codes}
    found = list_ceded_costs(
        pl.DataFrame(measured, orient="row",
                     schema=["practice_code", "measured_pence", "no_person_pence", "ceded_pence", "persons_count"]),
        positions=positions, costs=pl.DataFrame({"practice_code": codes, "cost_pence": list(costs.values())}),
        held_back=pl.DataFrame({"practice_code": codes, "held_back_pence": list(held.values())}),
        expected_share=0.04, policy=policy,
    )  # fmt: skip
    fallen = 0.75 ** policy.ratio("risk.ceding_profile_power", on=YEAR.start)
    ceded = {code: pence for code, _, _, pence, _ in measured}
    capped = cede_excess(positions, ceded_costs=found)
    for row, kept in zip(positions.rows(named=True), capped.rows(named=True), strict=True):
        code = row["practice_code"]
        mine = found.filter(pl.col("unit_code") == code).row(0, named=True)
        year = held[code] if is_held else row["activity_budget_pence"] / row["year_share"] * 0.04
        taken = year * fallen - (year * row["year_share"] if is_held else 0)
        assert mine["contribution_pence"] == pytest.approx(year * fallen, abs=1)
        assert mine["budget_taken_pence"] == pytest.approx(taken, abs=2)
        assert kept["activity_budget_pence"] == row["activity_budget_pence"] - mine["budget_taken_pence"]
        assert kept["activity_actual_pence"] == row["activity_actual_pence"] - ceded.get(code, 0)
        assert mine["borne_pence"] == costs[code] - ceded.get(code, 0)
        share = ceded.get(code, 0) / row["activity_actual_pence"]
        assert kept["bill_adjustment_pence"] == pytest.approx(row["bill_adjustment_pence"] * (1 - share), abs=1)
    assert find_stop_loss(policy, on=YEAR.start) == 20_000
