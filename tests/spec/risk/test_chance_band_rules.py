"""Chance bands.

One number does the work: the size of one cheque. The chance variance of a budget is the cheque times the budget, and the
limits are log-normal. Variances add; limits never do. Budgets too small, too young or wholly fixed are not judged.
A label says where the year stands; it never calls an underspend a saving.
"""

import math
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pbc.errors import RefusedInput
from pbc.methods.risk import Cheque, add_up_positions, band_chance, cede_excess, default_cheque, measure_cheque
from pbc.periods import FinancialYear, Month
from pbc.policy.policy import load_policy
from pbc.stats.bands import Z_95
from pbc.tables import BUDGET_POSITIONS, CEDED_COSTS, CHANCE_BANDS, PERSON_SPREAD

YEAR = FinancialYear(2009)
POLICY = load_policy("england-2005")
TEN_THOUSAND = Cheque(
    10_000, "estimated", 5_900, "estimated", 0.2, "default", 0.09, "default", 9e4, ("2009-10",), None, 0, None
)
PENCE = 100


def position(code: str = "Z90001", **given: Any) -> dict[str, Any]:
    usual = dict(
        financial_year="2009-10", statement_month=201003, practice_code=code, cluster_code="ZC01", commissioner_code="ZP1",
        list_size=6_000, months_count=12, activity_budget_pence=4_620_000 * PENCE, activity_actual_pence=4_620_000 * PENCE,
    )  # fmt: skip
    return usual | given


def drawn(*rows: dict[str, Any], cheque: Cheque = TEN_THOUSAND) -> pl.DataFrame:
    found = band_chance(BUDGET_POSITIONS.from_rows(list(rows)), year=YEAR, cheque=cheque, policy=POLICY)
    assert CHANCE_BANDS.check(found) == []
    return found


def drawn_capped(rows: list[dict[str, Any]], cheque: Cheque, pence: int = 22_638_000) -> pl.DataFrame:
    """Bands of practices each of which cedes so much, for which the pool was given as much."""
    amounts = dict.fromkeys(
        ("ceded_pence", "contribution_pence", "year_contribution_pence", "budget_taken_pence"), pence
    )
    ceded = CEDED_COSTS.from_rows([
        dict.fromkeys(CEDED_COSTS.names, 0) | amounts
        | dict(financial_year="2009-10", statement_month=201003, unit_kind="practice", unit_code=row["practice_code"],
               commissioner_code="ZP1", basis="expected_share", rule="R3.4", parameter="risk.stop_loss_pounds")
        for row in rows
    ])  # fmt: skip
    capped = cede_excess(BUDGET_POSITIONS.from_rows(rows), ceded_costs=ceded)
    return band_chance(capped, year=YEAR, cheque=cheque, policy=POLICY, ceded_costs=ceded)


def of(bands: pl.DataFrame, kind: str = "practice") -> dict[str, Any]:
    return bands.filter(pl.col("unit_kind") == kind).row(0, named=True)


@pytest.mark.parametrize(
    "actual, label",
    [
        (4_213_050, "inside_chance"),
        (4_213_000, "outside_chance_inside_outer"),
        (3_770_600, "outside_chance_inside_outer"),
        (3_770_500, "outside_outer"),
        (5_055_300, "inside_chance"),
        (5_055_400, "outside_chance_inside_outer"),
        (5_603_200, "outside_chance_inside_outer"),
        (5_603_400, "outside_outer"),
    ],
)
def test_label_says_which_limits_the_year_keeps_to(actual: int, label: str) -> None:
    """Given a budget of 4.62m and an actual in pounds, then the label: limits 4.213m, 5.055m; outer 3.771m, 5.603m."""
    assert of(drawn(position(activity_actual_pence=actual * PENCE)))["label"] == label


