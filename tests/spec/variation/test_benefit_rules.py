"""Promise against fact: given a case, what its practices and comparators had before and after, then what can be said."""

from __future__ import annotations

from typing import Any

import pytest
from tests.spec.variation.made_up_benefits import CASE, after, baseline, said

from pbc.errors import RefusedInput
from pbc.methods.variation import (
    BenefitCase,
    Judged,
    build_case,
    carry_baseline,
    compare_with_comparators,
    measure_spread_of_ratios,
    price_benefit,
)
from pbc.periods import Month

SAME = {code: 1.2 for code in "ABCDE"}


def compare(ratios: dict[str, float], counts: dict[str, int], *, due: float = 40.0, **case: Any) -> Judged:
    known = CASE | case
    lines = carry_baseline(after(**counts), baseline=baseline(**ratios), case=known, months_count=12)
    return compare_with_comparators(lines, case=known, due=due, months_count=12, default_drift=0.05)


def test_case_is_read_field_by_field() -> None:
    """Given the example of docs/benefits.md, then its fields in the engine's own types: codes sorted, pence, months."""
    case = build_case(said(practices=["Z90002", "Z90001"], promise_pounds_a_year=24000.5), where="file")
    assert (case.practices, case.starts, case.promised_pence) == (("Z90001", "Z90002"), Month(2009, 4), 2_400_050)
    assert (case.measure.specialties, case.measure.hospitals) == (("330",), ())


@pytest.mark.parametrize(
    "fields, told",
    [
        (["a list"], "made of named fields"),
        (said(colour="red"), "found colour"),
        (said(starts=None), "found no starts"),
        (said(case=" "), "file, case"),
        (said(starts=200904), "a month like 2009-04"),
        (said(starts="April"), "file, starts; found April"),
        (said(starts="9999-12"), "file, starts; found 9999-12"),
        (said(case="Clinic\x1b[31m"), "file, case"),
        (said(case="Clinic\nPaid"), "few words on one line"),
        (said(practices=[]), "file, practices"),
        (said(practices="Z90001"), "file, practices"),
        (said(practices=["Z90001", "Z90001"]), "each code once"),
        (said(practices=[1.5]), "file, practices"),
        (said(measure_points_of_delivery=["RX"]), "found \\['RX'\\]"),
        (said(measure_better="cheaper"), "lower or higher"),
        (said(measure_counted_in="people"), "contacts or cost"),
        (said(promise_contacts_a_year=-1), "promise, contacts_a_year"),
        (said(promise_phase_in_months=121), "promise, phase_in_months"),
        (said(promise_pounds_a_year=True), "promise, pounds_a_year"),
        (said(promise_pounds_a_year=24000.555), "promise, pounds_a_year; found 24000.555; expected at most 2 decimals"),
        (said(promise_pounds_a_year=10**20), "promise, pounds_a_year"),
        (said(promise_contacts_a_year=0), "Nothing is promised"),
    ],
)
def test_field_that_cannot_be_used_is_refused_by_its_name(fields: Any, told: str) -> None:
    """Given a field unknown, missing, or unfit, then a refusal that names it and what it must be."""
    with pytest.raises(RefusedInput, match=told):
        build_case(fields, where="file")


def test_promise_grows_evenly_through_its_phase_in() -> None:
    """Given three months to phase in, then a third, two thirds and all is due; with none, all from the first month."""
    case, at_once = build_case(said(), where="file"), build_case(said(promise_phase_in_months=0), where="file")
    assert [case.due_share(Month(2009, month)) for month in (4, 5, 6, 7)] == pytest.approx([1 / 3, 2 / 3, 1, 1])
    assert at_once.due_share(Month(2009, 4)) == 1.0


def test_only_the_lasting_part_of_a_high_ratio_is_carried_forward() -> None:
    """Given 1.4 and a spread of 0.2 with as much luck, then half of 0.4 lasts: 240 of 200 expected, not 280."""
    lines = carry_baseline(
        after(A=240),
        baseline=baseline(A=1.4),
        case=CASE | {"cheque_size": 8.0, "persistence_ratio": 0.0},
        months_count=12,
    )
    assert lines.select("lasting_ratio", "predicted_number").row(0) == pytest.approx((0.5, 240.0))


