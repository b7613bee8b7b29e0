"""The deliveries folder is whole, marked as made up, and its tables hold what the hallway promises."""

from __future__ import annotations

import gzip
from pathlib import Path

import polars as pl
import pytest

from pbc.errors import RefusedInput
from pbc.periods import FinancialYear
from pbc.sources.synthetic import generate
from pbc.tables import (
    COMMISSIONER_RESOURCES,
    CONTRACT_FORMS,
    MEMBERSHIPS,
    ORGANISATIONS,
    PRACTICES,
    PROVIDER_FACTORS,
    TARIFF_PRICES,
    WEIGHTED_LISTS,
    Table,
)

SMALL_TABLES = {
    "register/organisations.csv": ORGANISATIONS,
    "register/practices.csv": PRACTICES,
    "register/memberships.csv": MEMBERSHIPS,
    "tariff/2009-10/tariff_prices.csv": TARIFF_PRICES,
    "tariff/2009-10/provider_factors.csv": PROVIDER_FACTORS,
    "tariff/2009-10/contract_forms.csv": CONTRACT_FORMS,
    "need/2009-10/weighted_lists.csv": WEIGHTED_LISTS,
    "need/2009-10/commissioner_resources.csv": COMMISSIONER_RESOURCES,
}
PDPI = "SHA,PCT,PRACTICE,BNF CODE,BNF NAME,ITEMS,NIC,ACT COST,QUANTITY,PERIOD"


def typed(path: Path, table: Table) -> pl.DataFrame:
    """The file as its table, by the plainest reading there is."""
    text = pl.read_csv(path, infer_schema=False, null_values="")
    assert text.columns == table.names
    return text.select(
        pl.col(name) == "true"
        if kind == pl.Boolean
        else pl.col(name).str.to_date()
        if kind == pl.Date
        else pl.col(name).cast(kind)
        for name, kind in table.polars_schema.items()
    )


@pytest.mark.parametrize("name", SMALL_TABLES)
def test_small_tables_hold_what_they_promise(planted, name: str) -> None:  # type: ignore[no-untyped-def]
    frame = typed(planted.folder / name, SMALL_TABLES[name])
    assert frame.height
    assert SMALL_TABLES[name].check(frame) == []


def test_every_month_of_the_years_has_a_whole_delivery(planted) -> None:  # type: ignore[no-untyped-def]
    months = [str(month) for year in (2008, 2009) for month in FinancialYear(year).months()]
    assert sorted(path.name for path in (planted.folder / "activity").iterdir()) == months
    for month in months:
        held = {path.name for path in (planted.folder / "activity" / month).iterdir()}
        assert held == {
            "admitted_care.parquet", "outpatients.parquet", "accident_and_emergency.parquet", "referrals.parquet",
            "prescribing.csv.gz",
        }  # fmt: skip


def test_world_says_that_it_is_made_up(planted) -> None:  # type: ignore[no-untyped-def]
    assert planted.world["is_made_up"] is True
    assert planted.world["commissioner_code"] == "ZP1"
    assert planted.world["years"] == ["2008-09", "2009-10"]
    assert planted.world["rows"]["registrations"] == planted.value("SELECT count(*) FROM {registrations}")


def test_made_up_codes_and_prices_begin_with_z(planted) -> None:  # type: ignore[no-untyped-def]
    prices = typed(planted.folder / "tariff/2009-10/tariff_prices.csv", TARIFF_PRICES)
    assert prices["hrg_code"].str.starts_with("ZZ").all()
    assert (prices["source"] == "made up").all()
    practices = typed(planted.folder / "register/practices.csv", PRACTICES)
    assert practices["practice_code"].str.starts_with("Z9").all()
    assert practices["practice_name"].str.contains("made up").all()


def test_weighted_lists_sum_to_the_registered(planted) -> None:  # type: ignore[no-untyped-def]
    lists = typed(planted.folder / "need/2009-10/weighted_lists.csv", WEIGHTED_LISTS)
    sums = lists.group_by("component").agg(pl.col("registered_population", "weighted_population").sum())
    assert sums.height == 6
    assert ((sums["registered_population"] - sums["weighted_population"]).abs() < 0.001).all()


def test_prescribing_is_in_the_published_layout(planted) -> None:  # type: ignore[no-untyped-def]
    with gzip.open(planted.folder / "activity/2009-09/prescribing.csv.gz", "rt", encoding="utf-8") as file:
        assert next(file).strip() == PDPI
        lines = [line.strip().split(",") for line in file]
    assert {len(line[3]) for line in lines} == {15}
    assert {line[9] for line in lines} == {"200909"}
    assert len({(line[2], line[3]) for line in lines}) == len(lines)
    head = sum(float(line[6]) for line in lines) * 12 / 24_000
    assert 130 < head < 215  # 158 on the standard list; planted lists are old


def test_the_newer_regime_has_neighbourhoods_and_networks(tmp_path: Path) -> None:
    generate(
        tmp_path / "icb", seed=1, people=3_000, practices=6, clusters=2, regime="england-2025",
        years=("2025-26",), form="csv.gz",
    )  # fmt: skip
    memberships = typed(tmp_path / "icb/register/memberships.csv", MEMBERSHIPS)
    assert set(memberships["relation"]) == {
        "practice_neighbourhood", "practice_commissioner", "practice_pcn", "commissioner_region",
    }  # fmt: skip
    assert set(memberships.filter(pl.col("relation") == "practice_commissioner")["parent_code"]) == {"ZI1"}
    with gzip.open(tmp_path / "icb/activity/2025-04/admitted_care.csv.gz", "rt", encoding="utf-8") as file:
        assert next(file).startswith(
            "provider_code,spell_number,episode_number,nhs_number,admission_date,discharge_date"
        )


def test_one_practice_is_a_place(tmp_path: Path) -> None:
    about = generate(tmp_path / "one", seed=1, people=200, practices=1, clusters=1, hospitals=1, years=("2009-10",))
    assert not about["has_planted_truths"]
    assert len(list((tmp_path / "one/activity").glob("*/admitted_care.parquet"))) == 12


@pytest.mark.parametrize(
    "wrong",
    [
        {"people": 100},
        {"clusters": 99},
        {"years": ()},
        {"years": ("2007-08", "2009-10")},
        {"regime": "wales-1999"},
        {"form": "xml"},
    ],
)
def test_generate_refuses_an_impossible_place(tmp_path: Path, wrong: dict[str, object]) -> None:
    sizes = {"seed": 1, "people": 2_000, "practices": 5, "clusters": 2, "years": ("2009-10",)}
    with pytest.raises(RefusedInput):
        generate(tmp_path / "none", **(sizes | wrong))  # type: ignore[arg-type]
    assert not (tmp_path / "none").exists()


def test_generate_never_writes_into_a_folder_in_use(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("kept", encoding="utf-8")
    with pytest.raises(RefusedInput, match="not empty"):
        generate(tmp_path, seed=1, people=2_000, practices=5, clusters=2, years=("2009-10",))
