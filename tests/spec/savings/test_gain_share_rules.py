"""Gain share by a signed local agreement.

Where no national rule says who keeps what is freed up, nothing is payable without a signed agreement that names share, gate,
quality floor, cap, loss side and partners. What it gives is told step by step, for each partner, and adds up.
"""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pbc.errors import RefusedInput
from pbc.methods.savings import (
    GainAgreement,
    GainFacts,
    GainTerms,
    apply_gain,
    count_people_of_units,
    find_deficit_first,
    find_gain_agreement,
    share_gain,
)
from pbc.policy.policy import Policy, load_policy
from pbc.tables import BUDGET_POSITIONS, FREED_UP_RESOURCES, GAIN_SHARES

ON, ENDS = date(2025, 4, 1), date(2026, 3, 31)
PAPER = {
    "retained_share": "0.6", "gain_gate": "no_gate", "gain_quality_floor": "0.0", "gain_quality_scales": "false",
    "gain_cap_share": "1.0", "loss_side": "savings_only", "gain_partners": "{ZA: 0.5, ZB: 0.5}", "signed_by": "Two chairs",
    "signed_on": "2025-03-14",
}  # fmt: skip
LOSSES = {
    "loss_side": "savings_and_losses", "loss_least_share": "0.3", "loss_most_share": "0.5", "loss_cap_share": "0.04",
    "loss_revenue_share": "1.0",
}  # fmt: skip
TERMS = GainTerms(
    share=Fraction(6, 10), gate="no_gate", rates={}, quality_floor=Fraction(0), quality_scales=False, cap_share=Fraction(1),
    shares_losses=False, loss_least_share=Fraction(0), loss_most_share=Fraction(0), loss_cap_share=Fraction(0),
    loss_revenue_share=Fraction(1), partners={"ZA": Fraction(1, 2), "ZB": Fraction(1, 2)},
)  # fmt: skip
NAMED = replace(TERMS, loss_revenue_share=Fraction(0))  # as an agreement without a loss side reads
SIGNED = GainAgreement(TERMS, (), "Compact", "Two chairs", date(2025, 3, 14))


def paper(tmp_path: Path, status: str = "local_agreement", **changed: str | None) -> Policy:
    """The agreement laid over today's England; a part of None is left out."""
    parts = {name: value for name, value in (PAPER | changed).items() if value is not None}
    lines = (
        f"savings.{name}:\n  values:\n    - {{from: 2025-04-01, value: {value}, status: {status}, source: 'Compact, signed'}}\n"
        for name, value in parts.items()
    )
    path = tmp_path / "paper.yaml"
    path.write_text("".join(lines), encoding="utf-8")
    return load_policy("england-2025", overlays=[path])


def unit(budget: int, actual: int, **given: Any) -> dict[str, Any]:
    """A holder's year on the basis shared, in pence."""
    usual = dict(
        financial_year="2025-26", unit_kind="cluster", unit_code="ZC1", basis="bill", budget_pence=budget,
        actual_pence=actual, gross_underspend_pence=max(0, budget - actual), freed_up_pence=max(0, budget - actual),
        retained_pence=0, commissioner_pence=max(0, budget - actual), retained_share=0.0, is_shared=True,
        label="inside_chance", rule="no_local_agreement", parameter="savings.retained_share",
    )  # fmt: skip
    return usual | given


def steps(
    row: dict[str, Any], terms: GainTerms, *, people: int = 10_000, facts: GainFacts | None = None
) -> dict[str, int]:
    """What stands after each step, all partners together."""
    counted = pl.DataFrame({"unit_kind": ["cluster"], "unit_code": ["ZC1"], "people_count": [people]})
    given = None if facts is None else {"ZC1": facts}
    agreement = replace(SIGNED, terms=terms)
    found = share_gain(FREED_UP_RESOURCES.from_rows([row]), people=counted, agreement=agreement, facts=given)
    assert GAIN_SHARES.check(found) == []
    added = found.group_by("step", maintain_order=True).agg(pl.col("left_pence").sum())
    assert found["amount_pence"].sum() == added["left_pence"][-1]
    return dict(added.iter_rows())


