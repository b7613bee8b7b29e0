"""Lists are weighted by multiplying people by age and need, then scaled so that nobody is added or lost."""

from datetime import date

import polars as pl
import pytest

from pbc.errors import RefusedInput
from pbc.methods.budgets.fair_shares import share_by_weight
from pbc.methods.population.atypical_lists import flag_atypical_lists
from pbc.methods.population.weight_lists import index_need, weight_lists
from pbc.policy import load_policy
from pbc.tables import WEIGHTED_LISTS

GIVEN = pl.DataFrame(
    {
        "practice_code": ["Z90001", "Z90002", "Z90003"],
        "commissioner_code": ["ZP1", "ZP1", "ZP1"],
        "registered_population": [6000.0, 9000.0, 15000.0],
        "age_index": [1.05, 0.96, 1.004],
        "need_index": [1.10, 0.97, 0.98],
    }
)


def weighted(lists: pl.DataFrame = GIVEN) -> pl.DataFrame:
    return weight_lists(
        lists, indices=("age_index", "need_index"), list_year="2009-10", component="overall", source="made up"
    )


def test_weight_lists_scales_the_products_back_to_the_people() -> None:
    """Given 6,000, 9,000 and 15,000 people, then 6,914.0, 8,361.4 and 14,724.6 weighted people, 30,000 in all."""
    then = weighted()["weighted_population"].to_list()
    assert then == pytest.approx([6913.9596137, 8361.4015484, 14724.6388379])
    assert sum(then) == pytest.approx(30_000)


def test_share_by_weight_divides_thirty_million_to_the_penny() -> None:
    """Given £30m and those weighted lists, then £6,913,959.61, £8,361,401.55 and £14,724,638.84, which add up to it."""
    then = share_by_weight(weighted(), total_pence=3_000_000_000, weight="weighted_population")
    assert then["amount_pence"].to_list() == [691_395_961, 836_140_155, 1_472_463_884]


@pytest.mark.parametrize("value", [None, -0.1, float("nan"), float("inf")])
def test_weight_lists_refuses_an_index_that_is_no_amount(value: float | None) -> None:
    """Given an index that is empty, negative or not a number, then a refusal that names the practice and column."""
    lists = GIVEN.with_columns(pl.Series("need_index", [1.0, value, 1.0]))
    with pytest.raises(RefusedInput, match="Z90002, need_index"):
        weighted(lists)


def test_weight_lists_refuses_a_practice_given_twice() -> None:
    """Given one practice in two rows, then a refusal: its people would count twice."""
    with pytest.raises(RefusedInput, match="more than once"):
        weighted(pl.concat([GIVEN, GIVEN.head(1)]))


def test_weight_lists_refuses_lists_without_any_weight() -> None:
    """Given indices that are all nil, then a refusal, not a division by nil."""
    with pytest.raises(RefusedInput, match="Nobody"):
        weighted(GIVEN.with_columns(pl.lit(0.0).alias("need_index")))


def test_index_need_has_two_meanings() -> None:
    """Given two commissioners, then need against England is weighted over people, against the commissioner relative to it."""
    lists = pl.DataFrame(
        {
            "list_year": ["2018-19"] * 4,
            "component": ["overall"] * 4,
            "commissioner_code": ["ZP1", "ZP1", "ZP2", "ZP2"],
            "registered_population": [100.0, 100.0, 100.0, 0.0],
            "weighted_population": [150.0, 90.0, 60.0, 0.0],
        }
    )
    then = index_need(lists)
    assert then["need_index_england"].to_list() == [1.5, 0.9, 0.6, None]
    assert then["need_index_commissioner"].to_list() == pytest.approx([1.25, 0.75, 1.0, None])


LISTS = [("Z90001", 6000.0, 1.0), ("Z90002", 999.0, 1.0), ("Z90003", 6000.0, 0.59), ("Z90004", 6000.0, 1.61),
         ("Z90005", 1000.0, 0.6), ("Z90006", 6000.0, 1.6)]  # fmt: skip


def flagged(**told: dict[str, str]) -> dict[str, dict[str, object]]:
    lists = WEIGHTED_LISTS.from_rows(
        [
            {
                "practice_code": code, "list_year": "2009-10", "component": "overall", "commissioner_code": "ZP1",
                "registered_population": people, "weighted_population": people * need, "need_index_england": need,
                "source": "made up",
            }
            for code, people, need in LISTS
        ]
    )  # fmt: skip
    flags = flag_atypical_lists(lists, policy=load_policy("england-2005"), on=date(2009, 4, 1), **told)
    return {row["practice_code"]: row for row in flags.iter_rows(named=True)}


def test_flag_atypical_lists_pools_small_and_unusual_lists() -> None:
    """Given lists under 1,000 people or with need outside 0.6 to 1.6, then they are pooled; on the edge they are not."""
    then = flagged()
    assert [code for code, row in then.items() if row["is_pooled"]] == ["Z90002", "Z90003", "Z90004"]
    assert then["Z90002"]["list_note"] == "fewer than 1,000 people; pooled"
    assert "university" in str(then["Z90003"]["list_note"])
    assert "care homes" in str(then["Z90004"]["list_note"])
    assert then["Z90001"]["list_note"] is None


def test_flag_atypical_lists_believes_a_known_kind() -> None:
    """Given that a practice is known to serve homeless people, then it is pooled whatever its need index."""
    assert flagged(known_kinds={"Z90001": "homeless"})["Z90001"]["list_note"] == "homeless practice; pooled"


def test_flag_atypical_lists_judges_a_list_alone_only_with_a_reason() -> None:
    """Given a reason, then an atypical list is judged alone and the note says why; given none, then a refusal."""
    alone = flagged(judged_alone={"Z90003": "students are budgeted apart"})["Z90003"]
    assert (alone["is_atypical"], alone["is_pooled"]) == (True, False)
    assert str(alone["list_note"]).endswith("judged alone: students are budgeted apart")
    with pytest.raises(RefusedInput, match="reason"):
        flagged(judged_alone={"Z90003": "  "})


def test_flag_atypical_lists_refuses_an_unknown_kind() -> None:
    """Given a kind of list nobody has defined, then a refusal that names the kinds there are."""
    with pytest.raises(RefusedInput, match="university, care_home, homeless"):
        flagged(known_kinds={"Z90001": "rich"})
