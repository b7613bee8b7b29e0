"""England's unadjusted admitted waits, as the catalogue of published files gives them."""

from pathlib import Path

import polars as pl
import pytest

from pbc.sources.published.waits import TOTAL, WEEKS, read_waits


@pytest.mark.published
def test_waits_within_18_weeks_are_as_published(published_data: Path) -> None:
    """88.73% in March 2010 and 90.43% in December 2009, over the known total of the rows of all specialties."""
    read = read_waits(published_data / "waits/rtt_by_pct_2009_12_to_2010_05.csv.gz")
    total = read.rows.filter(pl.col("specialty_code") == TOTAL, pl.col("pathway") == "admitted")
    england = total.group_by("month").agg(pl.col("within_18_weeks_count", "known_count").sum())
    within = {
        month: round(100 * first / known, 2)
        for month, first, known in england.select("month", "within_18_weeks_count", "known_count").iter_rows()
    }
    assert (within[201003], within[200912]) == (88.73, 90.43)
    assert set(read.rejected["value_found"]) == {"YDD82"}
    assert read.rows.height + read.rejected.height == 54_960


def test_waits_of_a_made_up_pct_are_counted_from_the_weeks(tmp_path: Path) -> None:
    bands = [f">{week}-{week + 1}" for week in range(52)] + ["52 plus"]
    totals = ["Total number of incomplete pathways", "Total number of completed pathways (with a known clock start)"]
    heading = ["period", "pathway", "SHA Code", "PCT Code", "PCT Name", "Treatment Function Code", "Treatment Function"]
    weeks = ["1"] * 53
    lines = [
        [*heading, *bands, *totals],
        ["2010-03", "admitted", "ZQ1", "ZP1", "MADE-UP PCT", "AP100", "General Surgery", *weeks, "", "53"],
        ["2010-03", "incomplete", "ZQ1", "ZP1", "MADE-UP PCT", "IPX01", "Other", *weeks, "60", ""],
        ["2010-03", "admitted", "ZQ1", "YDD82", "A TRUST", "AP100", "General Surgery", *weeks, "", "53"],
    ]
    path = tmp_path / "waits.csv"
    path.write_text("\n".join(",".join(line) for line in lines) + "\n")
    read = read_waits(path)
    assert read.rows.select("pathway", "specialty_code", "known_count", "within_18_weeks_count").rows() == [
        ("admitted", "100", 53, 18),
        ("incomplete", "X01", 60, 18),
    ]
    assert read.rows.select(pl.sum_horizontal(WEEKS)).to_series().to_list() == [53, 53]
    assert read.rejected["rule"].to_list() == ["not_a_pct"]