@pytest.mark.parametrize(
    "given, label, words",
    [
        (dict(list_size=300, activity_budget_pence=240_000_00), "not_judged", "Too small to judge alone"),
        (dict(list_size=700, activity_budget_pence=540_000_00), "inside_chance", "too small for a one-year view"),
        (dict(months_count=2), "not_judged", "fewer than three months"),
        (dict(activity_budget_pence=0, fixed_budget_pence=99, fixed_actual_pence=99), "not_judged", "no chance band"),
        (dict(fixed_budget_pence=162_000_000, fixed_actual_pence=162_000_000), "inside_chance", "£1,620,000 of the budget is paid by"),
    ],
)  # fmt: skip
def test_edges_are_told_in_words(given: dict[str, Any], label: str, words: str) -> None:
    """Given a list or budget at the edge, then its label and the words that say why."""
    budget = given.get("activity_budget_pence", 4_620_000_00)
    found = of(drawn(position(activity_actual_pence=budget, **given)))
    assert (found["label"], words in found["sentence"]) == (label, True), found["sentence"]
    assert (found["chance_low_pence"] is None) == (label == "not_judged")


def test_cluster_has_one_band_on_the_sum() -> None:
    """Given four practices, then the cluster's limits are those of the sum, inside the sum of the practices' limits."""
    budgets = [1_155_000, 2_310_000, 4_620_000, 7_700_000]
    rows = [
        position(
            f"Z9000{i}",
            list_size=budget // 770,
            activity_budget_pence=budget * PENCE,
            activity_actual_pence=budget * PENCE,
        )
        for i, budget in enumerate(budgets)
    ]
    found = drawn(*rows)
    cluster, alone = of(found, "cluster"), found.filter(pl.col("unit_kind") == "practice")
    assert (cluster["chance_low_pence"], cluster["chance_high_pence"]) == pytest.approx(
        (1_502_055_518, 1_657_784_762), rel=2e-5
    )
    assert cluster["chance_low_pence"] > alone["chance_low_pence"].sum()
    assert cluster["chance_high_pence"] < alone["chance_high_pence"].sum()
    assert "together, its 4 practices by about ±4.9%" in cluster["sentence"]


def test_budget_of_last_year_needs_a_wider_band() -> None:
    """Given a budget that is wholly last year's spending, then the band is that of the vector with w = 1 and H = 1."""
    found = of(drawn(position(history_weight_ratio=1.0, history_years_count=1)))
    assert found["chance_low_pence"] == pytest.approx(411_711_421, abs=1)
    assert found["outer_low_pence"] == found["chance_low_pence"]
    with pytest.raises(RefusedInput, match="not of how many years"):
        drawn(position(history_weight_ratio=1.0))


@pytest.mark.parametrize("hospital, drugs", [(1.0, 0.0), (0.0, 1.0), (1.0, 1.0), (0.5, None)])
def test_hospital_and_prescribing_are_each_weighed_by_their_own_past(hospital: float, drugs: float | None) -> None:
    """Given the weight of own past in hospital lines and in prescribing (none: as hospital), then each variance follows its
    own, and the formula's error is that of what each takes from it."""
    row = position(
        prescribing_budget_pence=100_000_000, prescribing_actual_pence=100_000_000, history_weight_ratio=hospital,
        prescribing_history_weight_ratio=drugs, history_years_count=1,
    )  # fmt: skip
    found, own = of(drawn(row)), hospital if drugs is None else drugs
    care, rx = 10_000 * 4_620_000, 83 * 1_000_000 + (0.012 * 1_000_000) ** 2
    spread = sum((1 + weight**2 - 2 * weight * 0.2) * part for weight, part in ((hospital, care), (own, rx)))
    ratio = found["chance_high_pence"] / found["chance_low_pence"]
    assert ratio == pytest.approx(math.exp(2 * Z_95 * math.log(1 + spread / 5_620_000**2) ** 0.5), rel=1e-6)
    error = 0.09 * ((1 - hospital) * 4_620_000 + (1 - own) * 1_000_000)
    outer = found["outer_high_pence"] / found["outer_low_pence"]
    assert outer == pytest.approx(
        math.exp(2 * Z_95 * math.log(1 + (spread + error**2) / 5_620_000**2) ** 0.5), rel=1e-6
    )
    past = hospital * 4_620_000 + own * 1_000_000
    assert ("its own past" in found["sentence"]) == (2 * past > 5_620_000)


