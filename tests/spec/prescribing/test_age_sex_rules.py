"""A prescribing pot by age and sex (ASTRO-PU) beside the same pot by need."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from pbc.errors import RefusedInput
from pbc.methods.prescribing import share_by_age_sex
from pbc.methods.prescribing.age_sex import BANDS
from pbc.periods import FinancialYear
from pbc.tables import AGE_SEX_WEIGHTS, PRESCRIBING_BUDGETS, REGISTERED_LISTS

YEAR = FinancialYear(2009)
WEIGHTS = AGE_SEX_WEIGHTS.from_rows([
    {"version": "2013", "sex": sex, "age_band": band, "astro_pu_factor": 1.0 + at + (sex == "2"), "source": "made up"}
    for sex in ("1", "2") for at, (_, band) in enumerate(BANDS)
])  # fmt: skip
BUDGETS = pl.DataFrame(schema={"practice_code": pl.String, "set_pence": pl.Int64})


def people(*given: tuple[str, str, str, int]) -> pl.DataFrame:
    return REGISTERED_LISTS.from_rows([
        {"practice_code": code, "as_at_on": date(2009, 4, 1), "sex": sex, "age_band": band, "patients_count": count}
        for code, sex, band, count in given
    ])  # fmt: skip


def need(**weighted: float) -> pl.DataFrame:
    return pl.DataFrame(
        [(code, "ZP1", people) for code, people in weighted.items()],
        schema={"practice_code": pl.String, "commissioner_code": pl.String, "weighted_population": pl.Float64}, orient="row",
    )  # fmt: skip


def share(lists: pl.DataFrame, members: pl.DataFrame, pot: int = 1000) -> pl.DataFrame:
    pots = pl.DataFrame({"commissioner_code": ["ZP1"], "amount_pence": [pot]})
    found = share_by_age_sex(lists, weights=WEIGHTS, need=members, pots=pots, budgets=BUDGETS, year=YEAR)
    PRESCRIBING_BUDGETS.require(found, where="test")
    return found


def test_an_old_list_has_more_by_age_and_what_need_says_beside_it() -> None:
    """
    Given 100 boys under five at A and 100 women of 75 and over at B, whose weights are 1 and 10, and equal need
    Then of 1,100 A has 100 by age and sex and 550 by need, B 1,000 and 550
    """
    found = share(people(("A", "1", "00-04", 100), ("B", "2", "75+", 100)), need(A=50.0, B=50.0), 1100)
    assert found.select("age_sex_pence", "need_pence", "difference_pence").rows() == [
        (100, 550, 450),
        (1000, 550, -450),
    ]
    assert found["astro_pu_weighted_population"].to_list() == [100.0, 1000.0]
    assert set(found["weights_source"]) == {"made up"}


@pytest.mark.parametrize(
    ("band", "weight"),
    [
        ("00-04", 1),
        ("05-09", 2),
        ("10-14", 2),
        ("15-19", 3),
        ("40-44", 5),
        ("70-74", 8),
        ("75-79", 9),
        ("95+", 9),
        ("75+", 9),
    ],
)
def test_five_year_bands_are_those_of_the_weights(band: str, weight: int) -> None:
    """Given a list in five-year bands, then each person has the weight of the band it lies in."""
    assert share(people(("A", "1", band, 10)), need(A=1.0))["astro_pu_weighted_population"].to_list() == [10.0 * weight]


def test_people_of_no_stated_sex_weigh_as_the_mean_of_both() -> None:
    """Given 10 people under five of no stated sex, weights 1 and 2, then 15 units."""
    assert share(people(("A", "9", "00-04", 10)), need(A=1.0))["astro_pu_weighted_population"].to_list() == [15.0]


def test_a_practice_without_a_list_is_refused() -> None:
    """Given a share by need and no list of the day, then its share would go to others: refused by name."""
    with pytest.raises(RefusedInput, match="no list by age and sex"):
        share(people(("A", "1", "00-04", 10)), need(A=1.0, B=1.0))


def test_a_sex_without_a_weight_is_refused() -> None:
    """Given a sex that no weight is of, then it is refused by name."""
    with pytest.raises(RefusedInput, match="no weight"):
        share(people(("A", "0", "00-04", 10)), need(A=1.0))


def test_a_list_that_shares_no_pot_is_left_out_of_both() -> None:
    """Given a list without need, then nobody shares with it; and without any pot there is nothing to share."""
    lists = people(("A", "1", "00-04", 10), ("C", "1", "00-04", 10))
    assert share(lists, need(A=1.0))["practice_code"].to_list() == ["A"]
    assert share(lists, need()).is_empty()
