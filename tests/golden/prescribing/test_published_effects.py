"""Volume, mix and price, unidentified prescribers and pots by age and sex, on real published prescribing and lists. Source: NHSBSA."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pbc.engines.duckdb_engine import DuckDBEngine
from pbc.methods.prescribing import compare_list_prices, list_unidentified, share_by_age_sex, split_prescribing
from pbc.periods import FinancialYear, Month
from pbc.policy import load_policy
from pbc.sources.deliveries import read_prescribing
from pbc.sources.published.find import find_one_published
from pbc.sources.published.list_sizes import read_astro_pu, read_list_sizes
from pbc.sources.published.prescribing_spend import read_practice_name_match
from pbc.sources.published.weighted_populations import layout_of_year, read_weighted_population
from pbc.tables import PRESCRIPTIONS

DECEMBER = Month(2018, 12)
NOBODY = pl.DataFrame(schema={"practice_code": pl.String, "answers_code": pl.String})


def published_weights(folder: Path) -> pl.DataFrame:
    """The cost-based weights of 2013 as the workbook has them."""
    workbook = read_astro_pu(folder / "lists" / "ASTRO_PU_STAR_PU_weightings_2013.xlsx")
    return workbook.rows.filter((pl.col("basis") == "cost") & (pl.col("version") == "2013")).select(
        "version",
        "sex",
        "age_band",
        pl.col("astro_pu").alias("astro_pu_factor"),
        pl.lit(workbook.source).alias("source"),
    )


@pytest.mark.published
def test_six_real_practices_a_year_ago_and_a_tenth_dearer(published_data: Path) -> None:
    """
    Real lines of one month, and the same lines a year earlier at ten elevenths of their price: only one month was published
    here, so the year before is worked from it. Then nothing is volume or mix but pennies, and the rest is price.
    """
    path = published_data / "prescribing" / "pdpi_2018_12.csv.gz"
    with DuckDBEngine() as engine:
        now = read_prescribing(engine, [path], delivery="2018-12", leave_out=["N81029"]).rows.frame()
        cheaper = (pl.col("net_ingredient_cost_pence") * 10 / 11).round().cast(pl.Int64)
        then = now.with_columns(pl.lit(201712, pl.Int32).alias("month"), cheaper.alias("net_ingredient_cost_pence"))
        both = engine.adopt(pl.concat([now, then]), PRESCRIPTIONS.sql_columns)
        prices = compare_list_prices(both, month=DECEMBER, known_to=DECEMBER, policy=load_policy("england-2005"))
        effects = split_prescribing(both, answers=NOBODY, list_prices=prices, month=DECEMBER, known_to=DECEMBER)
        nobody = list_unidentified(
            both, register_codes=now.select("practice_code").unique(), month=DECEMBER, known_to=DECEMBER
        )
    assert prices.is_empty()  # a month by itself has none before it
    assert nobody.is_empty()
    sums = dict(effects.group_by("step").agg(pl.col("amount_pence").sum()).iter_rows())
    assert sum(sums.values()) == now["net_ingredient_cost_pence"].sum()
    assert effects["practice_code"].n_unique() == 6
    assert sums["volume"] == 0
    lines = now.height
    assert abs(sums["mix"]) <= lines  # pennies of rounding the year before
    assert abs(sums["price"] - (sums["last_year"] / 10)) <= lines


@pytest.mark.published
def test_real_lines_of_who_is_unidentified_are_never_lost(published_data: Path) -> None:
    """The published sample marks nobody: with one of its four practices in the register the other three are named."""
    path = published_data / "prescribing" / "epd_2017_09.csv.gz"
    with DuckDBEngine() as engine:
        read = read_prescribing(engine, [path], delivery="2017-09").rows
        frame = read.frame()
        own = sorted(frame["practice_code"].unique())[:1]
        found = list_unidentified(
            read, register_codes=pl.DataFrame({"practice_code": own}), month=Month(2017, 9), known_to=Month(2017, 9)
        )
    kept = frame.filter(pl.col("practice_code").is_in(own))["net_ingredient_cost_pence"].sum()
    assert found["prescriber_code"].n_unique() == 3
    assert kept + found["net_ingredient_cost_pence"].sum() == frame["net_ingredient_cost_pence"].sum()


@pytest.mark.published
def test_real_lists_are_weighted_by_the_published_workbook(published_data: Path) -> None:
    """A real quarter's lists: units are people times weights as a plain loop finds them, and the pot is kept to the penny."""
    lists = read_list_sizes(
        published_data / "lists" / "list_size_by_age_sex_2016_01-03.csv.gz", as_at=date(2016, 1, 1)
    ).rows
    workbook = read_astro_pu(published_data / "lists" / "ASTRO_PU_STAR_PU_weightings_2013.xlsx")
    weights = workbook.rows.filter((pl.col("basis") == "cost") & (pl.col("version") == "2013")).select(
        "version",
        "sex",
        "age_band",
        pl.col("astro_pu").alias("astro_pu_factor"),
        pl.lit(workbook.source).alias("source"),
    )
    codes = sorted(lists["practice_code"].unique())[:200]
    members = pl.DataFrame(
        {"practice_code": codes, "commissioner_code": ["P"] * 200, "weighted_population": [1.0] * 200}
    )
    found = share_by_age_sex(
        lists.filter(pl.col("practice_code").is_in(codes)),
        weights=weights,
        need=members,
        pots=pl.DataFrame({"commissioner_code": ["P"], "amount_pence": [123_456_789_01]}),
        budgets=pl.DataFrame(schema={"practice_code": pl.String, "set_pence": pl.Int64}),
        year=FinancialYear(2015),
    )
    factor = {(row["sex"], row["age_band"]): row["astro_pu_factor"] for row in weights.to_dicts()}
    assert factor["1", "00-04"] == 1.0
    for code in (codes[0], codes[99]):
        mine = lists.filter(practice_code=code).to_dicts()
        units = sum(row["patients_count"] * factor[row["sex"], row["age_band"]] for row in mine)
        row = found.filter(practice_code=code).row(0, named=True)
        assert row["astro_pu_weighted_population"] == pytest.approx(units)
        assert row["patients_count"] == sum(each["patients_count"] for each in mine)
    assert found["age_sex_pence"].sum() == found["need_pence"].sum() == 123_456_789_01
    assert set(found["weights_source"]) == set(weights["source"])


