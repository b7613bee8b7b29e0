"""Whatever the lists: money is conserved at every tier, and the order of rows moves nobody's penny."""

from datetime import date

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from pbc.methods.budgets.fair_shares import share_by_weight
from pbc.methods.budgets.fair_shares_england import set_fair_shares
from pbc.methods.budgets.fair_shares_prescribing import share_prescribing
from pbc.methods.budgets.neighbourhoods import add_up_neighbourhoods, place_in_neighbourhoods
from pbc.methods.budgets.share_pots import share_pots
from pbc.methods.population.atypical_lists import flag_atypical_lists
from pbc.methods.population.weight_lists import index_need, weight_lists
from pbc.policy import load_policy
from pbc.tables import MEMBERSHIPS, WEIGHTED_LISTS

TODAY = load_policy("england-2025")
people = st.floats(0.01, 40_000)
lists = st.lists(st.tuples(people, st.floats(0.3, 6)), min_size=1, max_size=40)
totals = st.integers(0, 10**13)


def practices(drawn: list[tuple[float, float]]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "practice_code": [f"Z{90001 + at}" for at in range(len(drawn))],
            "commissioner_code": [f"ZI{at % 3}" for at in range(len(drawn))],
            "registered_population": [count for count, _ in drawn],
            "need_index": [need for _, need in drawn],
            "overall_weighted_population": [count * need for count, need in drawn],
        }
    )


@given(lists, totals, st.randoms(use_true_random=False))
def test_set_fair_shares_is_conserved_and_blind_to_order(drawn, total, luck) -> None:  # type: ignore[no-untyped-def]
    given_lists = practices(drawn)
    shared = set_fair_shares(given_lists, total_pence=total, policy=TODAY, on=date(2025, 4, 1))
    assert shared["amount_pence"].sum() == total
    order = list(range(len(drawn)))
    luck.shuffle(order)
    again = share_by_weight(given_lists[order], total_pence=total, weight="overall_weighted_population")
    assert shared.sort("practice_code")["amount_pence"].equals(again.sort("practice_code")["amount_pence"])


@given(lists)
def test_weight_lists_keeps_the_people(drawn) -> None:  # type: ignore[no-untyped-def]
    weighted = weight_lists(
        practices(drawn), indices=("need_index",), list_year="2025-26", component="overall", source="made up"
    )
    registered = weighted["registered_population"].sum()
    assert abs(weighted["weighted_population"].sum() - registered) <= 1e-9 * registered
    assert WEIGHTED_LISTS.check(weighted) == []
    place = weighted.group_by("commissioner_code").agg(
        (pl.col("need_index_commissioner") * pl.col("registered_population")).sum().alias("weighted_by_place"),
        pl.col("registered_population").sum(),
    )
    off = (place["weighted_by_place"] / place["registered_population"] - 1).abs().max()
    assert float(str(off)) < 1e-9  # a commissioner's own index averages to 1


@given(lists, st.lists(totals, min_size=1, max_size=3))
def test_pots_and_neighbourhoods_add_up_to_the_pots(drawn, amounts) -> None:  # type: ignore[no-untyped-def]
    given_lists = practices(drawn)
    pots = pl.DataFrame(
        [(f"pot {at}", "ZI0", "Final WP", "overall_weighted_population", amount) for at, amount in enumerate(amounts)],
        schema=["pot", "commissioner_code", "weighted_population", "weight_column", "amount_pence"],
        orient="row",
    )
    members = MEMBERSHIPS.from_rows(
        [
            {
                "member_code": code, "parent_code": f"N{at % 2}", "relation": "practice_neighbourhood",
                "starts_on": date(2020, 4, 1), "ends_before": date(9999, 12, 31),
            }
            for at, code in enumerate(given_lists["practice_code"])
            if at % 4
        ]
    )  # fmt: skip
    placed = place_in_neighbourhoods(share_pots(given_lists, pots=pots), memberships=members, on=date(2025, 4, 1))
    added = add_up_neighbourhoods(placed)
    by_pot = added.group_by("pot").agg(pl.col("amount_pence").sum()).sort("pot")
    assert by_pot["amount_pence"].to_list() == amounts
    assert added["practices_count"].sum() == placed.height


@given(st.lists(st.tuples(st.integers(0, 11), st.integers(1, 10**9), st.floats(1, 20_000)), min_size=1, max_size=20))
def test_share_prescribing_is_conserved_in_every_month(drawn) -> None:  # type: ignore[no-untyped-def]
    codes = [f"Z{90001 + at}" for at in range(len(drawn))]
    spending = pl.DataFrame(
        {
            "practice_code": codes,
            "month": [201901 + month for month, _, _ in drawn],
            "net_ingredient_cost_pence": [pence for _, pence, _ in drawn],
        }
    )
    weights = pl.DataFrame({"practice_code": codes, "prescribing_weighted_population": [need for *_, need in drawn]})
    months = share_prescribing(spending, lists=weights).group_by("month").agg(pl.col("variance_pence").sum())
    assert set(months["variance_pence"]) == {0}


@given(lists)
def test_flag_atypical_lists_flags_each_list_once_and_says_why(drawn) -> None:  # type: ignore[no-untyped-def]
    weighted = index_need(
        practices(drawn).with_columns(
            pl.lit("2025-26").alias("list_year"),
            pl.lit("overall").alias("component"),
            pl.col("overall_weighted_population").alias("weighted_population"),
        )
    )
    flags = flag_atypical_lists(weighted, policy=TODAY, on=date(2025, 4, 1))
    assert flags["practice_code"].n_unique() == flags.height == len(drawn)
    assert flags.filter(pl.col("is_atypical") != pl.col("list_note").is_not_null()).is_empty()
