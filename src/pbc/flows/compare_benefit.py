"""Hold a case's promise against what then happened, 3, 6 and 12 months after its start, beside the comparators frozen before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from pbc.engines import Engine
from pbc.errors import MissingFigure, RefusedInput
from pbc.flows.benefit_months import MonthState, judge_months
from pbc.flows.cells_held import broken_kinds, deliveries_held, tariff_frame
from pbc.flows.choose_comparators import baseline_name
from pbc.flows.journey import Journey
from pbc.flows.measured_months import count_months
from pbc.methods.variation import (
    CHECKPOINTS,
    BenefitCase,
    Judged,
    Measure,
    carry_baseline,
    compare_with_comparators,
    price_benefit,
    standardise,
)
from pbc.methods.variation.cases import COST
from pbc.periods import FinancialYear, Month
from pbc.policy import Policy
from pbc.results import PublishedSet, Receipt, Store
from pbc.tables import BENEFIT_COMPARISONS, BENEFIT_LINES, BENEFIT_MONTHS

YEAR = 12
Row = Mapping[str, Any]


def comparison_name(case_code: str, after_months: int) -> str:
    """This returns the set that holds a case's comparison so many months after its start."""
    return f"benefit/{case_code}/{after_months}"


def compare_benefit(
    store: Store, *, case_code: str, after_months: int, policy: Policy, engine: Engine, journey: Journey | None = None
) -> PublishedSet:
    """This returns the published set `benefit/<case>/<months>`: verdict, band, every practice's line, and the months judged.

    All that was declared is read from the case's frozen set. Months that are not delivered, or not complete enough, are left
    out and said; at least `risk.least_months` must remain. A result that cannot be told from chance, or has no fair comparator,
    is published like any other. Source: decisions methods/0257 and 0258.
    """
    if after_months not in CHECKPOINTS:
        raise RefusedInput(
            "Promise and fact are compared at set times after the start.", found=f"{after_months} months",
            expected=" or ".join(map(str, CHECKPOINTS)),
        )  # fmt: skip
    store, journey = store.steady(), journey or Journey()
    baseline = store.current(baseline_name(case_code))
    row = baseline.frame("benefit_cases").row(0, named=True)
    case = case_of(row, practices=_codes(baseline, "case"))
    journey.step("Finding the months that can be judged", 0.0)
    window = [case.starts.plus(at) for at in range(after_months)]
    cells = deliveries_held(store, "cells", keep=lambda month: month >= window[0])
    known = deliveries_held(store, "cells", keep=lambda month: month >= window[0].plus(-2 * YEAR))
    states = judge_months(known, engine, months=window, measure=case.measure, policy=policy)
    used = _enough(states, policy, case)
    _require_one_grouping(store, row, case.measure, used)
    journey.step("Counting the measure", 0.3)
    register, tariff = store.current("register"), store.at(f"tariff/{row['price_year']}", _id_of(baseline, "tariff/"))
    activity = deliveries_held(store, "activity", keep=lambda month: month in cells.sets)
    places = baseline.frame("benefit_practices")
    measured = count_months(
        activity, engine, register=register, tariff=tariff, measure=case.measure, months=used,
        practices=places["practice_code"].to_list(), policy=policy,
    )  # fmt: skip
    after = standardise(
        measured.placed, person_months=measured.person_months, rates=baseline.frame("benefit_rates"),
        counted_in=case.measure.counted_in, months_count=len(used),
    )  # fmt: skip
    journey.step("Comparing", 0.8)
    lines = carry_baseline(after, baseline=places, case=row, months_count=len(used))
    tables = _tables(row, case, lines, states, policy)
    inputs = {each.name: each.set_id for each in (baseline, register, tariff)}
    receipt = Receipt(
        flow="compare_benefit",
        inputs=inputs | activity.inputs | known.inputs,
        parameters={"case": case_code, "months": str(after_months)},
        regime=policy.regime,
        policy=policy.fingerprint,
        engine=engine.name,
        is_made_up=baseline.receipt.is_made_up or activity.is_made_up,
        made_at=journey.made_at,
    )
    journey.step("Publishing with its receipt", 0.95)
    return store.publish(comparison_name(case_code, after_months), tables, receipt)


def case_of(row: Row, *, practices: tuple[str, ...]) -> BenefitCase:
    """This returns a case as a row of BENEFIT_CASES holds it."""

    def codes(name: str) -> tuple[str, ...]:
        return tuple(row[name].split(", ")) if row[name] else ()

    measure = Measure(
        row["measure_title"], codes("points_of_delivery"), codes("specialties"), codes("hrg_codes"), codes("hospitals"),
        row["counted_in"], row["improvement_direction"],
    )  # fmt: skip
    return BenefitCase(
        row["case_title"], practices, Month.from_number(row["start_month"]), measure, row["promised_count"],
        row["promised_pence"], row["phase_in_months"],
    )  # fmt: skip


