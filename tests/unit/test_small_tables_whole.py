"""A price list, register or list of need is taken in whole or not at all; registrations are still refused one by one."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from pbc.engines import open_engine
from pbc.errors import RefusedInput
from pbc.flows.receive_register import receive_register
from pbc.flows.receive_tables import receive_need, receive_tariff
from pbc.periods import FinancialYear
from pbc.results import Store
from pbc.sources.synthetic import generate

KEY = bytes(range(40))
YEAR = FinancialYear(2009)
SPOILED = {
    "need/2009-10/weighted_lists.csv": "weighted_population",
    "need/2009-10/commissioner_resources.csv": "amount_pence",
    "tariff/2009-10/tariff_prices.csv": "price_pence",
    "tariff/2009-10/provider_factors.csv": "market_forces_factor_millionths",
    "tariff/2009-10/contract_forms.csv": "payment_form",
    "register/memberships.csv": "starts_on",
    "register/practices.csv": "practice_code",
    "register/organisations.csv": "organisation_code",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("made-up") / "deliveries"
    generate(made, seed=11, people=1500, practices=4, clusters=2, hospitals=3, years=("2009-10",), form="csv.gz")
    return made


def spoil(path: Path, column: str, *, rows: int) -> None:
    with path.open(newline="", encoding="utf-8") as file:
        held = list(csv.DictReader(file))
    for row in held[:rows]:
        row[column] = "(see note)"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(held[0]))
        writer.writeheader()
        writer.writerows(held)


def receive(store: Store, folder: Path) -> None:
    with open_engine() as engine:
        receive_register(store, folder, key=KEY, engine=engine)
    receive_tariff(store, folder, year=YEAR)
    receive_need(store, folder, year=YEAR)


@pytest.mark.parametrize("name", SPOILED)
def test_one_bad_row_refuses_its_small_table_by_row_and_column(folder: Path, tmp_path: Path, name: str) -> None:
    shutil.copytree(folder, tmp_path / "deliveries")
    spoil(tmp_path / "deliveries" / name, SPOILED[name], rows=1)
    store = Store(tmp_path / "store")
    with pytest.raises(RefusedInput, match="none of it is taken in") as refused:
        receive(store, tmp_path / "deliveries")
    assert refused.value.where == f"{Path(name).name}, row 2, {SPOILED[name]}"
    assert (refused.value.found, "more row" in refused.value.remedy) == ("(see note)", False)
    assert refused.value.expected
    assert refused.value.remedy
    assert store.find("need/2009-10") is None


def test_refusal_of_a_small_table_counts_the_other_bad_rows(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "deliveries")
    spoil(tmp_path / "deliveries/tariff/2009-10/tariff_prices.csv", "price_pence", rows=4)
    with pytest.raises(RefusedInput, match="3 more rows are refused; pbc check lists every fault"):
        receive_tariff(Store(tmp_path / "store"), tmp_path / "deliveries", year=YEAR)
