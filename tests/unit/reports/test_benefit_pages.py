"""Pages of a case: the words of each verdict, and what is hidden of a few people."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest
from tests.spec.variation.made_up_benefits import baseline

from pbc.reports.benefit_pages import practices_table
from pbc.reports.benefits import (
    BenefitMaterial,
    benefit_csv,
    benefit_sheets,
    benefit_text,
    comparison_text,
    describe_comparison,
)
from pbc.reports.hidden_benefits import hide_benefit
from pbc.stats.small_numbers import HES_2009, HES_2018
from pbc.stats.standardised import byar_limits
from pbc.tables import BENEFIT_CASES, BENEFIT_COMPARISONS, BENEFIT_MONTHS

CASE: dict[str, Any] = {
    "case_code": "skin", "case_title": "Skin clinic", "commissioner_code": "ZP1", "start_month": 200904, "baseline_first_month": 200804,
    "baseline_last_month": 200903, "measure_title": "First attendances", "points_of_delivery": "OPFA", "specialties": "330",
    "counted_in": "contacts", "improvement_direction": "lower", "promised_count": 120, "promised_pence": 2_400_000, "phase_in_months": 3,
    "price_year": "2009-10", "unpriced_count": 12, "case_observed_count": 412, "case_observed_pence": 6_000_000,
    "standardised_ratio": 1.31, "cheque_size": 1.7, "event_cheque_size": 1.0, "cheque_source": "events", "persistence_ratio": 0.2,
    "spread_ratio": 0.2, "comparators_count": 4, "is_fair": True, "reason": "4 comparators are near enough.",
    "chosen_on": date(2009, 3, 20),
}  # fmt: skip
COMPARED: dict[str, Any] = {
    "case_code": "skin", "after_months": 3, "start_month": 200904, "months_count": 2, "verdict": "as_promised", "reason": "A benefit.",
    "case_observed_count": 83, "case_observed_pence": 1_200_000, "comparators_observed_count": 402,
    "comparators_observed_pence": 6_000_000, "case_predicted_number": 105.0, "comparators_predicted_number": 400.0, "common_ratio": 1.005,
    "effect_ratio": 0.787, "low_ratio": 0.6, "high_ratio": 0.98, "drift_ratio": 0.05, "before_after_ratio": 0.7, "promised_count": 120,
    "due_count": 100.0, "found_count": 96.4, "low_count": -4.2, "high_count": 180.0, "promised_pence": 2_400_000, "due_pence": 2_000_000,
    "found_pence": 1_446_000, "low_pence": -63_000, "high_pence": 2_700_000,
}  # fmt: skip
MONTHS = BENEFIT_MONTHS.from_rows([
    {"case_code": "skin", "after_months": 3, "month": month, "is_used": month < 200906, "due_share": 1.0, "reason": "not delivered"}
    for month in (200904, 200905, 200906)
])  # fmt: skip
SHOWN = pl.lit(value=False).alias("is_hidden")


def material(
    comparison: dict[str, Any] | None = None, case: dict[str, Any] | None = None, **ratios: float
) -> BenefitMaterial:
    compared = None
    if comparison is not None:
        row = BENEFIT_COMPARISONS.from_rows([COMPARED | comparison]).row(0, named=True)
        compared = row | {"is_hidden": False}
    return BenefitMaterial(
        "benefit/skin/3", "0123456789ab", "", is_made_up=False, case=BENEFIT_CASES.from_rows([CASE | (case or {})]).row(0, named=True),
        practices=baseline(**(ratios or {"A": 1.3, "B": 1.3, "C": 1.2, "Z9": 0.5})).with_columns(
            SHOWN, low_ratio=pl.col("standardised_ratio") - 0.1, high_ratio=pl.col("standardised_ratio") + 0.1
        ),
        names={"ZP1": "Elm PCT"}, comparison=compared, months=MONTHS if comparison is not None else None,
    )  # fmt: skip


def test_choice_is_told_in_words_case_first() -> None:
    told = benefit_text(material())
    assert "First attendances (OPFA; specialties 330), judged in contacts; lower is better." in told
    assert "412 contacts then: 1.31 of what their people would have at the rates of Elm PCT (ZP1)" in told
    assert "12 contacts of the commissioner's practices had no price" in told
    lines = told.splitlines()[-4:]
    assert [line.split()[0] for line in lines] == ["case", "comparator", "comparator", "other"]
    assert "1.30 (1.20 to 1.40)" in lines[0]


def test_practice_of_whom_nothing_is_expected_says_so() -> None:
    bare = material()
    nobody = bare.practices.with_columns(standardised_ratio=pl.lit(None, dtype=pl.Float64))
    assert "nothing expected" in benefit_text(replace(bare, practices=nobody))


def test_verdict_says_found_promised_and_what_fools() -> None:
    said = describe_comparison(material({}))
    assert said[0] == "As promised. A benefit."
    assert said[1].startswith("Found a year, at the pace of the months judged: 96 contacts (luck: −4 to 180)")
    assert "£14,460 (luck: −£630 to £27,000)" in said[1]
    assert "moved by −21.3% against their comparators" in said[2]
    assert any(line.startswith("A plain before and after of these practices says −30.0%.") for line in said)
    assert said[-2] == "Left out, of both sides: June 2009, not delivered."


def test_verdict_is_not_said_twice() -> None:
    said = describe_comparison(
        material({"verdict": "less_than_promised", "reason": "Less than promised, by more than luck explains."})
    )
    assert said[0] == "Less than promised, by more than luck explains."


def test_protected_pages_say_what_is_rounded_and_others_do_not() -> None:
    note = (
        "Counts of 1 to 7 are not shown, others are rounded to the nearest 5; ratios and what was found are worked out"
    )
    for exact in (material(), material({})):
        hidden = hide_benefit(exact, rule=HES_2018)
        assert note in practices_table(hidden).note
        assert "--purpose" not in practices_table(hidden).note
        assert f"{hidden.note}\nWhoever is entitled sees the exact counts with --purpose WORDS." in benefit_text(hidden)
        assert note not in benefit_text(exact)
        assert "--purpose" not in benefit_text(exact)
    assert hide_benefit(material(), rule=HES_2009).notes[0].startswith("Counts of 1 to 5 are not shown; ratios")
    assert "pbc policy show variation" in benefit_text(material())


@pytest.mark.parametrize("verdict", ["cannot_tell", "no_fair_comparator"])
def test_null_result_is_told_as_a_result(verdict: str) -> None:
    nothing = dict.fromkeys(("effect_ratio", "found_count", "found_pence", "before_after_ratio"))
    said = describe_comparison(material({"verdict": verdict, **nothing}))
    assert said[1].startswith("That is a result too")
    assert not [line for line in said if line.startswith(("Found", "A plain before"))]


def test_one_unit_alone_is_told_where_the_other_is_not_known() -> None:
    money = describe_comparison(material({"found_count": None}))[1]
    count = describe_comparison(material({"found_pence": None}))[1]
    assert ("contacts" in money, "£" in money, "contacts" in count, "£" in count) == (False, True, True, False)


def test_text_of_a_comparison_needs_one() -> None:
    with pytest.raises(ValueError, match="no comparison"):
        comparison_text(material())
    assert replace(material({}), months=None).months is None
    assert [sheet.name for sheet in benefit_sheets(replace(material({}), months=None))] == ["Comparison", "Practices"]
    assert "Judged" not in benefit_text(replace(material({}), months=None))


def test_practice_with_few_contacts_is_hidden_with_another_and_rounded_else() -> None:
    """A had 3 contacts: hiding A alone, what all had less the others would tell; so the smallest of the others goes too."""
    shown = hide_benefit(material(A=1.3, B=1.32, C=0.015, D=0.9), rule=HES_2018).practices
    rows = {row["practice_code"]: row for row in shown.to_dicts()}
    assert [code for code, row in rows.items() if row["is_hidden"]] == ["C", "D"]
    assert (rows["C"]["observed_count"], rows["D"]["standardised_ratio"], rows["D"]["reason"]) == (
        None,
        None,
        "not shown",
    )
    assert (rows["B"]["observed_count"], rows["B"]["standardised_ratio"]) == (265, pytest.approx(265 / 200))
    assert shown["distance_ratio"].is_null().all()
    text = benefit_text(replace(material(), practices=shown))
    assert "*" in text.splitlines()[-1]


def test_enough_are_hidden_that_their_sum_is_not_of_a_few() -> None:
    """Three and three are six, who could be pointed at: a third is hidden with them; those without any are nobody's secret."""
    shown = hide_benefit(material(A=1.3, B=0.015, C=0.015, D=0.9, E=0.0), rule=HES_2009).practices
    assert shown.filter("is_hidden")["practice_code"].to_list() == ["B", "C"]  # six are enough under the older rule
    shown = hide_benefit(material(A=1.3, B=0.015, C=0.015, D=0.9, E=0.0), rule=HES_2018).practices
    assert shown.filter("is_hidden")["practice_code"].to_list() == ["B", "C", "D"]


