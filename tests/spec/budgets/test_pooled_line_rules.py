"""Lines pooled with a local authority.

Two owners, each with its own financial year, put money together and share the risk by what both signed. Nothing is shared without.
"""

from datetime import date
from typing import Any

import polars as pl
import pytest

from pbc.errors import RefusedInput
from pbc.methods.budgets.pooled_lines import share_pooled_lines
from pbc.tables import POOLED_LINES, POOLED_POSITIONS, POOLED_SPENDING

SIGNED = dict(
    starts_on=date(2025, 4, 1), ends_before=date(2026, 4, 1), signed_by="Two directors", signed_on=date(2025, 3, 20)
)


def owners(**changed: Any) -> pl.DataFrame:
    """A board that puts in 60% and bears half, and a council whose year starts in January with the rest."""
    board = dict(
        owner_code="ZI1",
        owner_kind="nhs",
        year_starts_month_number=4,
        contribution_millionths=600_000,
        risk_millionths=500_000,
    )
    council = dict(
        owner_code="ZL1", owner_kind="local_authority", year_starts_month_number=1, contribution_millionths=400_000,
        risk_millionths=500_000,
    )  # fmt: skip
    line = {"line_code": "CARE", "line_name": "Community beds"} | SIGNED
    return POOLED_LINES.from_rows([line | board, line | council | changed])


def spending(*rows: tuple[int, int, int, int, int]) -> pl.DataFrame:
    """Month, the board's budget and spending, the council's; in pence."""
    return POOLED_SPENDING.from_rows(
        [
            {"line_code": "CARE", "month": month, "owner_code": code, "budget_pence": budget, "spent_pence": spent}
            for month, b1, s1, b2, s2 in rows
            for code, budget, spent in (("ZI1", b1, s1), ("ZL1", b2, s2))
        ]
    )


def shared(lines: pl.DataFrame, paid: pl.DataFrame) -> pl.DataFrame:
    found = share_pooled_lines(lines, spending=paid)
    assert POOLED_POSITIONS.check(found) == []
    sums = found.group_by("month").agg(pl.col("borne_pence", "spent_pence", "settlement_pence").sum())
    assert (sums["borne_pence"] == sums["spent_pence"]).all()
    assert (sums["settlement_pence"] == 0).all()
    return found


def test_contribution_and_risk_are_shared_as_signed_and_settled() -> None:
    """Given a pool of 1,000 of which 1,200 was spent, all by the board, then it bears 600 and 100 and is paid 500 by the council."""
    found = shared(owners(), spending((202504, 1_000, 1_200, 0, 0)))
    columns = ("owner_code", "contribution_pence", "risk_pence", "borne_pence", "settlement_pence", "is_shared")
    assert found.select(columns).rows() == [("ZI1", 600, 100, 700, -500, True), ("ZL1", 400, 100, 500, 500, True)]


@pytest.mark.parametrize("name", ["signed_by", "signed_on", "risk_millionths", "contribution_millionths", "starts_on"])
def test_nothing_is_shared_where_an_owner_has_not_signed(name: str) -> None:
    """Given a council whose signature, day or part is missing, then each bears what it spent and nothing is settled."""
    found = shared(owners(**{name: None}), spending((202504, 1_000, 1_200, 0, 0)))
    assert found.select("borne_pence", "settlement_pence", "is_shared").rows() == [(1_200, 0, False), (0, 0, False)]


@pytest.mark.parametrize(
    "changed, month, is_shared",
    [
        ({}, 202503, False), ({}, 202504, True), ({}, 202603, True), ({}, 202604, False), ({"ends_before": None}, 202603, True),
        ({"signed_on": date(2025, 6, 15)}, 202506, False), ({"signed_on": date(2025, 6, 1)}, 202506, True),
    ],
)  # fmt: skip
def test_agreement_holds_in_whole_months_from_its_signature_to_its_end(
    changed: dict[str, Any], month: int, is_shared: bool
) -> None:
    """Given an agreement for 2025/26, then no month before, after, or begun before both had signed is shared."""
    assert set(shared(owners(**changed), spending((month, 10, 10, 0, 0)))["is_shared"]) == {is_shared}


def test_sums_to_date_run_in_each_owners_own_year() -> None:
    """Given a year from April and one from January, then in January the council's sums begin anew and the board's go on."""
    found = shared(owners(), spending((202512, 100, 100, 0, 0), (202601, 100, 100, 0, 0)))
    columns = ("month", "owner_code", "year_starts_on", "borne_to_date_pence", "settlement_to_date_pence")
    assert found.select(columns).rows() == [
        (202512, "ZI1", date(2025, 4, 1), 60, -40), (202512, "ZL1", date(2025, 1, 1), 40, 40),
        (202601, "ZI1", date(2025, 4, 1), 120, -80), (202601, "ZL1", date(2026, 1, 1), 40, 40),
    ]  # fmt: skip


def test_pence_are_parted_so_that_the_months_add_up() -> None:
    """Given a penny a month for five months at 60% and 40%, then three and two."""
    found = shared(owners(), spending(*((202504 + at, 1, 1, 0, 0) for at in range(5))))
    assert found.group_by("owner_code").agg(pl.col("borne_pence").sum()).sort("owner_code")[
        "borne_pence"
    ].to_list() == [3, 2]


def test_what_cannot_be_is_refused() -> None:
    """Given parts that are not 1, a line of one owner, or a month one is missing from, then a refusal."""
    paid = spending((202504, 1, 1, 1, 1))
    with pytest.raises(RefusedInput, match="do not add up"):
        share_pooled_lines(owners(risk_millionths=400_000), spending=paid)
    with pytest.raises(RefusedInput, match="two owners"):
        share_pooled_lines(owners().head(1), spending=paid)
    with pytest.raises(RefusedInput, match="each of its owners"):
        share_pooled_lines(owners(), spending=paid.head(1))