def test_practice_new_since_or_gone_is_not_carried() -> None:
    """Given B opened since the choice and C has nothing expected any more, then neither has a line."""
    now = after(A=200, B=200)
    assert carry_baseline(now, baseline=baseline(A=1.0, C=1.0), case=CASE, months_count=12)[
        "practice_code"
    ].to_list() == ["A"]


def test_fall_beyond_luck_near_the_promise_is_as_promised() -> None:
    """Given all at 1.2, comparators steady and A down from 240 to 160 with 80 promised, then as promised."""
    found = compare(SAME, {"A": 160, "B": 240, "C": 240, "D": 240, "E": 240}, due=80.0)
    assert found.verdict == "as_promised"
    assert found.found == pytest.approx(80, abs=2)
    assert found.low is not None
    assert found.high is not None
    assert 0 < found.low < 80 < found.high


@pytest.mark.parametrize(
    "own, due, verdict",
    [
        pytest.param(100, 20.0, "better_than_promised", id="far more than promised"),
        pytest.param(240, 150.0, "less_than_promised", id="no benefit, and the promise ruled out"),
        pytest.param(330, 40.0, "less_than_promised", id="worse"),
        pytest.param(225, 40.0, "cannot_tell", id="neither nothing nor the promise ruled out"),
    ],
)
def test_band_decides_the_words(own: int, due: float, verdict: str) -> None:
    """Given comparators steady at 240, then better, less or cannot be told by where the promise and nought lie."""
    assert compare(SAME, {"A": own, "B": 240, "C": 240, "D": 240, "E": 240}, due=due).verdict == verdict


def test_a_promise_on_a_limit_of_the_band_is_inside() -> None:
    """Given the very limits that were found as what is due, then neither less nor better than promised."""
    counts = {"A": 160, "B": 240, "C": 240, "D": 240, "E": 240}
    found = compare(SAME, counts)
    assert found.low is not None
    assert found.high is not None
    assert {compare(SAME, counts, due=due).verdict for due in (found.low, found.high)} == {"as_promised"}


def test_what_moves_everybody_is_no_benefit() -> None:
    """Given everybody fell by a fifth, then nothing is found, though a plain before and after says a fifth."""
    found = compare(SAME, {code: 192 for code in SAME})
    assert found.effect is not None
    assert found.effect.ratio == pytest.approx(1.0)
    assert found.found == pytest.approx(0.0)
    assert found.before_after == pytest.approx(0.8)
    assert found.verdict != "as_promised"


def test_measure_where_higher_is_better_counts_a_rise_as_benefit() -> None:
    """Given higher is better and A rose from 240 to 320, then about 80 are found, above nought."""
    found = compare(SAME, {"A": 320, "B": 240, "C": 240, "D": 240, "E": 240}, due=80.0, improvement_direction="higher")
    assert (found.verdict, found.found) == ("as_promised", pytest.approx(80, abs=3))


def test_cost_is_judged_in_pence() -> None:
    """Given a measure judged in cost, then found is pence: 80 contacts at £1."""
    ratios = {code: 1.2 for code in "ABCDE"}
    lines_case = CASE | {"counted_in": "cost", "cheque_size": 170.0, "event_cheque_size": 100.0}
    rows = baseline(**ratios).with_columns(expected_number=20_000.0)
    lines = carry_baseline(
        after(20_000.0, A=160, B=240, C=240, D=240, E=240), baseline=rows, case=lines_case, months_count=12
    )
    found = compare_with_comparators(lines, case=lines_case, due=8_000.0, months_count=12, default_drift=0.05)
    assert (found.verdict, found.found) == ("as_promised", pytest.approx(8_000, abs=200))


def test_without_fair_comparators_nothing_is_compared() -> None:
    """Given the choice was not fair, or all comparators are gone, then that is the verdict; no benefit is invented."""
    not_fair = compare(SAME, dict.fromkeys(SAME, 240), is_fair=False, reason="Only 1")
    assert (not_fair.verdict, not_fair.reason, not_fair.effect) == ("no_fair_comparator", "Only 1", None)
    gone = compare({"A": 1.2, "Z": 1.2}, {"A": 240, "Z": 240})
    assert (gone.verdict, gone.found) == ("no_fair_comparator", None)


