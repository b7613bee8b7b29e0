"""Who keeps what, gathered for a page: nothing payable without a whole signed agreement; examples stand beside it and pay nobody."""

from pathlib import Path
from typing import Any

import pytest

from pbc.errors import RefusedInput
from pbc.flows.explain import explain
from pbc.flows.gain_share import share_freed_up
from pbc.flows.gain_terms import TERMS, SignedTerms, lay_terms, told_of_terms, with_terms_of
from pbc.flows.show_gain_share import show_gain_share
from pbc.money import pence_typed_by_a_person as pence
from pbc.periods import FinancialYear
from pbc.policy.policy import Policy, load_policy
from pbc.reports.gain_share import GIVES
from pbc.results import Receipt, Store
from pbc.tables import BUDGET_POSITIONS, CHANCE_BANDS

YEAR = FinancialYear(2025)
TODAY, THEN = load_policy("england-2025"), load_policy("england-2005")
PAPER: dict[str, Any] = {
    "savings.retained_share": 0.6, "savings.gain_gate": "minimum_savings_rate", "savings.gain_minimum_rates": {"1000": 0.02},
    "savings.gain_quality_floor": 0.0, "savings.gain_quality_scales": False, "savings.gain_cap_share": 0.05,
    "savings.loss_side": "savings_only", "savings.gain_partners": {"Neighbourhood": 0.8, "Trust": 0.2},
    "savings.signed_by": "Two chairs", "savings.signed_on": "2026-03-14",
}  # fmt: skip
SIGNED = SignedTerms(PAPER, "Compact, version 2")


def publish(store: Store, policy: Policy) -> tuple[str, str]:
    """A year closed with one practice £1,000 under a budget of £10,000 and another £500 over its own."""
    rows = [
        dict(
            financial_year=YEAR.slug, statement_month=202603, practice_code=code, commissioner_code="ZI1", list_size=6_000,
            months_count=12, activity_budget_pence=1_000_000, activity_actual_pence=spent,
        )
        for code, spent in (("Z1", 900_000), ("Z2", 1_050_000))
    ]  # fmt: skip
    positions = BUDGET_POSITIONS.from_rows(rows)
    local = policy.lay_over(
        {"budgets.held_at": {"values": [{"from": YEAR.start, "value": "practice", "status": "local_agreement", "source": "A test"}]}},
        where="a test",
    )  # fmt: skip
    gain = share_freed_up(positions, CHANCE_BANDS.empty(), year=YEAR, policy=local)
    tables = {"budget_positions": positions, "chance_bands": CHANCE_BANDS.empty(), "freed_up_resources": gain.freed}
    receipt = Receipt(
        flow="close_year", inputs={}, parameters={"year": YEAR.slug, **gain.told}, regime=policy.regime,
        policy=policy.fingerprint, is_made_up=True,
    )  # fmt: skip
    made = store.publish("year-end/2025-26/closing-estimate", tables | gain.tables, receipt)
    return made.name, made.set_id


def test_without_a_signed_agreement_nothing_is_payable_and_each_part_missing_is_named(tmp_path: Path) -> None:
    store = Store(tmp_path)
    shown = show_gain_share(store, year=YEAR, policy=TODAY, closed=publish(store, TODAY), named=["Z1"])
    assert (shown.needs_agreement, shown.is_payable, shown.paid) == (True, False, None)
    assert shown.sentences == ("Nothing payable: no signed agreement.",)
    assert "Who signed the agreement" in shown.lacks
    assert len(shown.lacks) >= 9
    assert shown.terms.rows == ()
    assert shown.examples is not None


def test_examples_say_what_they_would_give_and_how_sure_each_value_is(tmp_path: Path) -> None:
    """70% of the £1,000 of the practice under budget; the American ones want more people, or revenue of who ends over."""
    store = Store(tmp_path)
    shown = show_gain_share(store, year=YEAR, policy=TODAY, closed=publish(store, TODAY))
    assert shown.examples is not None
    rows = {row[0]: row[1:] for row in shown.examples.rows}
    assert rows[GIVES][0] == "£700.00"
    assert any(said.startswith("Not worked out: no revenue") for said in rows[GIVES])
    assert "70% (found in the source)" in rows["Share of freed-up resources that practices keep"]
    assert any("not checked" in said for said in rows["Most that is paid, as a share of the benchmark; 1 is no cap"])
    before = show_gain_share(store, year=YEAR, policy=TODAY).examples
    assert before is not None
    assert set(before.rows[-1][1:]) == {"No year end yet"}


