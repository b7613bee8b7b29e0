"""The same arithmetic on a made-up England, so that it is held where the published files are not to be had."""

from pathlib import Path

import polars as pl
import pytest

from pbc.flows.journey import Journey
from pbc.flows.share_fairly import share_fairly
from pbc.periods import FinancialYear
from pbc.policy import load_policy
from pbc.sources.published.weighted_populations import read_weighted_population

TODAY = load_policy("england-2025")


def test_targets_of_a_made_up_england_are_reproduced(made_up_england: Path) -> None:
    result = share_fairly(made_up_england, year=FinancialYear(2018), policy=TODAY, journey=Journey())
    published = read_weighted_population(made_up_england / "made_up_2018_19.csv", year="2018-19").rows
    both = result.shares.join(published, on="practice_code")
    out = both.select((pl.col("target_pence") / 100 - pl.col("target_before_remoteness_pounds")).abs().max()).item()
    assert (result.shares.height, result.shares["target_pence"].sum()) == (60, result.total_pence)
    assert out < 0.02
    assert result.shares["need_index_england"].to_list() == pytest.approx(both["published_need_index"].to_list())


def test_resource_of_a_made_up_england_is_shared_to_the_penny(made_up_england: Path) -> None:
    result = share_fairly(
        made_up_england, year=FinancialYear(2025), policy=TODAY, journey=Journey(), resource_pence=123_456_789_01
    )
    assert result.shares["target_pence"].sum() == 123_456_789_01
    assert set(result.shares["commissioner_code"]) == {"ZI1", "ZI2"}
