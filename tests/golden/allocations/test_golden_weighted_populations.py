"""Arithmetic known to hold in the published weighted populations, asserted on the files themselves."""

from pathlib import Path

import polars as pl
import pytest

from pbc.methods.budgets.fair_shares_england import find_total_pence, set_fair_shares
from pbc.methods.population.weight_lists import index_need
from pbc.periods import FinancialYear
from pbc.policy import load_policy
from pbc.sources.published.find import find_one_published
from pbc.sources.published.weighted_populations import (
    COMPONENTS,
    layout_of_year,
    list_weighted,
    read_weighted_population,
)

pytestmark = pytest.mark.published
TODAY = load_policy("england-2025")


def practices_of(folder: Path, year: str) -> pl.DataFrame:
    return read_weighted_population(find_one_published(folder, layout_of_year(year), year=year), year=year).rows


@pytest.fixture(scope="module")
def england_2018_19(published_data: Path) -> pl.DataFrame:
    return practices_of(published_data, "2018-19")


@pytest.fixture(scope="module")
def england_2025_26(published_data: Path) -> pl.DataFrame:
    return practices_of(published_data, "2025-26")


def test_published_lists_hold_every_practice_once(england_2018_19: pl.DataFrame, england_2025_26: pl.DataFrame) -> None:
    assert (england_2018_19.height, england_2025_26.height) == (7_325, 6_348)
    assert (england_2018_19["commissioner_code"].n_unique(), england_2025_26["commissioner_code"].n_unique()) == (
        192,
        42,
    )


@pytest.mark.parametrize(("year", "people"), [("2018-19", 59_079_904.556), ("2025-26", 63_849_324.21)])
def test_need_components_sum_to_the_people(published_data: Path, year: str, people: float) -> None:
    """Each component and the overall figure add up to the population within one person."""
    practices = practices_of(published_data, year)
    assert practices["registered_population"].sum() == pytest.approx(people, abs=0.01)
    sums = practices.select(f"{component}_weighted_population" for component in COMPONENTS).sum().row(0, named=True)
    held = [total for total in sums.values() if total]
    assert held == pytest.approx([people] * len(held), abs=1)


def test_price_adjusted_populations_are_not_normalised(england_2018_19: pl.DataFrame) -> None:
    """EACA is out by thousands of people: nothing here treats it as if it summed to the population."""
    people = england_2018_19["registered_population"].sum()
    assert abs(england_2018_19["area_cost_weighted_population"].sum() - people) > 1_000


def test_composite_of_2018_is_a_fixed_blend(england_2018_19: pl.DataFrame) -> None:
    blend = (
        0.7443451385 * pl.col("general_acute_weighted_population")
        + 0.0641386621 * pl.col("community_weighted_population")
        + 0.1498554525 * pl.col("mental_health_weighted_population")
        + 0.0416607469 * pl.col("maternity_weighted_population")
    )
    out = england_2018_19.select((blend - pl.col("hospital_and_community_weighted_population")).abs().max())
    assert out.item() < 1e-5


def test_targets_of_2018_are_reproduced_for_every_practice(england_2018_19: pl.DataFrame) -> None:
    """All 7,325 targets before remoteness to within 8e-5 thousand pounds and a rounded penny; one pound is allowed."""
    total = find_total_pence(england_2018_19)
    assert total == 7_415_112_861_821
    shared = set_fair_shares(england_2018_19, total_pence=total, policy=TODAY, on=FinancialYear(2018).start)
    assert shared["amount_pence"].sum() == total
    out = shared.select((pl.col("amount_pence") / 100 - pl.col("target_before_remoteness_pounds")).abs().max()).item()
    assert out < 0.09


def test_overall_population_follows_the_target_with_remoteness(england_2018_19: pl.DataFrame) -> None:
    target, people = pl.col("target_with_remoteness_pounds"), pl.col("registered_population")
    overall = target / target.sum() * people.sum()
    assert england_2018_19.select((overall - pl.col("overall_weighted_population")).abs().max()).item() < 1e-5
    remote = england_2018_19.filter((target - pl.col("target_before_remoteness_pounds")).abs() > 0.5)
    assert (remote.height, remote["commissioner_code"].n_unique()) == (268, 7)


def test_need_index_has_two_published_meanings(england_2018_19: pl.DataFrame) -> None:
    """Practice A83005 is 1.127 against England, as the file says of every practice, and 1.040 against its CCG."""
    indexed = index_need(list_weighted(england_2018_19, year="2018-19", source="NHS England"))
    overall = indexed.filter(pl.col("component") == "overall").join(england_2018_19, on="practice_code")
    assert overall.select((pl.col("need_index_england") - pl.col("published_need_index")).abs().max()).item() < 1e-12
    seen = overall.row(by_predicate=pl.col("practice_code") == "A83005", named=True)
    assert (round(seen["need_index_england"], 3), round(seen["need_index_commissioner"], 3)) == (1.127, 1.040)


def test_trafford_is_as_published(england_2018_19: pl.DataFrame) -> None:
    trafford = england_2018_19.filter(pl.col("commissioner_code") == "02A")
    assert trafford.height == 32
    assert trafford["registered_population"].sum() == pytest.approx(242_027, abs=0.5)
    assert trafford["target_with_remoteness_pounds"].sum() == pytest.approx(298_688_376, abs=1)


def test_lists_of_2025_hold_the_extremes_the_catalogue_names(england_2025_26: pl.DataFrame) -> None:
    """382 lists under 3,000 people; the least need among proper lists is a university's, the most a care home's."""
    people, overall = pl.col("registered_population"), pl.col("overall_weighted_population")
    assert england_2025_26.filter(people < 3000).height == 382
    assert england_2025_26["registered_population"].min() == pytest.approx(0.08, abs=0.005)
    ratios = england_2025_26.select((overall / people).alias("ratio"))["ratio"]
    assert (round(float(str(ratios.min())), 2), round(float(str(ratios.max())), 1)) == (0.34, 5.6)