def test_two_practices_of_a_case_are_hidden_together() -> None:
    """One of the case's two is hidden, and what both had is told: so the other is hidden too."""
    two = material(A=0.015, B=1.3, C=1.2, D=1.1)
    own = two.practices.with_columns(
        role=pl.when(pl.col("practice_code") == "B").then(pl.lit("case")).otherwise(pl.col("role"))
    )
    assert hide_benefit(replace(two, practices=own), rule=HES_2018).practices.filter("is_hidden")[
        "practice_code"
    ].to_list() == ["A", "B"]


def test_case_of_a_few_contacts_is_hidden_and_another_rounded() -> None:
    few = hide_benefit(material(case={"case_observed_count": 5, "unpriced_count": 3}), rule=HES_2018)
    assert (few.case["case_observed_count"], few.case["standardised_ratio"], few.case["unpriced_count"]) == (
        None,
        None,
        None,
    )
    assert "* contacts then: * of what" in benefit_text(few)
    many = hide_benefit(material(), rule=HES_2018).case
    assert (many["case_observed_count"], many["standardised_ratio"]) == (410, pytest.approx(1.31 * 410 / 412))
    none = hide_benefit(material(case={"case_observed_count": 0, "standardised_ratio": None}), rule=HES_2018).case
    assert none["standardised_ratio"] is None


