"""Contacts without a price are counted for whoever answers for them, and said where figures are read."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from pbc.engines import open_engine
from pbc.flows.cost_delivery import cost_delivery
from pbc.flows.count_unpriced import count_unpriced
from pbc.flows.receive_delivery import receive_delivery
from pbc.flows.receive_register import receive_register
from pbc.flows.receive_tables import receive_tariff
from pbc.periods import FinancialYear, Month
from pbc.policy import load_policy
from pbc.results import Receipt, Store
from pbc.sources.synthetic import generate
from pbc_cli.receive import refusals

MAY = Month(2009, 5)


def received(tmp_path: Path) -> Store:
    """A small made-up PCT with one delivery, costed with a tariff that lacks the commonest price group."""
    store, folder = Store(tmp_path / "store"), tmp_path / "deliveries"
    generate(folder, seed=11, people=1500, practices=4, clusters=2, hospitals=3, years=("2009-10",))
    policy, key = load_policy("england-2005"), bytes(range(40))
    with open_engine("duckdb") as engine:
        receive_register(store, folder, key=key, engine=engine)
        tariff = receive_tariff(store, folder, year=FinancialYear(2009))
        activity, *_ = receive_delivery(store, folder, month=MAY, key=key, engine=engine, policy=policy)
        assert not any("could not be priced" in line for line in refusals(store))
        commonest = activity.frame("activity_facts")["hrg_code"].mode().sort()[0]
        tables = {name: tariff.frame(name) for name in tariff.tables}
        tables["tariff_prices"] = tables["tariff_prices"].filter(pl.col("hrg_code") != commonest)
        store.publish(tariff.name, tables, Receipt("receive_tariff", {}, is_made_up=True, regime="england-2005"))
        cost_delivery(store, month=MAY, engine=engine, policy=policy)
    return store


def test_contacts_without_a_price_are_counted_by_practice_and_told_on_receiving(tmp_path: Path) -> None:
    store = received(tmp_path)
    facts, cells = store.current("activity/2009-05").frame("activity_facts"), store.current("cells/2009-05")
    commonest = facts.filter(pl.col("month") == MAY.number)["hrg_code"].mode().sort()[0]
    missing = facts.filter((pl.col("hrg_code") == commonest) & (pl.col("month") == MAY.number))
    counted = count_unpriced(store, cells=[cells], month=MAY, register=store.current("register"))
    assert counted == dict(missing.group_by("practice_code").len().iter_rows())
    assert len(counted) > 1
    assert count_unpriced(store, cells=[cells], month=MAY.plus(-1), register=None) == {
        code: len(rows)
        for (code,), rows in facts.filter((pl.col("hrg_code") == commonest) & (pl.col("month") < MAY.number)).group_by(
            "practice_code"
        )
    }
    told = [line for line in refusals(store) if "could not be priced" in line]
    assert told == [f"{cells.rows('rejected_rows'):,} {told[0].partition(' ')[2]}"]