def test_past_of_prescribing_alone_needs_its_years_too() -> None:
    """Given own past in prescribing and not of how many years, then a refusal."""
    with pytest.raises(RefusedInput, match="not of how many years"):
        drawn(position(history_weight_ratio=0.0, prescribing_history_weight_ratio=0.5))


def test_half_a_year_has_smaller_cheques_and_is_provisional() -> None:
    """Given half the year's budget, then the vector of month six: cheque 7,950, limits 2.056m to 2.587m, no final word."""
    half = dict(statement_month=200909, months_count=6, year_share=0.5)
    found = of(drawn(position(activity_budget_pence=231_000_000, activity_actual_pence=231_000_000, **half)))
    assert (found["cheque_pounds"], found["is_provisional"]) == (7_950, True)
    assert (found["chance_low_pence"], found["chance_high_pence"]) == pytest.approx(
        (205_600_000, 258_700_000), rel=6e-4
    )
    assert "Provisional: the year is not over." in found["sentence"]


def test_sentence_tells_the_error_that_is_in_the_band() -> None:
    """Given a budget nine tenths own past and tau of 9.0%, then 0.9% is told, and that the budget is mostly past."""
    past = of(drawn(position(history_weight_ratio=0.9, history_years_count=1)))
    assert "0.9% (the formula's own 9.0% of the 10.0% of it that the formula sets)" in past["sentence"]
    assert "mostly its own past (90.0% of it)" in past["sentence"]
    plain = of(drawn(position()))
    assert "The usual budget error is 9.0%; it is" in plain["sentence"]
    assert "own past" not in plain["sentence"]


def test_budget_that_is_its_own_past_says_nothing_of_a_formula() -> None:
    """Given a budget wholly own past, then no formula, no error of nought, no share of a hundred are told."""
    found = of(drawn(position(history_weight_ratio=1.0, history_years_count=1)))["sentence"]
    assert "This budget is its own past" in found
    assert not [word for word in ("formula", "0.0%", "100.0%", "budget error") if word in found]


def test_sentence_shows_the_cheque_the_band_was_drawn_with() -> None:
    """Given half the year, then the sentence names that half year's cheque and not the whole year's."""
    half = dict(statement_month=200909, months_count=6, year_share=0.5)
    found = of(drawn(position(activity_budget_pence=231_000_000, activity_actual_pence=231_000_000, **half)))
    assert "one cheque is £8,000 here" in found["sentence"]  # 7,950
    assert "10,000" not in found["sentence"]


def test_error_of_completion_widens_the_band() -> None:
    """Given a standard error of what is still to come, then its square is added to the variance."""
    sure = of(drawn(position()))
    unsure = of(drawn(position(completion_error_pence=10_000_000)))
    variance = 10_000 * 4_620_000 + 100_000**2
    assert unsure["chance_low_pence"] < sure["chance_low_pence"]
    relative = variance / 4_620_000**2
    ratio = unsure["chance_high_pence"] / unsure["chance_low_pence"]
    assert ratio == pytest.approx(
        2.718281828459045 ** (2 * Z_95 * (pl.Series([1 + relative]).log()[0]) ** 0.5), rel=1e-6
    )


def test_prescribing_is_added_as_independent() -> None:
    """Given hospital and prescribing lines, then c = (phi B + V of prescribing) / (both budgets) squared."""
    found = of(drawn(position(prescribing_budget_pence=95_000_000, prescribing_actual_pence=95_000_000)))
    hospital, drugs = 4_620_000, 950_000
    relative = (10_000 * hospital + 83 * drugs + (0.012 * drugs) ** 2) / (hospital + drugs) ** 2
    spread = pl.Series([1 + relative]).log()[0] ** 0.5
    assert found["budget_at_chance_pence"] == (hospital + drugs) * PENCE
    ratio = found["chance_high_pence"] / found["chance_low_pence"]
    assert ratio == pytest.approx(2.718281828459045 ** (2 * Z_95 * spread), rel=1e-6)


