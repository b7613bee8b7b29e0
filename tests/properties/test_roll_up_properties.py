"""Tiers add up to the penny, whatever practices hold and wherever they stand."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from pbc.methods.statements.roll_up import APART_COLUMNS, add_up_tiers
from pbc.tables import BUDGET_STATEMENTS

CODES = [f"Z{at}" for at in range(6)]
money = st.integers(-(10**9), 10**9)
lines = st.lists(
    st.tuples(st.sampled_from(CODES), st.sampled_from(["outpatients", "planned_care"]), money, st.none() | money, st.booleans()),
    max_size=12, unique_by=lambda row: row[:2],
)  # fmt: skip
apart = st.lists(
    st.tuples(st.sampled_from(["P1", "P2"]), st.sampled_from(["not_attributed", "block"]), money), max_size=5
)


@given(lines, st.lists(st.integers(0, 2), min_size=6, max_size=6), apart)
def test_every_kind_of_unit_adds_up_to_the_same(
    given_lines: list[tuple[str, str, int, int | None, bool]], at: list[int], beside: list[tuple[str, str, int]]
) -> None:
    rows = []
    for code, item, actual, budget, shared in given_lines:
        cost = budget if shared and budget is not None else actual
        variance = None if budget is None or shared else actual - budget
        same = {"statement_month": 200909, "practice_code": code, "period": "year_to_date", "payment_form": "mixed",
                "actual_pence": cost, "budget_pence": budget, "variance_pence": variance}  # fmt: skip
        rows.append({**same, "cut": "service", "item": item})
    totals = [{**row, "cut": "total", "item": row["practice_code"] and "all"} for row in rows[:1]]
    statements = BUDGET_STATEMENTS.from_rows([*rows, *totals])
    tiers = {
        "cluster": [f"C{place}" for place in at],
        "commissioner": [f"P{place % 2 + 1}" for place in at],
        "region": ["R"] * 6,
    }
    units = pl.concat(
        pl.DataFrame({"practice_code": CODES, "unit_kind": kind, "unit_code": codes}) for kind, codes in tiers.items()
    )
    extra = [(kind, code if kind == "commissioner" else "R", "year_to_date", item, None, pence)
             for code, item, pence in beside for kind in ("commissioner", "region")]  # fmt: skip
    found = add_up_tiers(statements, units=units, apart=pl.DataFrame(extra, schema=APART_COLUMNS, orient="row"))
    whole = statements.filter(pl.col("cut") == "service")["actual_pence"].sum()
    for kind in tiers:
        of_kind = found.filter((pl.col("unit_kind") == kind) & (pl.col("cut") == "service"))
        assert of_kind["actual_pence"].sum() == whole
        told = of_kind.select(
            pl.col("budget_pence", "variance_pence").fill_null(0), "unbudgeted_pence"
        ).sum_horizontal()
        assert (told == of_kind["actual_pence"]).all()
    if not rows:
        return
    for kind in ("commissioner", "region"):
        bills = found.filter((pl.col("unit_kind") == kind) & (pl.col("cut") == "bill"))["actual_pence"].sum()
        assert bills == whole + sum(pence for _, _, pence in beside)
