"""Protecting a demonstrated saving: given past activity and a protection, then the baseline, the budget and its lines."""

from __future__ import annotations

import polars as pl
import pytest
from tests.spec.budgets.test_budget_rules import YEAR, lists, past, resources, steps

from pbc.errors import RefusedInput
from pbc.methods.budgets.lines import NEED, stack_lines
from pbc.methods.budgets.opening import set_historic
from pbc.methods.budgets.protection import add_protected, list_protected, split_protected
from pbc.methods.budgets.set_budgets import keep_historic
from pbc.periods import FinancialYear
from pbc.tables import BUDGET_PROTECTIONS


def protect(code: str, pence: int, **more: object) -> pl.DataFrame:
    given = {"practice_code": code, "service": "outpatients", "first_year": "2009-10", "amount_pence": pence,
             "years_count": None, "decision": "PEC 7", "reason": "Fewer follow-ups."}  # fmt: skip
    return BUDGET_PROTECTIONS.from_rows([given | more])


def budget(protections: pl.DataFrame | None, *, total: int = 1000) -> pl.DataFrame:
    protected = list_protected(protections, year=YEAR, usual_years=3)
    base = add_protected(past(A=400, B=500), protected=protected)
    standing = set_historic(base, weighted_lists=lists(A=1, B=1), resources=resources(outpatients=total))
    held = keep_historic(split_protected(standing, protected=protected))
    return stack_lines(held, year=YEAR, pace=NEED, is_blend=True)


def test_protected_saving_is_added_back_before_the_uplift() -> None:
    """Given £4 and £5 of past, £1 of A's saving protected and £10 to share, then A and B open with £5 each."""
    lines = budget(protect("A", 100))
    assert steps(lines, "A") == {"historic": 400, "saving_protected": 100}
    assert steps(lines, "B") == {"historic": 500}
    reason = lines.filter(pl.col("step") == "saving_protected")["reason"].to_list()
    assert reason == ["Fewer follow-ups. (PEC 7, to 2011-12)"]


def test_nothing_is_protected_unless_a_protection_is_given() -> None:
    """Given no protection, then the past alone opens the budget and no line speaks of savings."""
    assert steps(budget(None, total=900), "A") == {"historic": 400}


def test_protection_lasts_its_own_years_or_the_usual_ones() -> None:
    """Given two years from 2009/10, or none named and three usual, then it holds in 2 or 3 years and no longer."""
    years = [FinancialYear(start) for start in range(2008, 2013)]
    for named, lasts in ((2, [0, 1, 1, 0, 0]), (None, [0, 1, 1, 1, 0])):
        shown = protect("A", 100, years_count=named)
        assert [list_protected(shown, year=year, usual_years=3).height for year in years] == lasts


def test_several_savings_of_one_line_are_protected_together() -> None:
    """Given two decisions of £1 and £2 on one line, then £3 is protected and both are told."""
    both = pl.concat([protect("A", 100), protect("A", 200, decision="PEC 8")])
    found = list_protected(both, year=YEAR, usual_years=1).row(0, named=True)
    assert found["protected_pence"] == 300
    assert "PEC 7" in found["protected_reason"]
    assert "PEC 8" in found["protected_reason"]


@pytest.mark.parametrize(
    "changed, words",
    [
        ({"amount_pence": 0}, "above nothing"),
        ({"reason": " "}, "needs its reason"),
        ({"decision": ""}, "needs its reason and the decision"),
        ({"practice_code": "Z"}, "no past activity to protect"),
    ],
)
def test_protection_without_amount_reason_decision_or_past_is_refused(changed: dict[str, object], words: str) -> None:
    """Given a protection of nothing, without reason or decision, or of a line without a past, then it is refused."""
    with pytest.raises(RefusedInput, match=words):
        budget(protect("A", 100, **changed))
