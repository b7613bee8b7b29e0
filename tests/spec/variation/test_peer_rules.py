"""Similar practices: given what is known of lists, then who is most alike, and what care costs there a person."""

from __future__ import annotations

import polars as pl

from pbc.methods.variation import compare_with_peers, find_peers
from pbc.methods.variation.peers import list_used

PRACTICES = pl.DataFrame({
    "practice_code": ["A", "B", "C", "D"], "need_index": [1.0, 1.0, 1.4, None], "list_size_log": [8.0, 9.0, 8.0, 8.0],
    "share_65_plus": [0.2] * 4,
})  # fmt: skip


def costs(**pence: int) -> pl.DataFrame:
    return pl.DataFrame({
        "practice_code": list(pence), "service": "outpatients", "actual_pence": list(pence.values()), "weighted_population": 10.0,
    })  # fmt: skip


def test_each_criterion_is_counted_in_standard_deviations() -> None:
    """Given B differs in size alone and C in need alone, each by as many deviations, then both are as far from A: by code."""
    found = find_peers(PRACTICES, practice_code="A", count=5)
    assert found["practice_code"].to_list() == ["B", "C"]
    assert found["distance_ratio"].n_unique() == 1


def test_practice_that_lacks_a_criterion_is_nobodys_peer() -> None:
    """Given nothing is known of D's need, then it is not among A's peers."""
    assert "D" not in find_peers(PRACTICES, practice_code="A", count=5)["practice_code"].to_list()


def test_criterion_the_practice_lacks_is_not_used_for_it() -> None:
    """Given D's need is not known, then D is compared by size alone."""
    assert list_used(PRACTICES, practice_code="D") == ["list_size_log"]
    assert find_peers(PRACTICES, practice_code="D", count=1)["practice_code"].to_list() == ["A"]


def test_criterion_in_which_nobody_differs_is_not_used() -> None:
    """Given all have a fifth of people over 65, then age says nothing."""
    assert "share_65_plus" not in list_used(PRACTICES, practice_code="A")


def test_practice_of_which_nothing_is_known_has_no_peers() -> None:
    """Given a code nobody knows, then nobody is like it."""
    assert find_peers(PRACTICES, practice_code="Z", count=3).is_empty()


def test_cost_a_person_is_held_beside_the_middle_and_the_middle_half() -> None:
    """Given 10 weighted people each and peers at 1 to 5 a person, then 4 of A stands beside 3, half of them from 2 to 4."""
    found = compare_with_peers(costs(A=40, B=10, C=20, D=30, E=40, F=50), practice_code="A", peers=list("BCDEF"))
    assert found.row(0) == ("outpatients", 4.0, 3.0, 2.0, 4.0, 5)


def test_fewer_than_five_peers_are_too_few() -> None:
    """Given four peers, then no comparison."""
    assert compare_with_peers(costs(A=40, B=10, C=20, D=30, E=40), practice_code="A", peers=list("BCDE")).is_empty()


def test_practice_without_weighted_people_is_no_peer_in_that_service() -> None:
    """Given F has nobody weighted for outpatients, then four are left, and those are too few."""
    rows = costs(A=40, B=10, C=20, D=30, E=40, F=50).with_columns(
        weighted_population=pl.when(pl.col("practice_code") == "F").then(0.0).otherwise(10.0)
    )
    assert compare_with_peers(rows, practice_code="A", peers=list("BCDEF")).is_empty()


def test_cost_that_is_hidden_is_left_out() -> None:
    """Given F's cost is hidden, then four peers are left, and those are too few."""
    rows = costs(A=40, B=10, C=20, D=30, E=40, F=50).with_columns(
        actual_pence=pl.when(pl.col("practice_code") == "F").then(None).otherwise(pl.col("actual_pence"))
    )
    assert compare_with_peers(rows, practice_code="A", peers=list("BCDEF")).is_empty()
