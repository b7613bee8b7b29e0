"""An allocation over years says with its sign how far from target each year is, and whether it comes nearer."""

import polars as pl
import pytest

from pbc.reports.pooled_lines import path_table

NEAR, FAR = "nearer to its target than it began", "further from its target than it began"


@pytest.mark.parametrize(
    ("ratios", "cells", "said"),
    [
        ([0.01, 0.02], ["+1.00%", "+2.00%"], FAR), ([-0.02, 0.01], ["−2.00%", "+1.00%"], NEAR),
        ([0.01, -0.01], ["+1.00%", "−1.00%"], "as far from its target as it began"), ([0.01, None], ["+1.00%", "None"], ""),
    ],
)  # fmt: skip
def test_distance_has_its_sign_and_its_way(ratios: list[float | None], cells: list[str], said: str) -> None:
    paths = pl.DataFrame(
        {
            "commissioner_code": "P", "financial_year": ["2009-10", "2010-11"], "rule": "growth_only", "source": "paths.csv",
            "distance_ratio": ratios, "figure_id": ["a", "b"],
        }
    ).with_columns(
        **{f"{name}_pence": pl.lit(0) for name in ("before", "rebased", "growth", "convergence", "closing", "target")}
    )  # fmt: skip
    shown = path_table(paths, title="P").table
    assert [row[-2] for row in shown.rows] == cells
    assert ("it ends" in shown.note) == bool(said)
    assert said in shown.note