def _codes(baseline: PublishedSet, role: str) -> tuple[str, ...]:
    rows = baseline.frame("benefit_practices")
    return tuple(rows.filter(pl.col("role") == role)["practice_code"].to_list())


def _id_of(baseline: PublishedSet, kind: str) -> str:
    return next(set_id for name, set_id in baseline.receipt.inputs.items() if name.startswith(kind))


def _enough(states: list[MonthState], policy: Policy, case: BenefitCase) -> list[Month]:
    used = [state.month for state in states if state.is_used]
    least = policy.whole("risk.least_months", on=case.starts.financial_year.start)
    if len(used) < least:
        unfit = [f"{state.month.title}: {state.reason}" for state in states if not state.is_used]
        raise MissingFigure(
            "Too few months after the start can be judged.", where=f"{case.title}, {len(states)} months from {case.starts.title}",
            found="; ".join(unfit), expected=f"at least {least} months delivered and complete enough",
            remedy="Receive those deliveries (pbc receive FOLDER --month YYYY-MM), or wait until the months have filled up.",
        )  # fmt: skip
    return used


def _require_one_grouping(store: Store, row: Row, measure: Measure, used: list[Month]) -> None:
    """Price groups of two groupings are never compared: a change of codes would look like a change of care."""
    if not measure.hrg_codes and measure.counted_in != COST:
        return
    first = Month.from_number(row["baseline_first_month"]).financial_year
    years = [FinancialYear(at) for at in range(first.starts_in, used[-1].financial_year.starts_in + 1)]
    frames = [frame for year in years if (frame := tariff_frame(store, slug=year.slug)) is not None]
    broken = {kind for at in range(1, len(frames)) for kind in broken_kinds(frames[at - 1], frames[at])}
    changed = sorted(broken & set(measure.points_of_delivery))
    if changed:
        raise RefusedInput(
            "The grouping of price groups changed between the year before and now.", where=row["case_title"],
            found=f"another grouping of {', '.join(changed)}", expected="one grouping for both times",
            remedy="Judge the case by contacts, without naming price groups.",
        )  # fmt: skip


def _tables(
    row: Row, case: BenefitCase, lines: pl.DataFrame, states: list[MonthState], policy: Policy
) -> Mapping[str, pl.DataFrame]:
    used = [state.month for state in states if state.is_used]
    share = sum(case.due_share(month) for month in used) / len(used)
    promised = case.promised_pence if case.measure.counted_in == COST else case.promised_count
    judged = compare_with_comparators(
        lines, case=row, due=promised * share, months_count=len(used),
        default_drift=policy.ratio("variation.drift_ratio", on=case.starts.financial_year.start),
    )  # fmt: skip
    after = pl.lit(len(states), dtype=pl.Int64).alias("after_months")
    months = [
        {
            "case_code": row["case_code"], "month": state.month.number, "is_used": state.is_used, "reason": state.reason,
            "after_months": len(states), "due_share": case.due_share(state.month),
        }
        for state in states
    ]  # fmt: skip
    known = {
        **_seen(lines),
        **_found(judged, row),
        "case_code": row["case_code"], "after_months": len(states), "start_month": row["start_month"],
        "months_count": len(used), "promised_count": case.promised_count, "promised_pence": case.promised_pence,
        "due_count": case.promised_count * share, "due_pence": round(case.promised_pence * share),
    }  # fmt: skip
    return {
        "benefit_comparisons": BENEFIT_COMPARISONS.from_rows([known]),
        "benefit_lines": BENEFIT_LINES.conform(lines.with_columns(after)),
        "benefit_months": BENEFIT_MONTHS.from_rows(months),
    }


def _seen(lines: pl.DataFrame) -> dict[str, Any]:
    """Contacts and cost of both groups in the months judged."""
    seen: dict[str, Any] = {}
    for role, name in (("case", "case"), ("comparator", "comparators")):
        rows = lines.filter(pl.col("role") == role)
        seen[f"{name}_observed_count"] = int(rows["observed_count"].sum())
        seen[f"{name}_observed_pence"] = int(rows["observed_pence"].sum())
        seen[f"{name}_predicted_number"] = float(rows["predicted_number"].sum())
    return seen


def _found(judged: Judged, row: Row) -> dict[str, Any]:
    effect = judged.effect
    found: dict[str, Any] = {
        "verdict": judged.verdict, "reason": judged.reason, "drift_ratio": judged.drift, "before_after_ratio": judged.before_after,
        "common_ratio": effect and effect.common, "effect_ratio": effect and effect.ratio, "low_ratio": effect and effect.low,
        "high_ratio": effect and effect.high,
    }  # fmt: skip
    for name, amount in (("found", judged.found), ("low", judged.low), ("high", judged.high)):
        found[f"{name}_count"], found[f"{name}_pence"] = price_benefit(amount, case=row)
    return found
