"""Worked examples of shared savings: methods.md 3.13 and rules.md T7 and T30, each under the labelled overlay of docs/examples.

Sources: rules.md 4 and 13.2 (Hansard; Milliman; McGuireWoods; ValuesEdge), methods.md 3.13 (42 CFR 425.605 and 425.610). The last
part of each case is the status of the weakest number it rests on, as the overlay carries it.
"""

from datetime import date
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

from pbc.methods.savings import GainAgreement, GainFacts, find_gain_agreement, share_gain
from pbc.policy import load_policy
from pbc.policy.gain_share import CAP, GATE, LEAST, RATES, SHARE
from pbc.tables import FREED_UP_RESOURCES

EXAMPLES = Path(__file__).parents[3] / "docs/examples"
ON, ENDS = date(2025, 4, 1), date(2026, 3, 31)


def agreement_of(name: str) -> GainAgreement:
    return find_gain_agreement(
        load_policy("england-2025", overlays=[EXAMPLES / f"{name}.yaml"]), on=ON, year_ends_on=ENDS
    )


def paid(name: str, *, budget: int, actual: int, people: int = 10_000, revenue: int | None = None) -> int:
    """What the example gives a unit, in pence, below nought what it owes; budget, actual and revenue in pounds."""
    row = dict(
        financial_year="2025-26", unit_kind="cluster", unit_code="ZC1", basis="bill", budget_pence=budget * 100,
        actual_pence=actual * 100, gross_underspend_pence=0, freed_up_pence=0, retained_pence=0, commissioner_pence=0,
        retained_share=0.0, is_shared=True, label="not_judged", rule="none", parameter=SHARE,
    )  # fmt: skip
    counted = pl.DataFrame({"unit_kind": ["cluster"], "unit_code": ["ZC1"], "people_count": [people]})
    facts = {"ZC1": GainFacts(revenue_pence=None if revenue is None else revenue * 100)}
    found = share_gain(FREED_UP_RESOURCES.from_rows([row]), people=counted, agreement=agreement_of(name), facts=facts)
    assert not found["is_payable"].any()
    return int(found["amount_pence"].sum())


def weakest(name: str, *parameters: str) -> str:
    policy = load_policy("england-2025", overlays=[EXAMPLES / f"{name}.yaml"])
    sure = ["found", "found_second_hand", "partial", "assumption", "memory"]
    return max((policy.value(each, on=ON).status for each in parameters), key=sure.index)


@pytest.mark.parametrize(
    "name, spent_a_head, pounds, rests_on, status",
    [
        ("us-shared-savings-enhanced", 9_500, 3_750_000, (SHARE, RATES, GATE), "memory"),
        ("us-shared-savings-basic-a", 9_500, 2_000_000, (SHARE, RATES, GATE), "memory"),
        ("us-shared-savings-enhanced", 9_850, 0, (RATES, GATE), "found_second_hand"),
        ("us-shared-savings-enhanced", 10_500, -2_000_000, (SHARE, LEAST), "memory"),
        ("us-shared-savings-enhanced", 6_000, 20_000_000, (SHARE, CAP), "memory"),
    ],
)
def test_us_shared_savings_give_the_vectors(
    name: str, spent_a_head: int, pounds: int, rests_on: tuple[str, ...], status: str
) -> None:
    """Benchmark 10,000 a head for 10,000 people; saved 5%, 1.5%, 40%, or lost 5% (methods.md 3.13, with its vectors file)."""
    assert paid(name, budget=100_000_000, actual=spent_a_head * 10_000) == pounds * 100
    assert weakest(name, *rests_on) == status


@pytest.mark.parametrize("saving, kept", [(60_000, 42_000), (150_000, 105_000)])
def test_england_70_30_gives_the_vectors(saving: int, kept: int) -> None:
    """T7: £60,000 freed gives £42,000; the vector of methods.md: £150,000 gives £105,000 and £45,000 stays. Share: found."""
    assert paid("gain-share-70-30", budget=1_000_000, actual=1_000_000 - saving) == kept * 100
    assert weakest("gain-share-70-30", SHARE) == "found"


@pytest.mark.parametrize(
    "people, percent",
    [
        (5_000, "3.9"),
        (60_000, "2.0"),
        (7_500, "3.3"),
        (10_000, "3.0"),
        (20_000, "2.5"),
        (90_000, "2.0"),
        (35_000, "2.35"),
    ],
)
def test_minimum_savings_rate_goes_by_size_in_straight_lines(people: int, percent: str) -> None:
    """T30, and 3.13: 3.9% at 5,000 and 2.0% at 60,000 were found second-hand; the sizes between are from memory."""
    terms = agreement_of("us-shared-savings-basic-a").terms
    assert terms is not None
    assert terms.minimum_rate(people) == Fraction(percent) / 100
    assert weakest("us-shared-savings-basic-a", RATES) == "memory"


@pytest.mark.parametrize("revenue, owed", [(40_000_000, 1_500_000), (10_000_000, 800_000), (100_000_000, 1_500_000)])
def test_basic_at_level_e_owes_three_tenths_up_to_the_lower_limit(revenue: int, owed: int) -> None:
    """A loss of £5m: 30% is £1.5m; 8% of revenue or 4% of the benchmark (£4m) if lower. Share and limits: memory (3.13)."""
    found = paid("us-shared-savings-basic-e", budget=100_000_000, actual=105_000_000, revenue=revenue)
    assert found == -owed * 100
    assert weakest("us-shared-savings-basic-e", LEAST, CAP) == "memory"
