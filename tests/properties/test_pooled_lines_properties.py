"""Whatever two owners agree and spend, what they bear is what they spent, and settlements cancel."""

from datetime import date

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from pbc.methods.budgets.pooled_lines import share_pooled_lines
from pbc.tables import POOLED_LINES, POOLED_SPENDING

PENCE = st.integers(-(10**9), 10**11)


@given(
    put_in=st.integers(0, 1_000_000), bears=st.integers(0, 1_000_000), first=st.integers(1, 12), signed=st.booleans(),
    months=st.lists(st.tuples(PENCE, PENCE, PENCE, PENCE), min_size=1, max_size=12),
)  # fmt: skip
def test_owners_bear_what_was_spent(
    put_in: int, bears: int, first: int, signed: bool, months: list[tuple[int, int, int, int]]
) -> None:
    line = dict(line_code="CARE", line_name="Beds", starts_on=date(2025, 4, 1), signed_on=date(2025, 4, 1))
    whole = 1_000_000
    lines = POOLED_LINES.from_rows(
        [
            line | dict(owner_code="A", owner_kind="nhs", year_starts_month_number=4, contribution_millionths=put_in,
                        risk_millionths=bears, signed_by="A director"),
            line | dict(owner_code="B", owner_kind="local_authority", year_starts_month_number=first,
                        contribution_millionths=whole - put_in, risk_millionths=whole - bears,
                        signed_by="A director" if signed else None),
        ]
    )  # fmt: skip
    numbers = [202504 + at if at < 9 else 202592 + at for at in range(len(months))]
    spending = POOLED_SPENDING.from_rows(
        [
            {"line_code": "CARE", "month": number, "owner_code": code, "budget_pence": budget, "spent_pence": spent}
            for number, (b1, s1, b2, s2) in zip(numbers, months, strict=True)
            for code, budget, spent in (("A", b1, s1), ("B", b2, s2))
        ]
    )
    found = share_pooled_lines(lines, spending=spending)
    sums = found.group_by("month").agg(pl.col("borne_pence", "spent_pence", "settlement_pence").sum())
    assert (sums["borne_pence"] == sums["spent_pence"]).all()
    assert (sums["settlement_pence"] == 0).all()
    assert signed or (found["settlement_pence"] == 0).all()
    assert set(found["is_shared"]) == {signed}
