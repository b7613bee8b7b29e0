"""Amending an agreed budget: given the lines and months agreed and a decision, then what is added, where, and what is refused."""

from __future__ import annotations

import polars as pl
import pytest

from pbc.errors import RefusedInput
from pbc.methods.budgets.amend import amend_lines, amend_profiles, amend_targets
from pbc.methods.budgets.amendments import require_amendments
from pbc.periods import FinancialYear, Month
from pbc.tables import BUDGET_AMENDMENTS, BUDGET_LINES, BUDGET_PROFILES, BUDGET_TARGETS

YEAR = FinancialYear(2009)
PAYERS = pl.DataFrame({"practice_code": ["A", "B", "C"], "commissioner_code": ["ZP1", "ZP1", "ZP2"]})


def agreed(**pence: int) -> pl.DataFrame:
    """Lines of outpatients by practice; of each, one hundredth was handed back to the risk pool."""
    steps = (("need", 30, 101), ("risk_pool", 60, -1))
    return BUDGET_LINES.from_rows([
        {"financial_year": "2009-10", "practice_code": code, "service": "outpatients", "sequence": sequence, "step": step,
         "amount_pence": amount * part // 100, "payment_form": "activity_price", "rule": "R2.11", "reason": "made up"}
        for code, amount in pence.items() for step, sequence, part in steps
    ])  # fmt: skip


def months(code: str, *pence: int) -> pl.DataFrame:
    return BUDGET_PROFILES.from_rows([
        {"financial_year": "2009-10", "practice_code": code, "service": "outpatients", "point_of_delivery": "OPFA",
         "month": month.number, "payment_form": "activity_price", "budget_pence": amount, "planned_activity": amount / 10}
        for month, amount in zip(YEAR.months(), pence, strict=False)
    ])  # fmt: skip


def decide(
    *amounts: tuple[str, int], kind: str = "virement", money_source: str = "practices", **more: object
) -> pl.DataFrame:
    given = {"financial_year": "2009-10", "amendment_number": 1, "service": "outpatients", "kind": kind, "money_source": money_source,
             "effective_month": 200906, "decision": "PEC 7", "reason": "A clinic moved."}  # fmt: skip
    return BUDGET_AMENDMENTS.from_rows(
        [given | {"practice_code": code, "amount_pence": amount} | more for code, amount in amounts]
    )


def expect_refusal(amendments: pl.DataFrame, words: str, *, closed_to: Month | None = None) -> None:
    lines = agreed(A=10_000, B=10_000, C=10_000)
    with pytest.raises(RefusedInput, match=words):
        require_amendments(amendments, lines=lines, payers=PAYERS, year=YEAR, closed_to=closed_to)


def test_amendment_is_one_more_line_and_touches_none_agreed() -> None:
    """Given £100 agreed and £5 moved from A to B, then each has a line of £5 with decision, month and source in its reason."""
    lines = agreed(A=10_000, B=10_000)
    found = amend_lines(lines, amendments=decide(("A", -500), ("B", 500)))
    added = found.join(lines, on=BUDGET_LINES.key, how="anti")
    assert added.select("practice_code", "step", "amount_pence").rows() == [
        ("A", "virement_1", -500),
        ("B", "virement_1", 500),
    ]
    assert added["reason"][0] == "A clinic moved. (PEC 7; between lines, from June 2009)"
    assert found.join(added, on=BUDGET_LINES.key, how="anti").equals(lines.sort(BUDGET_LINES.key))


def test_amended_amount_follows_the_months_left_and_leaves_earlier_ones() -> None:
    """Given months of 10, 10, 10 and 30 pence and 8 more from June, then they are 10, 10, 12 and 36 and buy as much more."""
    found = amend_profiles(months("A", 10, 10, 10, 30), amendments=decide(("A", 8)))
    assert found["budget_pence"].to_list() == [10, 10, 12, 36]
    assert found["planned_activity"].round(6).to_list() == [1.0, 1.0, 1.2, 3.6]


def test_amount_falls_evenly_where_the_months_left_hold_nothing() -> None:
    """Given nothing budgeted and 7 pence more from June, then June has 4 and July 3."""
    found = amend_profiles(months("A", 0, 0, 0, 0), amendments=decide(("A", 7)))
    assert found["budget_pence"].to_list() == [0, 0, 4, 3]


def test_amendment_never_takes_more_than_the_months_left_hold() -> None:
    """Given 40 pence left from June, then taking 40 empties the months and taking 41 is refused."""
    held = months("A", 10, 10, 10, 30)
    assert amend_profiles(held, amendments=decide(("A", -40)))["budget_pence"].to_list() == [10, 10, 0, 0]
    with pytest.raises(RefusedInput, match="more than the line still holds"):
        amend_profiles(held, amendments=decide(("A", -41)))


def test_fair_share_stays_as_agreed_when_the_budget_is_amended() -> None:
    """Given a fair share of £80 and a budget of £100 that becomes £120, then the distance grows and the share stays."""
    rows = [
        {"financial_year": "2009-10", "practice_code": "A", "service": service, "target_pence": 8_000,
         "budget_pence": 10_000, "closing_distance_ratio": 0.25}
        for service in ("outpatients", "total")
    ]  # fmt: skip
    lines = amend_lines(agreed(A=10_000), amendments=decide(("A", 2_000), kind="in_year", money_source="reserve"))
    found = amend_targets(BUDGET_TARGETS.from_rows(rows), lines=lines)
    assert found.select("target_pence", "budget_pence", "closing_distance_ratio").rows() == [(8_000, 12_000, 0.5)] * 2


def test_virement_sums_to_nought_within_each_commissioner() -> None:
    """Given £5 given and £4 taken, or £5 moved to another commissioner's practice, then the virement is refused (R3.5)."""
    expect_refusal(decide(("A", -500), ("B", 400)), "must sum to nought")
    expect_refusal(decide(("A", -500), ("C", 500)), "must sum to nought")


def test_risk_pool_and_top_slice_give_no_more_than_they_hold() -> None:
    """Given £2 handed to the pool of ZP1 and no top-slice, then £2 may be drawn, £2.01 may not, nor may any top-slice."""
    drawn = {"kind": "risk_pool", "money_source": "risk_pool"}
    lines = agreed(A=10_000, B=10_000, C=10_000)
    held = decide(("A", 200), **drawn)
    assert require_amendments(held, lines=lines, payers=PAYERS, year=YEAR).equals(held)
    expect_refusal(decide(("A", 201), **drawn), "risk pool does not hold so much")
    expect_refusal(decide(("A", 1), kind="top_slice", money_source="top_slice"), "top-slice does not hold so much")


def test_two_draws_share_one_pool() -> None:
    """Given a pool of £2 and two draws of £1.50, then the second is refused; a contribution between them makes room."""
    drawn = {"kind": "risk_pool", "money_source": "risk_pool"}
    first, second = (decide(("A", 150), amendment_number=number, **drawn) for number in (1, 3))
    expect_refusal(pl.concat([first, second]), "amendment 3")
    given = decide(("B", -100), amendment_number=2, **drawn)
    lines = agreed(A=10_000, B=10_000, C=10_000)
    whole = pl.concat([first, given, second])
    assert require_amendments(whole, lines=lines, payers=PAYERS, year=YEAR).height == 3


def test_stated_month_no_longer_changes() -> None:
    """Given June stated, then an amendment from June is refused and one from July is not."""
    gives = {"kind": "in_year", "money_source": "reserve"}
    expect_refusal(decide(("A", 5), **gives), "has been stated", closed_to=Month(2009, 6))
    later = decide(("A", 5), effective_month=200907, **gives)
    lines = agreed(A=10_000)
    assert require_amendments(later, lines=lines, payers=PAYERS, year=YEAR, closed_to=Month(2009, 6)).height == 1


@pytest.mark.parametrize(
    "changed, words",
    [
        ({"kind": "in_year", "money_source": "risk_pool"}, "takes its money from elsewhere"),
        ({"kind": "saving_protected", "money_source": "reserve", "amount_pence": -5}, "only adds"),
        ({"kind": "in_year", "money_source": "reserve", "amount_pence": 0}, "changes nothing"),
        ({"kind": "in_year", "money_source": "reserve", "reason": " "}, "needs its reason"),
        ({"kind": "in_year", "money_source": "reserve", "decision": ""}, "needs its decision"),
        ({"kind": "in_year", "money_source": "reserve", "practice_code": "Z"}, "no budget this year"),
        ({"kind": "in_year", "money_source": "reserve", "service": "prescribing"}, "no budget this year"),
        ({"kind": "in_year", "money_source": "reserve", "effective_month": 201006}, "another year"),
        ({"kind": "in_year", "money_source": "reserve", "financial_year": "2010-11"}, "another year"),
    ],
)
def test_amendment_that_breaks_a_rule_is_refused_by_name(changed: dict[str, object], words: str) -> None:
    """Given another source than the kind allows, nothing, no reason, no decision, a stranger or another year, then refused."""
    expect_refusal(decide(("A", 5), **{"amount_pence": 5, **changed}), words)  # type: ignore[arg-type]


def test_rows_of_one_decision_agree_and_name_each_line_once() -> None:
    """Given one number with two decisions, or one line twice, then it is refused."""
    given = {"kind": "in_year", "money_source": "reserve"}
    two = pl.concat([decide(("A", 5), **given), decide(("B", 5), decision="PEC 8", **given)])
    expect_refusal(two, "differ in decision")
    expect_refusal(decide(("A", 5), ("A", 6), **given), "one line twice")