def test_need_moves_the_cheque_of_a_practice() -> None:
    """Given two practices whose people cost 1.5 and 0.5 of the average, then their cheques follow the power 0.4."""
    dear = position("Z90001", list_size=6_000, activity_budget_pence=900_000_000)
    cheap = position("Z90002", list_size=6_000, activity_budget_pence=300_000_000)
    found = drawn(dear, cheap).filter(pl.col("unit_kind") == "practice")
    assert found["cheque_pounds"].to_list() == pytest.approx([10_000 * 1.5**0.4, 10_000 * 0.5**0.4])
    assert "An unusual list" in found["sentence"][1]


def test_stop_loss_caps_budget_and_actual_and_shows_the_pool() -> None:
    """Given a stop-loss, then bands are of capped cost, and what is ceded stands on the pool's own wide line."""
    capped = Cheque(
        6_670,
        "estimated",
        5_900,
        "estimated",
        0.2,
        "default",
        0.09,
        "default",
        9e4,
        ("2009-10",),
        20_000,
        0.049,
        30_000.0,
    )
    rows = [position(f"Z900{i:02}") for i in range(20)]
    with pytest.raises(RefusedInput, match="what it takes off"):
        drawn(*rows, cheque=capped)
    found = drawn_capped(rows, capped)
    practice, pool = of(found), of(found, "risk_pool")
    assert (practice["budget_pence"], practice["actual_pence"]) == (439_362_000, 439_362_000)
    assert (practice["chance_low_pence"], practice["chance_high_pence"]) == pytest.approx(
        (406_761_982, 473_855_388), abs=2
    )
    assert (pool["budget_pence"], pool["actual_pence"]) == (20 * 22_638_000, 20 * 22_638_000)
    assert pool["chance_high_pence"] / pool["budget_pence"] > practice["chance_high_pence"] / practice["budget_pence"]


def test_cheque_of_events_alone_is_never_used_raw() -> None:
    """Given events of nobody known, then the cheque is 1.7 times theirs and its source says spells."""
    row = dict.fromkeys(PERSON_SPREAD.names, 0.0) | dict(
        financial_year="2009-10", practice_code="Z90001", persons_count=0, negative_persons_count=0,
        event_cost_pounds=1e6, event_cost_squared_pounds=5.9e9,
    )  # fmt: skip
    found = measure_cheque(PERSON_SPREAD.from_rows([row]), year=YEAR, policy=POLICY)
    assert (found.cheque_source, round(found.cheque_pounds)) == ("spells", 10_030)


def test_defaults_follow_the_price_level_of_the_year() -> None:
    """Given no data, then 10,000 at 2017/18 prices is 8,700 in 2009/10, and every source says default."""
    found = default_cheque(POLICY, on=YEAR.start)
    assert (round(found.cheque_pounds), round(found.event_cheque_pounds)) == (8_700, 5_133)
    assert {found.cheque_source, found.event_cheque_source, found.persistence_source, found.formula_error_source} == {
        "default"
    }


@pytest.mark.parametrize("missing", ["list_size", "activity_budget_pence", "months_count"])
def test_missing_ingredient_is_refused_by_name(missing: str) -> None:
    """Given positions without a needed column, then a refusal that names it, never a band of no width."""
    positions = BUDGET_POSITIONS.from_rows([position()]).drop(missing)
    with pytest.raises(RefusedInput, match=missing):
        band_chance(positions, year=YEAR, cheque=TEN_THOUSAND, policy=POLICY)


