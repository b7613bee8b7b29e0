"""`pbc bring-up-to-date`: a changed tariff reaches the deliveries held, once, without the deliveries folder."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
from click.testing import CliRunner

from pbc.engines import open_engine
from pbc.flows.receive_delivery import receive_delivery
from pbc.flows.receive_register import receive_register
from pbc.flows.receive_tables import receive_tariff
from pbc.periods import FinancialYear, Month
from pbc.policy import load_policy
from pbc.results import Store
from pbc.sources.synthetic import generate
from pbc_cli.main import COMMANDS, pbc_command

APRIL, MAY, KEY = Month(2009, 4), Month(2009, 5), bytes(range(40))


def run(store: Path) -> str:
    result = CliRunner().invoke(pbc_command, ["bring-up-to-date", "--store", str(store)])
    assert result.exception is None, result.output
    return result.output


def test_changed_tariff_reaches_what_is_held_and_only_once(tmp_path: Path) -> None:
    """A price group comes back, others rise by £10: the cells of both deliveries change, and their facts do not."""
    folder, store = tmp_path / "deliveries", Store(tmp_path / "store")
    assert "No delivery is held" in run(store.path)
    generate(folder, seed=11, people=1000, practices=3, clusters=1, hospitals=3, years=("2009-10",))
    path = next((folder / "tariff" / "2009-10").glob("tariff_prices.csv"))
    whole = pl.read_csv(path, infer_schema=False)
    whole.filter(pl.col("point_of_delivery") != "AE").write_csv(path)
    with open_engine("duckdb") as engine:
        receive_register(store, folder, key=KEY, engine=engine)
        receive_tariff(store, folder, year=FinancialYear(2009))
        for month in (APRIL, MAY):
            receive_delivery(store, folder, month=month, key=KEY, engine=engine, policy=load_policy("england-2005"))
    poor, facts = store.current("cells/2009-05"), store.current("activity/2009-05").set_id
    assert "contacts could not be priced" in run(store.path)
    whole.with_columns((pl.col("price_pence").cast(pl.Int64) + 1000).cast(pl.String)).write_csv(path)
    receive_tariff(store, folder, year=FinancialYear(2009))
    shutil.rmtree(folder)
    said = run(store.path)
    assert "cells/2009-04 changed" in said
    assert "2 sets changed; write the statements again." in said
    assert "could not be priced" not in said
    assert store.current("activity/2009-05").set_id == facts
    now = store.current("cells/2009-05").frame("activity_cells")
    assert now["cost_pence"].sum() > poor.frame("activity_cells")["cost_pence"].sum()
    assert now.filter(pl.col("point_of_delivery") == "AE").height
    assert "Everything held was up to date." in run(store.path)
    assert (
        list(COMMANDS).index("receive") < list(COMMANDS).index("bring-up-to-date") < list(COMMANDS).index("set-budgets")
    )