def test_so_few_contacts_that_luck_moves_them_by_a_fifth_tell_nothing() -> None:
    """Given cheques of 20 contacts, then twelve of them stand behind A, and behind one comparator alone too: nothing is told."""
    for ratios in (SAME, {"A": 1.2, "B": 1.2}):
        assert compare(ratios, dict.fromkeys(ratios, 240), cheque_size=20.0).reason.startswith("So few contacts")
    thin = {"A": 1.2, "B": 1.2, "Z": 1.2}
    rows = after(A=240, B=10, Z=240).with_columns(expected_number=200.0)
    lines = carry_baseline(rows, baseline=baseline(**thin), case=CASE, months_count=12)
    few = lines.with_columns(
        predicted_number=10.0 * (lines["practice_code"] == "B").cast(float)
        + 200 * (lines["practice_code"] != "B").cast(float)
    )
    assert (
        compare_with_comparators(few, case=CASE, due=1.0, months_count=12, default_drift=0.05).verdict == "cannot_tell"
    )


@pytest.mark.parametrize("counts", [{"A": 0, "B": 240, "C": 240}, {"A": 240, "B": 0, "C": 0}])
def test_side_with_nothing_tells_nothing(counts: dict[str, int]) -> None:
    """Given no contact at all on one side, then no ratio is drawn."""
    found = compare(dict.fromkeys("ABC", 1.2), counts)
    assert (found.verdict, found.reason) == (
        "cannot_tell",
        "One of the two sides had nothing of the measure: nothing can be told.",
    )


def test_drift_of_others_widens_the_band_and_few_others_take_the_default() -> None:
    """Given the practices left alone wandered far, then the band is wider; one other alone leaves the default drift."""
    calm = compare(SAME, {"A": 200, "B": 240, "C": 240, "D": 240, "E": 240})
    wild = compare(SAME, {"A": 200, "B": 120, "C": 360, "D": 150, "E": 330})
    assert calm.drift is not None
    assert wild.drift is not None
    assert calm.drift < 0.05 < wild.drift
    assert calm.high is not None
    assert wild.high is not None
    assert calm.low is not None
    assert wild.low is not None
    assert wild.high - wild.low > calm.high - calm.low
    assert compare({"A": 1.2, "B": 1.2}, {"A": 200, "B": 240}).drift == 0.05


def test_spread_of_true_ratios_is_what_luck_does_not_explain() -> None:
    """Given ratios far apart for 200 contacts each, then wider than the default; alike, then narrower; one alone, the default."""
    far, alike = (after(**dict(zip("ABCDEFGH", counts, strict=True))) for counts in ([80, 320] * 4, [200] * 8))
    assert measure_spread_of_ratios(far, cheque=1.7, default=0.2) > 0.3
    assert 0.1 < measure_spread_of_ratios(alike, cheque=1.7, default=0.2) < 0.2
    assert measure_spread_of_ratios(after(A=200), cheque=1.7, default=0.2) == 0.2


@pytest.mark.parametrize(
    "amount, case, found",
    [
        (None, {}, (None, None)),
        (10.0, {}, (10.0, 150_000)),
        (-0.001, {}, (-0.001, -15)),
        (10.0, {"case_observed_pence": 0}, (10.0, None)),
        (150_000.0, {"counted_in": "cost"}, (10.0, 150_000)),
        (150_000.0, {"counted_in": "cost", "case_observed_pence": 0}, (None, 150_000)),
    ],
)
def test_benefit_is_told_in_contacts_and_in_money(
    amount: float | None, case: dict[str, Any], found: tuple[Any, Any]
) -> None:
    """Given 400 contacts cost £60,000 before, then each is worth £150; without a cost there is no other unit."""
    assert (
        price_benefit(amount, case=CASE | case) == pytest.approx(found) if amount is not None else found == (None, None)
    )


def test_due_is_declared_with_the_case() -> None:
    """Given a case, then it is a value that cannot be changed once read."""
    case: BenefitCase = build_case(said(), where="file")
    with pytest.raises(AttributeError):
        case.promised_count = 1  # type: ignore[misc]
