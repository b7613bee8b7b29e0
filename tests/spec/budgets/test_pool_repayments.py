"""What was due to the risk pool: given budgets and who owes what of the year before, then what comes off which line."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from pbc.errors import RefusedInput
from pbc.methods.budgets.lines import add_up_budgets
from pbc.methods.budgets.repayments import DUE, apply_repayments, list_due
from pbc.tables import BUDGET_LINES, OVERSPEND_YEARS

PLACES = pl.DataFrame({"practice_code": ["A", "B", "C"], "cluster": ["ZC1", "ZC1", "none"]})


def line(practice: str, service: str, pence: int, form: str = "activity_price") -> dict[str, Any]:
    return {
        "financial_year": "2010-11", "practice_code": practice, "service": service, "sequence": 10, "step": "historic",
        "amount_pence": pence, "payment_form": form, "rule": "R2.4", "parameter": None, "reason": "Past.",
    }  # fmt: skip


LINES = BUDGET_LINES.from_rows([
    line("A", "outpatients", 300), line("A", "elective", 100), line("A", "community", 900, "apportioned"),
    line("B", "outpatients", 800), line("C", "outpatients", 50),
])  # fmt: skip


def due(*rows: tuple[str, str, int]) -> pl.DataFrame:
    return pl.DataFrame([("ZP1", *row) for row in rows], schema=DUE, orient="row")


def taken(*rows: tuple[str, str, int]) -> dict[tuple[str, str], int]:
    """What comes off each practice and service."""
    lines = apply_repayments(LINES, due=due(*rows), places=PLACES).filter(pl.col("sequence") == 75)
    BUDGET_LINES.require(lines, where="test")
    return {row[:2]: row[2] for row in lines.select("practice_code", "service", "amount_pence").rows()}


@pytest.mark.parametrize(
    "owing, found",
    [
        pytest.param([("practice", "A", 40)], {("A", "outpatients"): -30, ("A", "elective"): -10}, id="a practice's by its services"),
        pytest.param([("cluster", "ZC1", 12)], {("A", "outpatients"): -3, ("A", "elective"): -1, ("B", "outpatients"): -8},
                     id="a cluster's by its practices"),
        pytest.param([("cluster", "ZC1", 12), ("practice", "B", 5)],
                     {("A", "outpatients"): -3, ("A", "elective"): -1, ("B", "outpatients"): -13}, id="both in one line"),
        pytest.param([("practice", "A", 400), ("cluster", "ZC1", 800)],
                     {("A", "outpatients"): -300, ("A", "elective"): -100, ("B", "outpatients"): -800}, id="a cluster's off what is left"),
        pytest.param([("practice", "Z", 40), ("cluster", "ZC9", 1)], {}, id="of nobody here, nothing"),
        pytest.param([], {}, id="nothing due"),
    ],
)  # fmt: skip
def test_what_is_due_comes_off_the_holders_lines(
    owing: list[tuple[str, str, int]], found: dict[tuple[str, str], int]
) -> None:
    """In proportion to the budgets, to the penny; what is shared out by head carries none."""
    assert taken(*owing) == found


def test_line_tells_who_owed_what_and_by_which_value() -> None:
    """Rule, policy value and a sentence that names holder, year and sum."""
    row = (
        apply_repayments(LINES, due=due(("practice", "C", 20)), places=PLACES)
        .filter(step="pool_repayment")
        .row(0, named=True)
    )
    assert (row["rule"], row["parameter"]) == ("R3.6", "pool.unpaid_rule")
    assert row["reason"] == (
        "£0.20 was due to the risk pool by C in 2009/10 and not met from savings: it comes off this budget."
    )


def test_more_than_a_holders_budget_is_refused_by_name() -> None:
    """A budget may fall to nothing, not below."""
    with pytest.raises(
        RefusedInput,
        match=r"more than is left of its budget.*C, budgets of 2010/11; found £0.51; expected at most £0.50",
    ):
        apply_repayments(LINES, due=due(("practice", "C", 51)), places=PLACES)
    whole = add_up_budgets(apply_repayments(LINES, due=due(("practice", "C", 50)), places=PLACES))
    assert whole.filter(practice_code="C")["budget_pence"].to_list() == [0]


def test_practice_and_its_cluster_together_take_no_budget_below_nothing() -> None:
    """B's own 5 come first; of 1,200 held by A and B its cluster can then meet 1,195."""
    with pytest.raises(RefusedInput, match=r"ZC1, budgets of 2010/11; found £12.00; expected at most £11.95"):
        taken(("cluster", "ZC1", 1200), ("practice", "B", 5))
    found = taken(("cluster", "ZC1", 1195), ("practice", "B", 5))
    assert found == {("A", "outpatients"): -300, ("A", "elective"): -100, ("B", "outpatients"): -800}


def test_what_is_due_stands_under_who_answers_now() -> None:
    """A practice taken over since: who took it over repays what both owe; a cluster keeps its code."""
    text = {"standing": "over", "rule": "R3.2", "parameter": "pool.persistent_years", "reason": "Over budget."}
    names = [name for name in OVERSPEND_YEARS.polars_schema if name.endswith(("_pence", "_count"))]
    rows = [
        {"financial_year": "2009-10", "unit_kind": kind, "unit_code": code, "commissioner_code": "ZP1", "is_incentive_lost": False}
        | dict.fromkeys(names, 0) | text | {"from_next_budget_pence": pence}
        for kind, code, pence in (("practice", "A", 5), ("practice", "OLD", 7), ("cluster", "OLD", 1), ("practice", "B", 0))
    ]  # fmt: skip
    found = list_due(OVERSPEND_YEARS.from_rows(rows), heirs={"OLD": "A"})
    assert found.rows() == [("ZP1", "cluster", "OLD", 1), ("ZP1", "practice", "A", 12)]