def test_whole_signed_agreement_is_payable(tmp_path: Path) -> None:
    """Given an agreement that names every part and who signed when, then it is payable and nothing is missing."""
    found = find_gain_agreement(paper(tmp_path), on=ON, year_ends_on=ENDS)
    assert (found.is_payable, found.lacks, found.signed_by) == (True, (), "Two chairs")
    assert found.terms == NAMED


@pytest.mark.parametrize("part", sorted(PAPER))
def test_agreement_that_lacks_a_part_pays_nothing_and_names_it(tmp_path: Path, part: str) -> None:
    """Given an agreement without one part, then it is not payable and the part is named with what it means."""
    found = find_gain_agreement(paper(tmp_path, **{part: None}), on=ON, year_ends_on=ENDS)
    assert not found.is_payable
    assert [lack.partition(" (")[0] for lack in found.lacks] == [f"savings.{part}"]
    assert (found.terms is None) == (not part.startswith("signed"))


def test_gate_by_rate_and_losses_ask_for_more_parts(tmp_path: Path) -> None:
    """Given a minimum savings rate without rates, or shared losses without shares, then those are missing too."""
    rated = find_gain_agreement(paper(tmp_path, gain_gate="minimum_savings_rate"), on=ON, year_ends_on=ENDS)
    assert len(rated.lacks) == 1
    shared = find_gain_agreement(paper(tmp_path, loss_side="savings_and_losses"), on=ON, year_ends_on=ENDS)
    assert len(shared.lacks) == 4
    whole = paper(tmp_path, gain_gate="minimum_savings_rate", gain_minimum_rates="{0: 0.02}", **LOSSES)
    terms = find_gain_agreement(whole, on=ON, year_ends_on=ENDS).terms
    assert terms is not None
    assert (terms.rates, terms.loss_most_share, terms.loss_cap_share) == (
        {0: Fraction(2, 100)},
        Fraction(1, 2),
        Fraction(4, 100),
    )


def test_example_signed_by_nobody_has_terms_and_pays_nothing(tmp_path: Path) -> None:
    """Given the parts with another status than local_agreement, then terms show what would be and each part is missing."""
    found = find_gain_agreement(paper(tmp_path, status="assumption"), on=ON, year_ends_on=ENDS)
    assert (found.terms, found.is_payable, len(found.lacks)) == (NAMED, False, len(PAPER))


@pytest.mark.parametrize("signed_on, is_payable", [("2026-03-31", True), ("2026-04-01", False)])
def test_agreement_signed_after_the_year_pays_nothing_for_it(tmp_path: Path, signed_on: str, is_payable: bool) -> None:
    """Given a signature on the last day of the year or the day after, then payable or not."""
    found = find_gain_agreement(paper(tmp_path, signed_on=signed_on), on=ON, year_ends_on=ENDS)
    assert found.is_payable == is_payable
    assert is_payable or "last day of the year" in found.lacks[-1]


def test_loss_shares_the_wrong_way_round_are_refused(tmp_path: Path) -> None:
    """Given a least part of a loss above the most, then a refusal."""
    wrong = paper(tmp_path, **(LOSSES | {"loss_least_share": "0.6"}))
    with pytest.raises(RefusedInput, match="above the most"):
        find_gain_agreement(wrong, on=ON, year_ends_on=ENDS)


@pytest.mark.parametrize(
    "part, value",
    [
        ("gain_partners", "{ZA: 0.5}"), ("gain_partners", "{1: 1.0}"), ("gain_partners", "all"), ("gain_partners", "{}"),
        ("gain_minimum_rates", "{5000: 0.02, 60000: 0.039}"), ("gain_minimum_rates", "{many: 0.02}"),
        ("gain_minimum_rates", "{5000: 2}"), ("signed_on", "'14 March'"), ("gain_gate", "perhaps"),
    ],
)  # fmt: skip
def test_mistyped_part_is_refused_when_it_is_read(tmp_path: Path, part: str, value: str) -> None:
    """Given partners that are not 1 together, rates that rise, a day in words or an unknown gate, then a refusal."""
    with pytest.raises(RefusedInput, match="not of the unit"):
        paper(tmp_path, **{part: value})