def test_a_signed_agreement_pays_step_by_step_and_each_figure_explains_itself_by_its_terms(tmp_path: Path) -> None:
    """£1,000 saved of £10,000: past 2%, 60% is £600, and the cap of 5% leaves £500: £400 and £100."""
    store = Store(tmp_path)
    laid = lay_terms(TODAY, SIGNED, year=YEAR)
    closed = publish(store, laid)
    shown = show_gain_share(store, year=YEAR, policy=TODAY, signed=SIGNED, closed=closed, named=["Z1"])
    assert shown.is_payable
    assert shown.sentences == ("Payable by the agreement Compact, version 2, signed by Two chairs on 2026-03-14.",)
    assert shown.paid is not None
    assert [[pence(cell) // 100 for cell in row[1:]] for row in shown.paid.table.rows] == [
        [8_000, 800, 800, 480, 400], [2_000, 200, 200, 120, 100],
    ]  # fmt: skip
    told = explain(store, shown.paid.figures[0, 5], policy=TODAY)
    assert (told.value, told.gap) == (400_00, 0)
    assert {"Compact, version 2"} <= {value.source for value in told.policy}
    assert not any("not those this set was made with" in said for said in told.warnings)
    later = show_gain_share(store, year=YEAR, policy=TODAY, closed=closed, named=["Z1"])
    assert "closed by other terms" in later.sentences[-1]


def test_a_position_closed_before_the_agreement_says_that_it_was_closed_without_it(tmp_path: Path) -> None:
    store = Store(tmp_path)
    shown = show_gain_share(store, year=YEAR, policy=TODAY, signed=SIGNED, closed=publish(store, TODAY), named=["Z1"])
    assert shown.is_payable
    assert shown.paid is None
    assert "closed without these terms" in shown.sentences[-1]
    assert len(shown.sentences) == 2


def test_terms_named_without_a_signature_are_shown_and_not_paid(tmp_path: Path) -> None:
    unsigned = {name: value for name, value in PAPER.items() if "signed" not in name}
    shown = show_gain_share(Store(tmp_path), year=YEAR, policy=TODAY, signed=SignedTerms(unsigned, "Draft"))
    assert not shown.is_payable
    assert shown.sentences[1] == "What the terms named would give is shown; none of it is paid."
    late = SignedTerms(PAPER | {"savings.signed_on": "2026-04-01"}, "Late")
    lacks = show_gain_share(Store(tmp_path), year=YEAR, policy=TODAY, signed=late).lacks
    assert lacks == ("a signature by 2026-03-31, the last day of the year: signed 2026-04-01",)


@pytest.mark.parametrize(
    ("year", "is_payable", "said"),
    [
        (2009, True, "practices keep 70%"),
        (2004, True, "practices keep 50%"),
        (2005, False, "leaves the share to a local agreement"),
    ],
)
def test_under_the_rules_of_2005_the_national_rule_of_the_year_is_told_and_none_is_asked_for(
    year: int, is_payable: bool, said: str, tmp_path: Path
) -> None:
    shown = show_gain_share(Store(tmp_path), year=FinancialYear(year), policy=THEN)
    assert (shown.needs_agreement, shown.is_payable, shown.examples) == (False, is_payable, None)
    assert said in shown.sentences[0]
    assert shown.terms.rows


def test_what_is_no_part_of_an_agreement_or_of_another_unit_is_refused() -> None:
    for values in ({"budgets.top_slice_share": 0.5}, {"savings.retained_share": 1.5}):
        with pytest.raises(RefusedInput):
            lay_terms(TODAY, SignedTerms(values, "Odd"), year=YEAR)


def test_a_receipt_without_terms_or_with_those_in_force_changes_nothing() -> None:
    assert with_terms_of(TODAY, Receipt(flow="close_year", inputs={})) is TODAY
    laid = lay_terms(TODAY, SIGNED, year=YEAR)
    receipt = Receipt(flow="close_year", inputs={}, parameters={"year": YEAR.slug, **told_of_terms(laid, year=YEAR)})
    assert with_terms_of(laid, receipt) is laid
    assert with_terms_of(TODAY, receipt).fingerprint == laid.fingerprint
    assert TERMS in receipt.parameters
