"""The truths told of a made-up place agree with a slow walk over its delivered rows, one at a time."""

from __future__ import annotations

import csv
import importlib.util
import json
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml

from pbc.sources.synthetic import generate

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = ("admitted_care", "outpatients", "accident_and_emergency")
KIND = {"first": "OPFA", "follow_up": "OPFUP", "procedure": "OPPROC"}
Row = dict[str, Any]


@pytest.fixture(scope="module")
def small_place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("second-opinion") / "place"
    generate(folder, seed=11, people=6_000, practices=5, clusters=2, years=("2009-10",), plant=False)
    return folder


def table_of(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def list_on(registrations: dict[str, list[Row]], number: str | None, day: date) -> str | None:
    """The practice whose list a person was on, [start, end)."""
    for row in registrations.get(number or "", []):
        if row["starts_on"] <= day and (row["ends_before"] is None or day < row["ends_before"]):
            return str(row["practice_code"])
    return None


def kind_of_stay(row: Row) -> str:
    if row["admission_method"] in ("11", "12", "13"):
        return "DC" if row["patient_classification"] == "2" else "EL"
    return "NEL" if row["admission_method"].startswith("2") else "NELNE"


def pounds_of_stay(row: Row, price: Row, unpaid: int) -> float:
    """Base price, the short-stay percentage for adults' emergencies under two days, excess days, top-up."""
    nights = (row["discharge_date"] - row["admission_date"]).days
    base = int(price["price_pence"])
    if price["is_short_stay_reducible"] == "true" and nights < 2 and row["age_on_admission"] >= 19:
        base = base * int(price["short_stay_percent"]) / 100
    excess = max(0, nights - unpaid - int(price["trim_point_days"])) * int(price["excess_day_price_pence"])
    return (base + excess) * (1 + int(price["top_up_percent"]) / 100) / 100


def walk(folder: Path) -> dict[str, float]:
    """Pounds by practice: who was on which list is looked up in the register, prices in the tariff, factors by hospital."""
    registrations = defaultdict(list)
    for row in pq.read_table(folder / "register/registrations.parquet").to_pylist():
        registrations[row["nhs_number"]].append(row)
    prices = {(p["hrg_code"], p["point_of_delivery"]): p for p in table_of(folder / "tariff/2009-10/tariff_prices.csv")}
    factors = {
        f["provider_code"]: int(f["market_forces_factor_millionths"]) / 1e6
        for f in table_of(folder / "tariff/2009-10/provider_factors.csv")
    }
    spent: dict[str, float] = defaultdict(float)
    for setting in SETTINGS:
        for path in sorted(folder.glob(f"activity/*/{setting}.parquet")):
            rows = pq.read_table(path).to_pylist()
            unpaid: dict[Any, int] = defaultdict(int)
            for row in rows:
                unpaid[row.get("spell_number")] += row.get("unpaid_days", 0)
            for row in rows:
                if row.get("episode_number", 1) != 1:
                    continue
                day = row.get("discharge_date") or row.get("attendance_date") or row.get("arrival_date")
                practice = list_on(registrations, row["nhs_number"], day)
                if practice is not None:
                    pounds = price_of(row, setting, prices, unpaid)
                    spent[practice] += pounds * factors[row["provider_code"]]
    return spent


def price_of(row: Row, setting: str, prices: dict[tuple[str, str], Row], unpaid: dict[Any, int]) -> float:
    if setting == "admitted_care":
        return pounds_of_stay(row, prices[row["hrg_code"], kind_of_stay(row)], unpaid[row["spell_number"]])
    kind = "AE" if setting == "accident_and_emergency" else KIND[row["attendance_type"]]
    return int(prices[row["hrg_code"], kind]["price_pence"]) / 100


def test_realised_costs_told_agree_with_a_slow_walk_over_the_rows(small_place: Path) -> None:
    """The truths count contacts whose NHS number was spoilt or left out (0.15%); the walk cannot place those."""
    truths = json.loads((small_place / "truths.json").read_text(encoding="utf-8"))
    spent = walk(small_place)
    told = {row["practice_code"]: row["realised_pounds"] for row in truths["expected_costs"]}
    assert set(spent) == set(told)
    for practice, pounds in told.items():
        assert spent[practice] == pytest.approx(pounds, rel=0.02)
        assert spent[practice] <= pounds + 1
    assert sum(spent.values()) == pytest.approx(sum(told.values()), rel=0.006)


def test_fitted_parameters_are_those_of_the_published_files(published_data: Path) -> None:
    path = ROOT / "benchmarks/derive_synthetic_parameters.py"
    spec = importlib.util.spec_from_file_location("derive_synthetic_parameters", path)
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    committed = yaml.safe_load((ROOT / "src/pbc/sources/synthetic/fitted.yaml").read_text(encoding="utf-8"))
    assert script.derive(published_data) == committed