def test_cheque_that_is_no_number_is_refused() -> None:
    """Given a cheque that is not finite, then a refusal, never a band."""
    broken = default_cheque(POLICY, on=YEAR.start)
    broken = Cheque(**{**vars(broken), "cheque_pounds": float("nan")})
    with pytest.raises(RefusedInput, match="cheque"):
        drawn(position(), cheque=broken)


@pytest.mark.parametrize(
    "service, form, column",
    [
        ("planned_care", "activity_price", "activity_budget_pence"),
        ("emergency_care", "marginal", "activity_budget_pence"),
        ("outpatients", "local", "activity_budget_pence"),
        ("outpatients", "block", "fixed_budget_pence"),
        ("prescribing", "activity_price", "prescribing_budget_pence"),
        ("community", "apportioned", "apportioned_budget_pence"),
    ],
)
def test_lines_are_judged_by_how_they_are_paid(service: str, form: str, column: str) -> None:
    """Given a line's service and payment form, then where its budget stands in the position."""
    lines = pl.DataFrame(
        [dict(practice_code="Z90001", service=service, payment_form=form, budget_pence=700, actual_pence=650)]
    )
    practices = pl.DataFrame([dict(practice_code="Z90001", commissioner_code="ZP1", list_size=1, months_count=12)])
    found = add_up_positions(lines, practices=practices, year=YEAR, month=Month(2010, 3)).row(0, named=True)
    budgets = {name: found[name] for name in found if name.endswith("_budget_pence")}
    assert budgets.pop(column) == 700
    assert set(budgets.values()) <= {0, None}
    with pytest.raises(RefusedInput, match="payment form"):
        add_up_positions(
            lines.with_columns(payment_form=pl.lit("barter"), service=pl.lit("outpatients")),
            practices=practices,
            year=YEAR,
            month=Month(2010, 3),
        )


def test_one_month_at_a_time() -> None:
    """Given positions of two months, then a refusal; given none, then no bands."""
    with pytest.raises(RefusedInput, match="one month at a time"):
        drawn(position(), position("Z90002", statement_month=200912))
    assert drawn().height == 0


def test_need_adjustment_can_be_switched_off(tmp_path: Path) -> None:
    """Given the switch off, then every practice has the commissioner's cheque."""
    off = "{from: 2009-04-01, value: false, status: local_agreement, source: 'Minute 3'}"
    (tmp_path / "off.yaml").write_text(f"risk.need_adjusts_cheque:\n  values:\n    - {off}\n", encoding="utf-8")
    rows = [
        position("Z90001", activity_budget_pence=900_000_000),
        position("Z90002", activity_budget_pence=300_000_000),
    ]
    found = band_chance(
        BUDGET_POSITIONS.from_rows(rows), year=YEAR, cheque=TEN_THOUSAND,
        policy=load_policy("england-2005", overlays=[tmp_path / "off.yaml"]),
    )  # fmt: skip
    assert set(found["cheque_pounds"]) == {10_000.0}


def test_pool_without_a_cheque_of_its_own_is_not_judged() -> None:
    """Given a stop-loss but a default cheque, then the pool's line stands with no band."""
    capped = Cheque(6_700, "default", 5_900, "default", 0.2, "default", 0.09, "default", 0, (), 20_000, 0.049, None)
    found = of(drawn_capped([position(f"Z900{i:02}") for i in range(20)], capped), "risk_pool")
    assert (found["label"], found["chance_low_pence"]) == ("not_judged", None)
    assert "cannot be told yet" in found["sentence"]


def test_commissioners_are_judged_apart() -> None:
    """Given practices of two commissioners, then each has its own rest, average and band."""
    both = drawn(position("A"), position("B"), position("C", commissioner_code="ZP2", cluster_code="ZC02"))
    alone = drawn(position("C", commissioner_code="ZP2", cluster_code="ZC02"))
    assert both.filter(pl.col("unit_code").is_in(["C", "ZC02", "ZP2"])).equals(alone)
    assert alone.filter(pl.col("unit_kind") == "practice")["rest_variance_ratio"].to_list() == [None]
