"""A delivery pseudonymised before it is sent gives, without the key, the figures that the raw one gives with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pbc.engines import open_engine
from pbc.flows.pseudonymise import pseudonymise_folder
from pbc.flows.receive_delivery import receive_delivery
from pbc.flows.receive_register import receive_register
from pbc.flows.receive_tables import receive_tariff
from pbc.periods import FinancialYear, Month
from pbc.policy import load_policy
from pbc.results import Store
from pbc.sources.synthetic import generate

YEAR, KEY = FinancialYear(2009), bytes(range(7, 47))
MONTHS = [Month(2009, 4), Month(2009, 5)]
COMPARED = {
    "register": ("registrations", "registered_lists", "rejected_rows", "practices"),
    **{f"activity/{month}": ("activity_facts", "referrals", "rejected_rows") for month in MONTHS},
    **{f"cells/{month}": ("activity_cells", "not_attributed", "rejected_rows") for month in MONTHS},
    **{f"prescribing/{month}": ("prescribing_cells",) for month in MONTHS},
}


def received(store: Store, deliveries: Path, key: bytes | None) -> Store:
    with open_engine("duckdb") as engine:
        receive_register(store, deliveries, key=key, engine=engine)
        receive_tariff(store, deliveries, year=YEAR)
        for month in MONTHS:
            receive_delivery(store, deliveries, month=month, key=key, engine=engine, policy=load_policy("england-2005"))
    return store


@pytest.mark.parametrize("form", ["parquet", "csv.gz"])
def test_the_figures_are_the_same_without_the_key(form: str, tmp_path: Path) -> None:
    raw, sent = tmp_path / "raw", tmp_path / "sent"
    generate(raw, seed=5, people=3_000, practices=12, clusters=3, years=("2009-10",), form=form)
    made = pseudonymise_folder(raw, sent, key=KEY)
    assert {hidden.layout for hidden in made.hidden} == {
        "registrations", "admitted_care", "outpatients", "accident_and_emergency", "referrals"
    }  # fmt: skip
    assert {name.split("/")[0] for name in made.left_behind} == {
        "first-sent",
        "truths.json",
    }  # in no place of a delivery
    assert sum(hidden.missing_count for hidden in made.hidden) > 0 < sum(hidden.invalid_count for hidden in made.hidden)
    ours, theirs = received(Store(tmp_path / "a"), raw, KEY), received(Store(tmp_path / "b"), sent, None)
    for name, tables in COMPARED.items():
        for table in tables:
            columns = ours.current(name).frame(table).columns
            kept = [column for column in columns if column != "register_version"]
            held = [store.current(name).frame(table).select(kept).sort(kept) for store in (ours, theirs)]
            assert held[0].equals(held[1]), (name, table)
            assert held[0].height or table in ("rejected_rows", "not_attributed"), (name, table)