def test_saving_is_shared_step_by_step_among_partners() -> None:
    """Given £10.00 of £100.00 saved and 60% to two partners, then £3.00 each, from the benchmark down."""
    after = steps(unit(10_000, 9_000), TERMS)
    assert after == dict(
        benchmark=10_000, actual=1_000, gate=1_000, quality=1_000, share=600, cap=600, loss=600, loss_limit=600
    )


@pytest.mark.parametrize("actual, kept", [(9_800, 120), (9_801, 0), (10_199, 0), (10_200, -120)])
def test_minimum_rate_lets_savings_and_losses_count_from_the_rate_on(actual: int, kept: int) -> None:
    """Given 2% of £100.00, then £2.00 either way counts and £1.99 does not."""
    fixed = Fraction(6, 10)
    terms = replace(
        TERMS, gate="minimum_savings_rate", rates={0: Fraction(2, 100)}, shares_losses=True, loss_least_share=fixed,
        loss_most_share=fixed, loss_cap_share=Fraction(1),
    )  # fmt: skip
    assert steps(unit(10_000, actual), terms)["loss_limit"] == kept


def test_too_few_people_for_the_rates_agreed_have_no_saving_that_counts() -> None:
    """Given rates from 5,000 people on and 4,999, then nothing passes the gate."""
    terms = replace(TERMS, gate="minimum_savings_rate", rates={5_000: Fraction(2, 100)})
    assert (steps(unit(10_000, 5_000), terms, people=4_999)["gate"], steps(unit(10_000, 5_000), terms)["gate"]) == (
        0,
        5_000,
    )


@pytest.mark.parametrize(
    "label, counted",
    [("inside_chance", 0), ("not_judged", 0), ("outside_chance_inside_outer", 1_000), ("outside_outer", 1_000)],
)
def test_gate_of_luck_lets_only_what_luck_does_not_explain_count(label: str, counted: int) -> None:
    """Given the gate outside_chance, then a year inside its band, or not judged, gives nothing."""
    assert steps(unit(10_000, 9_000, label=label), replace(TERMS, gate="outside_chance"))["gate"] == counted


@pytest.mark.parametrize(
    "quality, floor, scales, kept",
    [
        (None, "0", False, 600), (None, "0.5", False, 0), (None, "0", True, 0), ("0.49", "0.5", False, 0),
        ("0.5", "0.5", False, 600), ("0.5", "0.5", True, 300),
    ],
)  # fmt: skip
def test_quality_opens_or_scales_what_is_earned(quality: str | None, floor: str, scales: bool, kept: int) -> None:
    """Given a floor, or a share that follows quality, then no score or one below the floor earns nothing."""
    terms = replace(TERMS, quality_floor=Fraction(floor), quality_scales=scales)
    facts = GainFacts(quality=None if quality is None else Fraction(quality))
    assert steps(unit(10_000, 9_000), terms, facts=facts)["share"] == kept


def test_quality_beyond_the_whole_is_refused() -> None:
    """Given a score above 1, then a refusal."""
    with pytest.raises(RefusedInput, match="between 0 and 1"):
        steps(unit(10_000, 9_000), TERMS, facts=GainFacts(quality=Fraction(3, 2)))


def test_cap_holds_what_is_paid_to_a_share_of_the_benchmark() -> None:
    """Given a cap of 5% of £100.00, then £6.00 becomes £5.00."""
    assert steps(unit(10_000, 9_000), replace(TERMS, cap_share=Fraction(5, 100)))["cap"] == 500


def test_loss_costs_nothing_where_only_savings_are_shared() -> None:
    """Given an overspend and no loss side, then nothing is owed."""
    assert steps(unit(10_000, 11_000), TERMS)["loss_limit"] == 0


