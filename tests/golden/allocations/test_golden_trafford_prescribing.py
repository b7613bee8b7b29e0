"""NHS Trafford: 32 real practices, £37.66m of prescribing in calendar 2019, shared by the need of 2018/19."""

from pathlib import Path

import polars as pl
import pytest

from pbc.errors import RefusedInput
from pbc.flows.journey import Journey
from pbc.flows.state_published_prescribing import state_published_prescribing
from pbc.policy import load_policy
from pbc.reports.published_statement import PublishedStatement

pytestmark = pytest.mark.published


def stated(folder: Path, code: str = "02A", year: int = 2019) -> PublishedStatement:
    return state_published_prescribing(
        folder, commissioner_code=code, year=year, policy=load_policy("england-2025"), journey=Journey()
    )


def test_trafford_prescribing_is_as_published(published_data: Path) -> None:
    """£37,656,923 of net ingredient cost, month by month, for 32 practices; shares add up to it in every month."""
    shown = stated(published_data)
    assert (shown.practices.height, shown.months.height) == (32, 32 * 12)
    assert shown.total_pence == pytest.approx(3_765_692_326, abs=200)  # 384 published figures, rounded to the penny
    by_month = shown.months.group_by("month").agg(pl.col("actual_pence", "fair_share_pence").sum())
    assert by_month.filter(pl.col("actual_pence") != pl.col("fair_share_pence")).is_empty()
    assert shown.practices["variance_pence"].sum() == 0


def test_trafford_rows_each_carry_their_years_and_sources(published_data: Path) -> None:
    shown = stated(published_data)
    for frame in (shown.practices, shown.months):
        assert set(frame["prescribing_period"]) == {"calendar 2019"}
        assert set(frame["need_year"]) == {"2018/19"}
        assert frame["prescribing_source"].null_count() + frame["need_source"].null_count() == 0


def test_trafford_centres_without_a_list_are_named_not_shared_with(published_data: Path) -> None:
    """Walk-in, out of hours and community prescribing stand in a note with their cost."""
    note = " ".join(stated(published_data).notes)
    assert all(code in note for code in ("Y03507", "Y06139", "Y03908"))


def test_statement_of_published_files_refuses_other_years_and_bodies(published_data: Path) -> None:
    with pytest.raises(RefusedInput, match="2019"):
        stated(published_data, year=2018)
    with pytest.raises(RefusedInput, match="99Z"):
        stated(published_data, code="99Z")