@pytest.mark.published
def test_a_real_year_by_month_is_shared_by_age_and_sex_beside_need(published_data: Path) -> None:
    """
    NHS Trafford's prescribing of 2019, month by month, is its pot; lists are of early 2016, the last published by age and sex
    here, and need of 2018/19: years differ and are told. Then both columns are the year's spending to the penny, and need and
    age and sex agree on most of it.
    """
    spending = read_practice_name_match(find_one_published(published_data, "practice_name_match")).rows
    weighted = read_weighted_population(
        find_one_published(published_data, layout_of_year("2018-19"), year="2018-19"), year="2018-19"
    ).rows
    lists = read_list_sizes(
        published_data / "lists" / "list_size_by_age_sex_2016_01-03.csv.gz", as_at=date(2016, 1, 1)
    ).rows
    trafford = (
        weighted.filter(commissioner_code="02A")
        .join(spending, on="practice_code", how="semi")
        .join(lists, on="practice_code", how="semi")
    )
    months = (
        spending.join(trafford, on="practice_code", how="semi")
        .group_by("month")
        .agg(pl.col("net_ingredient_cost_pence").sum())
    )
    assert months["month"].sort().to_list() == [201900 + month for month in range(1, 13)]
    pot = int(months["net_ingredient_cost_pence"].sum())
    members = trafford.select(
        "practice_code", "commissioner_code", pl.col("prescribing_weighted_population").alias("weighted_population")
    )
    found = share_by_age_sex(
        lists,
        weights=published_weights(published_data),
        need=members,
        pots=pl.DataFrame({"commissioner_code": ["02A"], "amount_pence": [pot]}),
        budgets=pl.DataFrame(schema={"practice_code": pl.String, "set_pence": pl.Int64}),
        year=FinancialYear(2018),
    )
    assert found.height > 25
    assert found["age_sex_pence"].sum() == found["need_pence"].sum() == pot > 30_000_000_00
    assert found["difference_pence"].sum() == 0
    assert found["difference_pence"].abs().sum() / 2 < pot * 0.15
