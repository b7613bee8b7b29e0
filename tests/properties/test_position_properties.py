"""Positions of a year end: money is conserved, never taken back, and every walk adds up."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from pbc.methods.savings import POSITIONS, split_release, trace_positions
from pbc.periods import FinancialYear
from pbc.policy import load_policy
from pbc.tables import BUDGET_POSITIONS, FREED_UP_RESOURCES

YEAR = FinancialYear(2009)
POLICY = load_policy("england-2005")
CODES = st.sampled_from(["A", "B", "C"])
money = st.integers(-(10**10), 10**10)
NAMES = (
    "activity_budget_pence", "activity_actual_pence", "price_effect_pence", "prescribing_budget_pence",
    "prescribing_actual_pence", "bill_adjustment_pence",
)  # fmt: skip


def freed(kept: dict[str, int]) -> pl.DataFrame:
    same = {"financial_year": YEAR.slug, "unit_kind": "cluster", "basis": "bill", "budget_pence": 0, "actual_pence": 0, "is_shared": True,
            "gross_underspend_pence": 0, "freed_up_pence": 0, "commissioner_pence": 0, "retained_share": 0.7, "label": "x", "rule": "x",
            "parameter": "x"}  # fmt: skip
    return FREED_UP_RESOURCES.from_rows(
        [{**same, "unit_code": code, "retained_pence": pence} for code, pence in kept.items()]
    )


@given(st.lists(st.dictionaries(CODES, st.integers(0, 10**10)), min_size=3, max_size=3))
def test_released_never_falls_and_every_penny_is_told(kept: list[dict[str, int]]) -> None:
    before, released = None, dict.fromkeys("ABC", 0)
    for position, amounts in zip(POSITIONS, kept, strict=True):
        found = split_release(freed(amounts), position=position, year=YEAR, policy=POLICY, before=before)
        for row in found.to_dicts():
            assert row["retained_pence"] == row["released_pence"] + row["held_back_pence"] - row["over_released_pence"]
            assert min(row["released_now_pence"], row["held_back_pence"], row["over_released_pence"]) >= 0
            assert not (row["held_back_pence"] and row["over_released_pence"])
            assert row["released_pence"] >= released[row["unit_code"]] == row["released_before_pence"]
            assert row["retained_pence"] == amounts.get(row["unit_code"], 0)
            released[row["unit_code"]] = row["released_pence"]
        assert sum(released.values()) == found["released_pence"].sum()
        before = found
    assert before is not None
    assert before["held_back_pence"].sum() == 0


@settings(max_examples=40)
@given(
    st.lists(st.tuples(CODES, st.lists(money, min_size=6, max_size=6)), max_size=3, unique_by=lambda row: row[0]),
    st.lists(st.tuples(CODES, st.lists(money, min_size=6, max_size=6)), max_size=3, unique_by=lambda row: row[0]),
    money,
)
def test_walk_adds_up_from_position_to_position(
    now: list[tuple[str, list[int]]], then: list[tuple[str, list[int]]], late: int
) -> None:
    def positions(rows: list[tuple[str, list[int]]]) -> pl.DataFrame:
        same = {
            "financial_year": YEAR.slug,
            "statement_month": 201003,
            "commissioner_code": "P",
            "list_size": 1,
            "months_count": 12,
        }
        return BUDGET_POSITIONS.from_rows(
            [{**same, "practice_code": code, **dict(zip(NAMES, sums, strict=True))} for code, sums in rows]
        )

    came = pl.DataFrame({"practice_code": ["A"], "plan_price_pence": [late]})
    found = trace_positions(positions(now), before=positions(then), late=came, position="final", year=YEAR)
    names = ("before", "budget", "late_data", "restatement", "prescribing", "price", "terms")
    causes = pl.sum_horizontal(f"{name}_pence" for name in names)
    assert (found.select(causes).to_series() == found["now_pence"]).all()
    assert found.height == 2 * len({code for code, _ in [*now, *then]})
    bill = found.filter(pl.col("basis") == "bill")
    assert bill["now_pence"].sum() == sum(s[0] + s[3] - s[1] - s[2] - s[4] - s[5] for _, s in now)
