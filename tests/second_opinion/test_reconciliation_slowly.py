"""A few hundred records and charges in every kind of disorder: matched by SQL as by reading them one by one."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from tests.properties.reconciliation_world import World, charge, reconciled, record
from tests.properties.test_reconciliation_properties import (
    KINDS,
    MONTHS,
    PRACTICES,
    PROVIDERS,
    by,
    practices_found,
    steps_found,
)
from tests.second_opinion.reconciliation_slowly import slowly

from pbc.engines import Engine, open_engine
from pbc.methods.reconciliation.steps import OF_LEDGER


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine("duckdb") as opened:
        yield opened


SAME_SETTING = {"DC": ["NEL", "DC"], "NEL": ["DC"], "AE": ["AE"]}  # what a record may first have come as


def disorderly(seed: int, *, records: int = 250) -> World:
    """Records delivered, late, restated and taken back; charged rightly, dearly, twice, elsewhere, or not at all."""
    luck = random.Random(seed)
    pods = KINDS
    world = World(elsewhere=[("ZP1", "Z90003")], whole=[("ZP1", "ZH2", "AE"), ("ZP1", "ZH1", "DC")])
    for number in range(records):
        cost = luck.randrange(20, 500)
        payer = luck.choice(["ZP1", "ZP1", "ZP1", "ZP2"])
        place = {"provider_code": luck.choice(PROVIDERS), "commissioner_code": payer,
                 "practice_code": luck.choice(PRACTICES), "point_of_delivery": luck.choice(pods), "month": luck.choice(MONTHS)}  # fmt: skip
        now, first = luck.choice([(cost, cost)] * 6 + [(cost, None), (cost, cost - 10), (None, cost)])
        sent = luck.choice(
            [{}] * 4
            + [
                {"month": luck.choice(MONTHS)},
                {"point_of_delivery": luck.choice(SAME_SETTING[place["point_of_delivery"]])},
            ]
        )
        world.records.append(record(str(number), now, first_pence=first, first=sent, **place))
        for _ in range(luck.choice([0, 1, 1, 1, 1, 1, 2])):
            said = {
                **place,
                **luck.choice([sent, {}]),
                "practice_code": luck.choice([place["practice_code"]] * 4 + [None, *PRACTICES]),
            }
            said |= {"commissioner_code": luck.choice([place["commissioner_code"]] * 9 + ["ZP2"])}
            number_said = str(number + 1_000 * luck.choice([0, 0, 0, 0, 0, 1]))
            asked = luck.choice([cost, cost, cost, cost - 10, cost + 7])
            world.charges.append(charge(number_said, asked, person_id=luck.choice([None, number // 2]), **said))
    for payer in ("ZP1", "ZP2"):
        for provider in PROVIDERS:
            lines = [
                {"line_kind": "activity", "point_of_delivery": pod, "month": month, "amount_pence": luck.randrange(5_000)}
                for pod in KINDS for month in MONTHS[: luck.choice([2, 3])]
            ]  # fmt: skip
            world.invoice("I1", *lines, commissioner_code=payer, provider_code=provider)
    return world


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_charges_are_matched_as_by_reading_them_one_by_one(engine: Engine, seed: int) -> None:
    world = disorderly(seed)
    found, told = reconciled(world, engine), slowly(world)
    assert steps_found(found) == by(told, 0, 1, 3)
    kept = {key: amount for key, amount in told.items() if key[3] not in OF_LEDGER}
    assert practices_found(found) == by(kept, 0, 2, 3)
    assert len({step for _, _, step in steps_found(found)}) >= 9


@pytest.mark.spark
def test_charges_are_matched_alike_on_both_engines(engine: Engine, spark_engine: Engine) -> None:
    """The same steps translated find the same differences, under the same ids."""
    found, other = (reconciled(disorderly(4, records=60), each) for each in (engine, spark_engine))
    assert found.items.height > 40
    assert found.items.equals(other.items)
    assert found.steps.equals(other.steps)
