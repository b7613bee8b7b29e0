"""Completion: given how earlier months filled up, then how much of a month has usually come so long after it."""

from __future__ import annotations

import polars as pl

from pbc.methods.forecasting import list_data_ages, measure_completion
from pbc.methods.forecasting.completion import COUNTS
from pbc.periods import Month

JULY = Month(2009, 7)


def counts(*rows: tuple[int, int, int]) -> pl.DataFrame:
    given = [(delivered, month, "outpatients", held) for delivered, month, held in rows]
    return pl.DataFrame(given, schema=COUNTS, orient="row")


HELD = counts(
    (200904, 200904, 90), (200905, 200904, 8), (200906, 200904, 2), (200905, 200905, 180), (200907, 200905, 20), (200907, 200907, 99)
)  # fmt: skip


def received(*months: int) -> pl.DataFrame:
    return pl.DataFrame({
        "month": pl.Series(months, dtype=pl.Int32), "setting": "outpatients", "received_at": "2009-08-15T00:00:00Z",
        "refused_count": 3, "is_left_out": False,
    })  # fmt: skip


def test_part_that_has_come_is_counted_over_months_that_are_full() -> None:
    """Given April full at 100 with 90 at once and 8 a month later, May full at 200 with 180 at once, then 90% and 92.7%."""
    found = measure_completion(HELD, reached=JULY, full_after=2)
    assert found["completion_ratio"].round(3).to_list() == [0.9, 0.927, 1.0]
    assert found["months_count"].to_list() == [2, 2, 2]


def test_month_not_yet_full_tells_nothing_of_completion() -> None:
    """Given a month counts as full after three months, then in July only April is measured."""
    assert measure_completion(HELD, reached=JULY, full_after=3)["completion_ratio"].round(2).to_list() == [
        0.9,
        0.98,
        1.0,
        1.0,
    ]


def test_month_whose_own_delivery_never_came_is_not_measured() -> None:
    """Given late rows of March with April's delivery and none of March's own, then March measures nothing."""
    assert measure_completion(counts((200904, 200903, 5)), reached=JULY, full_after=2).is_empty()


def test_held_is_set_against_the_usual_by_now() -> None:
    """Given full months of 100 and 200, the middle 4.9 a day, and 90% at once, then 136 are usual in July, and 99 held are 73%."""
    row = list_data_ages(HELD, received=received(200907), month=JULY, full_after=2).row(0, named=True)
    assert (row["usual_count"], round(row["usual_ratio"], 2), row["refused_count"]) == (136, 0.73, 3)


def test_month_that_never_came_stands_at_nought_beside_the_usual() -> None:
    """Given nothing of June, then none held of 136 usual a month later."""
    row = list_data_ages(HELD, received=received(200906), month=JULY, full_after=2).row(0, named=True)
    assert (row["activity_count"], row["usual_count"], row["usual_ratio"]) == (0, 136, 0.0)


def test_without_a_past_nothing_is_usual() -> None:
    """Given one month alone, then its age is told and no share of anything."""
    row = list_data_ages(counts((200907, 200907, 9)), received=received(200907), month=JULY, full_after=2).row(
        0, named=True
    )
    assert (row["activity_count"], row["usual_count"], row["completion_ratio"]) == (9, None, None)


def test_short_month_is_held_against_a_short_usual() -> None:
    """Given January and March of 310 visits and February of 280, all 10 a day, then 280 are usual in February: none is missing."""
    held = counts((201001, 201001, 310), (201002, 201002, 280), (201003, 201003, 310))
    ages = list_data_ages(held, received=received(201002), month=Month(2010, 6), full_after=3)
    assert ages.select("usual_count", "usual_ratio").row(0) == (280, 1.0)