def test_comparison_of_few_or_with_few_added_is_hidden() -> None:
    """A side with five contacts, or with four more than the comparison three months before, is not shown; the verdict is."""
    for hidden in (
        hide_benefit(material({"case_observed_count": 5}), rule=HES_2018),
        hide_benefit(
            material({"after_months": 6}), rule=HES_2018, shown_before=[COMPARED | {"case_observed_count": 79}]
        ),
    ):
        assert hidden.comparison is not None
        assert (hidden.comparison["found_count"], hidden.comparison["is_hidden"]) == (None, True)
        assert "Found: *." in benefit_text(hidden)
        assert "as promised" in benefit_text(hidden).lower()
    shown = hide_benefit(
        material({}),
        rule=HES_2018,
        shown_before=[COMPARED | {"case_observed_count": 40, "comparators_observed_count": 100}],
    )
    assert shown.comparison is not None
    assert (shown.comparison["case_observed_count"], shown.comparison["case_predicted_number"]) == (85, None)
    assert shown.lines is None
    assert b"as_promised" in benefit_csv(shown)


@pytest.mark.parametrize("count", [83, 84, 86, 87])
def test_exact_count_cannot_be_worked_back_from_what_was_found(count: int) -> None:
    """Whatever count is rounded to 85, and 402 of the comparators to 400: 105 without the change, 20 fewer in two months, 120 a year."""
    without = 105.0 * 402 / 400
    seen = {"case_observed_count": count, "effect_ratio": count / without, "before_after_ratio": count / 120}
    told = hide_benefit(material(seen), rule=HES_2018).comparison
    assert told is not None
    assert (told["effect_ratio"], told["common_ratio"]) == (pytest.approx(85 / 105), pytest.approx(1.0))
    assert told["before_after_ratio"] == pytest.approx(85 / 120)
    assert (told["found_count"], told["found_pence"]) == (pytest.approx(120.0), round(120 * 6_000_000 / 410))
    assert told["low_count"] < told["found_count"] < told["high_count"]


def test_what_rose_is_told_the_other_way_and_what_cannot_be_told_not_at_all() -> None:
    more = hide_benefit(material({}, {"improvement_direction": "higher"}), rule=HES_2018).comparison
    assert more is not None
    assert (
        more["low_count"]
        < more["found_count"]
        < more["high_count"]
        == pytest.approx(6 * 105 * (0.98 * 85 / 83 * 402 / 400 - 1))
    )
    nothing = dict.fromkeys(("effect_ratio", "found_count", "before_after_ratio"))
    none = hide_benefit(material({"verdict": "cannot_tell", **nothing}), rule=HES_2018).comparison
    assert none is not None
    assert (none["effect_ratio"], none["case_observed_count"], none["is_hidden"]) == (None, 85, False)


def test_money_is_told_to_the_penny_and_its_ratios_tell_no_count() -> None:
    """Judged in cost, ratios are of pence, which are shown: a ratio scaled by the rounded count would tell the exact one."""
    held = material({"case_predicted_number": 1_500_000.0}, {"counted_in": "cost"})
    told = hide_benefit(held, rule=HES_2018)
    assert told.comparison is not None
    assert (told.comparison["effect_ratio"], told.case["standardised_ratio"]) == (0.787, 1.31)
    found = told.comparison["found_pence"]
    assert told.comparison["found_count"] == pytest.approx(found * 410 / 6_000_000, rel=1e-5)
    assert told.practices["low_ratio"].to_list() == held.practices["low_ratio"].to_list()
    few = hide_benefit(material({}, {"counted_in": "cost", "case_observed_count": 5}), rule=HES_2018).comparison
    assert few is not None
    assert few["found_count"] is None  # a mean price of five contacts


def test_limits_of_a_practice_are_those_of_its_rounded_count() -> None:
    """264 is shown as 265: an interval of 264 beside it would say which it was."""
    shown = hide_benefit(material(A=1.3, B=1.32, C=1.2, D=0.9), rule=HES_2018).practices.filter(practice_code="B")
    low, high = byar_limits(np.array([265.0]), cheque=1.7)
    assert (shown["low_ratio"][0], shown["high_ratio"][0]) == (low[0] / 200, high[0] / 200)
