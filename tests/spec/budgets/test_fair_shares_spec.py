"""Money follows the published need of practice lists; every part adds up to its whole."""

from datetime import date

import polars as pl
import pytest

from pbc.errors import RefusedInput
from pbc.methods.budgets.fair_shares import share_by_weight
from pbc.methods.budgets.fair_shares_england import find_total_pence, set_fair_shares
from pbc.methods.budgets.fair_shares_prescribing import share_prescribing
from pbc.methods.budgets.share_pots import share_pots
from pbc.policy import load_policy

TODAY = load_policy("england-2025")
PRACTICES = pl.DataFrame(
    {
        "practice_code": ["Z90001", "Z90002", "Z90003"],
        "commissioner_code": ["ZI1", "ZI1", "ZI2"],
        "registered_population": [100.0, 100.0, 100.0],
        "hospital_and_community_weighted_population": [120.0, 90.0, 90.0],
        "inequalities_weighted_population": [100.0, 100.0, 100.0],
        "prescribing_weighted_population": [90.0, 90.0, 120.0],
        "overall_weighted_population": [150.0, 50.0, 100.0],
        "primary_medical_weighted_population": [100.0, 100.0, 100.0],
        "market_forces_index": [1.1, 1.0, 0.9],
        "area_cost_index": [1.0, 1.0, 1.0],
        "target_before_remoteness_pounds": [130.0, 100.0, 95.005],
    }
)


def test_set_fair_shares_of_2018_puts_need_prices_and_mortality_together() -> None:
    """Given 2018/19, then 88% follows priced hospital need and 12% prescribing need, each a tenth avoidable mortality."""
    then = set_fair_shares(PRACTICES, total_pence=1_000_000, policy=TODAY, on=date(2018, 4, 1))
    hospital = [118 * 1.1, 91 * 1.0, 91 * 0.9]
    drugs = [91, 91, 118]
    expected = [
        1_000_000 * (0.87948237 * h / sum(hospital) + 0.12051763 * d / sum(drugs))
        for h, d in zip(hospital, drugs, strict=True)
    ]
    assert then["amount_pence"].to_list() == pytest.approx(expected, abs=1)
    assert then["amount_pence"].sum() == 1_000_000


def test_set_fair_shares_from_2023_takes_the_overall_figure_as_published() -> None:
    """Given 2025/26, then the published overall weighted list shares the money and no component is blended again."""
    then = set_fair_shares(PRACTICES, total_pence=301, policy=TODAY, on=date(2025, 4, 1))
    assert then["amount_pence"].to_list() == [151, 50, 100]


def test_set_fair_shares_of_2018_refuses_a_part_of_england() -> None:
    """Given a file with practices missing, then a refusal: the formula is of the whole of England."""
    with pytest.raises(RefusedInput, match="whole of England"):
        set_fair_shares(PRACTICES.head(2), total_pence=100, policy=TODAY, on=date(2018, 4, 1))


def test_set_fair_shares_refuses_an_empty_column() -> None:
    """Given a year's file without market forces, then a refusal that names the column."""
    bare = PRACTICES.with_columns(pl.lit(None, pl.Float64).alias("market_forces_index"))
    with pytest.raises(RefusedInput, match="market_forces_index"):
        set_fair_shares(bare, total_pence=100, policy=TODAY, on=date(2018, 4, 1))


def test_set_fair_shares_refuses_a_formula_of_components() -> None:
    """Given the regime of 2005, whose targets are set by component, then published files are not shared by it."""
    with pytest.raises(RefusedInput, match="by_component"):
        set_fair_shares(PRACTICES, total_pence=100, policy=load_policy("england-2005"), on=date(2009, 4, 1))


def test_find_total_pence_adds_the_published_targets() -> None:
    """Given targets of £130, £100 and £95.005, then 32,500 pence and a half, rounded; given none, then a refusal."""
    assert find_total_pence(PRACTICES) == 32_500
    with pytest.raises(RefusedInput, match="--resource-pounds"):
        find_total_pence(PRACTICES.with_columns(pl.lit(None, pl.Float64).alias("target_before_remoteness_pounds")))


@pytest.mark.parametrize("weight", [None, -1.0, float("nan")])
def test_share_by_weight_refuses_a_practice_without_a_weight(weight: float | None) -> None:
    """Given a weight that is empty, negative or not a number, then a refusal that names the practice."""
    lists = pl.DataFrame({"practice_code": ["Z90001", "Z90002"], "people": [1.0, weight]})
    with pytest.raises(RefusedInput, match="Z90002"):
        share_by_weight(lists, total_pence=100, weight="people")


POTS = pl.DataFrame(
    {
        "pot": ["core", "core", "primary medical"],
        "commissioner_code": ["ZI1", "ZI2", "ZI1"],
        "weighted_population": ["Final WP", "Final WP", "Final PMC WP"],
        "weight_column": ["overall_weighted_population"] * 2 + ["primary_medical_weighted_population"],
        "amount_pence": [1000, 77, 501],
    }
)


def test_share_pots_shares_each_by_its_own_measure_within_its_commissioner() -> None:
    """Given three pots, then each is divided among its commissioner's practices alone, by its own measure."""
    then = share_pots(PRACTICES, pots=POTS).select("pot", "commissioner_code", "practice_code", "amount_pence")
    assert then.rows() == [
        ("core", "ZI1", "Z90001", 750),
        ("core", "ZI1", "Z90002", 250),
        ("core", "ZI2", "Z90003", 77),
        ("primary medical", "ZI1", "Z90001", 251),
        ("primary medical", "ZI1", "Z90002", 250),
    ]


def test_share_pots_refuses_a_pot_given_twice_or_for_nobody() -> None:
    """Given a pot twice for a commissioner, or a commissioner without practices, then a refusal that names it."""
    with pytest.raises(RefusedInput, match="pot core, commissioner ZI1"):
        share_pots(PRACTICES, pots=pl.concat([POTS, POTS.head(1)]))
    with pytest.raises(RefusedInput, match="ZI9"):
        share_pots(PRACTICES, pots=POTS.with_columns(pl.lit("ZI9").alias("commissioner_code")).head(1))


SPENT = pl.DataFrame(
    {
        "practice_code": ["Z90001", "Z90002", "Z90001", "Z90003"],
        "month": [201901, 201901, 201902, 201902],
        "net_ingredient_cost_pence": [700, 300, 400, 5],
    }
)


def test_share_prescribing_shares_each_month_by_need() -> None:
    """Given £10.00 and £4.00 in two months and need of 60 to 40, then shares of 600, 400, 240 and 160 pence."""
    lists = pl.DataFrame({"practice_code": ["Z90001", "Z90002"], "prescribing_weighted_population": [60.0, 40.0]})
    then = share_prescribing(SPENT, lists=lists)
    assert then.rows() == [
        ("Z90001", 201901, 700, 600, 100),
        ("Z90001", 201902, 400, 240, 160),
        ("Z90002", 201901, 300, 400, -100),
        ("Z90002", 201902, 0, 160, -160),
    ]


def test_share_prescribing_refuses_a_practice_that_never_prescribed() -> None:
    """Given a practice with a list and no prescribing, then a refusal: its share would be the others' spending."""
    lists = pl.DataFrame({"practice_code": ["Z90001", "Z90009"], "prescribing_weighted_population": [60.0, 40.0]})
    with pytest.raises(RefusedInput, match="Z90009"):
        share_prescribing(SPENT, lists=lists)
