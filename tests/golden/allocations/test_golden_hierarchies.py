"""The history of England's organisations, where its files are: Trafford and Bolton as then and as now."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pbc.flows.read_hierarchies import Hierarchies, read_hierarchies


@pytest.fixture(scope="module")
def england(published_data: Path) -> Hierarchies:
    return read_hierarchies(published_data)


def paid_for(england: Hierarchies, code: str, day: date) -> set[str]:
    rows = england.memberships.filter(
        pl.col("parent_code") == code, pl.col("relation") == "practice_commissioner",
        pl.col("starts_on") <= day, pl.col("ends_before") > day,
    )  # fmt: skip
    return set(rows["member_code"])


@pytest.mark.parametrize(("pct", "ccg", "then", "later"), [("5NR", "02A", 37, 32), ("5HQ", "00T", 49, 50)])
def test_a_trust_of_2010_is_answered_for_by_its_group(
    england: Hierarchies, pct: str, ccg: str, then: int, later: int
) -> None:
    took_over = england.membership_sources.filter(pl.col("relation") == "succeeds", pl.col("parent_code") == pct)
    assert took_over.select("member_code", "starts_on", "taken_over_share").rows() == [(ccg, date(2013, 4, 1), 1.0)]
    before, after = paid_for(england, pct, date(2010, 1, 1)), paid_for(england, ccg, date(2018, 4, 1))
    assert (len(before), len(after)) == (then, later)
    assert paid_for(england, ccg, date(2010, 1, 1)) == paid_for(england, pct, date(2018, 4, 1)) == set()


def test_england_has_one_history(england: Hierarchies) -> None:
    kinds = dict(england.organisations["organisation_kind"].value_counts().iter_rows())
    assert (kinds["sub_icb"], kinds["icb"], kinds["region"], kinds["sha"], kinds["provider"]) == (106, 42, 7, 10, 214)
    paid = england.memberships.filter(pl.col("relation") == "practice_commissioner")
    ordered = paid.sort("member_code", "starts_on").with_columns(
        before=pl.col("ends_before").shift().over("member_code")
    )
    assert ordered.filter(pl.col("before") > pl.col("starts_on")).is_empty()  # one commissioner on any day
    shares = england.membership_sources.filter(pl.col("relation") == "succeeds")
    sums = shares.group_by("parent_code").agg(pl.col("taken_over_share").sum())
    assert sums.filter((pl.col("taken_over_share") - 1).abs() > 1e-9).is_empty()