@pytest.mark.parametrize("share, borne", [("0.6", 400), ("0.9", 300), ("0.2", 500)])
def test_part_of_a_loss_is_the_rest_of_the_share_within_least_and_most(share: str, borne: int) -> None:
    """Given £10.00 lost and least 30%, most 50%, then 1 less the share earned, kept within them."""
    terms = replace(
        TERMS, share=Fraction(share), shares_losses=True, loss_least_share=Fraction(3, 10), loss_most_share=Fraction(1, 2),
        loss_cap_share=Fraction(1),
    )  # fmt: skip
    assert steps(unit(10_000, 11_000), terms)["loss"] == -borne


def test_loss_is_limited_by_benchmark_and_revenue_and_refused_without_revenue() -> None:
    """Given £4.00 to bear, then at most 3% of £100.00, at most 2% of £100.00 revenue; unknown revenue is refused."""
    terms = replace(
        TERMS, shares_losses=True, loss_least_share=Fraction(4, 10), loss_most_share=Fraction(4, 10),
        loss_cap_share=Fraction(3, 100),
    )  # fmt: skip
    assert steps(unit(10_000, 11_000), terms)["loss_limit"] == -300
    by_revenue = replace(terms, loss_revenue_share=Fraction(2, 100))
    assert steps(unit(10_000, 11_000), by_revenue, facts=GainFacts(revenue_pence=10_000))["loss_limit"] == -200
    with pytest.raises(RefusedInput, match="revenue"):
        steps(unit(10_000, 11_000), by_revenue)


def test_unit_nobody_counts_people_of_is_refused() -> None:
    """Given a unit without people, then a refusal by its code."""
    nobody = pl.DataFrame(schema={"unit_kind": pl.String, "unit_code": pl.String, "people_count": pl.Int64})
    with pytest.raises(RefusedInput, match="ZC1"):
        share_gain(FREED_UP_RESOURCES.from_rows([unit(100, 90)]), people=nobody, agreement=SIGNED)


def test_agreement_gives_its_part_and_leaves_the_rest() -> None:
    """Given a signed agreement, then practices keep 60% and the rule is gain_share; without one nothing changes, nor is a row made."""
    freed = FREED_UP_RESOURCES.from_rows([unit(10_000, 9_000), unit(10_000, 12_000, unit_code="ZC2")])
    people = pl.DataFrame({"unit_kind": ["cluster", "cluster"], "unit_code": ["ZC1", "ZC2"], "people_count": [1, 1]})
    shares = share_gain(freed, people=people, agreement=SIGNED)
    found = apply_gain(freed, gain_shares=shares, agreement=SIGNED)
    assert found.select("retained_pence", "commissioner_pence", "rule").rows() == [
        (600, 400, "gain_share"),
        (0, 0, "gain_share"),
    ]
    unsigned = GainAgreement(TERMS, ("a signature",), "Compact")
    assert apply_gain(freed, gain_shares=shares, agreement=unsigned).equals(freed)
    assert share_gain(freed, people=people, agreement=GainAgreement(None, ("all",), "none")).is_empty()


def test_people_are_counted_where_the_budget_is_held() -> None:
    """Given two practices of a cluster and one alone, then the cluster's people together, and the lone one's."""
    rows = [
        dict(financial_year="2025-26", statement_month=202603, practice_code=code, cluster_code=cluster, commissioner_code="ZI",
             list_size=size, months_count=12, activity_budget_pence=0, activity_actual_pence=0)
        for code, cluster, size in (("A", "ZC1", 6_000), ("B", "ZC1", 4_000), ("C", None, 500))
    ]  # fmt: skip
    counted = count_people_of_units(BUDGET_POSITIONS.from_rows(rows), held_at="cluster")
    assert counted.rows() == [("practice", "C", 500), ("cluster", "ZC1", 10_000)]


def test_today_a_deficit_comes_from_the_commissioners_part() -> None:
    """Given england-2025, then no deficit is met before the split."""
    assert not find_deficit_first(load_policy("england-2025"), on=ON)
