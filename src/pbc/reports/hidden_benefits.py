"""A business case's benefit as others may see it: no count of a few people, nor a figure from which one would follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from pbc.reports.benefits import BenefitMaterial
from pbc.stats.small_numbers import SmallNumbers
from pbc.stats.standardised import byar_limits

OF_PRACTICE = ("observed_count", "observed_pence", "standardised_ratio", "low_ratio", "high_ratio")
OF_CASE = ("case_observed_count", "case_observed_pence", "standardised_ratio")
ENOUGH_HIDDEN = 2  # practices: one alone would follow from the others and their sum
OF_COMPARISON = (
    "case_observed_count", "case_observed_pence", "comparators_observed_count", "comparators_observed_pence", "case_predicted_number",
    "comparators_predicted_number", "common_ratio", "effect_ratio", "low_ratio", "high_ratio", "before_after_ratio", "found_count",
    "low_count", "high_count", "found_pence", "low_pence", "high_pence",
)  # fmt: skip
EXACT = "ratios and what was found are worked out of what is shown. Choice and verdict rest on exact counts, for those entitled to them."
GROUPS = ("case_observed_count", "comparators_observed_count")
COST, LOWER, YEAR = "cost", "lower", 12
Row = Mapping[str, Any]


def hide_benefit(material: BenefitMaterial, *, rule: SmallNumbers, shown_before: Sequence[Row] = ()) -> BenefitMaterial:
    """This returns a case's material for readers who may not see small numbers: hidden figures empty, others rounded.

    Practices are hidden together until those hidden hold enough contacts and are two or more, among the case's and among all:
    what all had is what all were expected to have. Ratios are of rounded counts, and the words why are without figures. After the
    start only the two groups are told, and not where one added few contacts to a comparison in `shown_before` (rows of
    BENEFIT_COMPARISONS). Predictions follow from exact counts and are not told. Source: docs/small-numbers.md.
    """
    hidden = _hidden_practices(material.practices, rule)
    practices = _rounded(material.practices, hidden, rule, material.case)
    case = dict(material.case)
    case |= _case(case, rule)
    case["unpriced_count"] = rule.rounded(case["unpriced_count"])
    comparison = None
    if material.comparison is not None:
        few = _is_few_told(material.comparison, rule, shown_before)
        hidden_row = dict.fromkeys(OF_COMPARISON) | {"is_hidden": True}
        comparison = dict(material.comparison) | (hidden_row if few else _comparison(material, case, rule))
    return replace(material, case=case, practices=practices, comparison=comparison, lines=None, note=_note(rule))


def _note(rule: SmallNumbers) -> str:
    near = f", others are rounded to the nearest {rule.nearest}" if rule.nearest > 1 else ""
    return f"Counts of 1 to {rule.smallest_shown - 1} are not shown{near}; {EXACT}"


def _case(case: Row, rule: SmallNumbers) -> dict[str, Any]:
    exact = case["case_observed_count"]
    near = rule.rounded(exact)
    if near is None or not exact:
        return dict.fromkeys(OF_CASE)
    return {"case_observed_count": near, "standardised_ratio": case["standardised_ratio"] * _scale(case, exact, rule)}


def _scale(case: Row, count: int, rule: SmallNumbers) -> float:
    """What a ratio of so many contacts is multiplied by to be that of the count as it is shown; money is shown to the penny."""
    return 1.0 if case["counted_in"] == COST or not count else (rule.rounded(count) or 0) / count


def _is_few(count: int, rule: SmallNumbers) -> bool:
    return rule.rounded(abs(count)) is None


def _hidden_practices(practices: pl.DataFrame, rule: SmallNumbers) -> list[str]:
    """Those with few contacts, and of others the smallest until those hidden say nothing of one, or of few."""
    rows = practices.sort("observed_count", "practice_code").select("practice_code", "observed_count", "role").rows()
    hidden = {code for code, count, _ in rows if _is_few(count, rule)}
    for among in ([row for row in rows if row[2] == "case"], rows):
        counts = {code: count for code, count, _ in among if count}
        for code in counts:
            held = [counts[each] for each in hidden if each in counts]
            if not held or (len(held) >= ENOUGH_HIDDEN and not _is_few(sum(held), rule)):
                break
            hidden.add(code)
    return sorted(hidden)


def _rounded(practices: pl.DataFrame, hidden: list[str], rule: SmallNumbers, case: Row) -> pl.DataFrame:
    is_hidden = pl.col("practice_code").is_in(hidden)
    near = pl.Series("observed_count", [rule.rounded(count) for count in practices["observed_count"]], pl.Int64)
    shown = practices.with_columns(near, is_hidden.alias("is_hidden"))
    if case["counted_in"] != COST:
        low, high = byar_limits(near.fill_null(0).cast(pl.Float64).to_numpy(), cheque=case["cheque_size"])
        behind = {"standardised_ratio": near, "low_ratio": pl.Series(low), "high_ratio": pl.Series(high)}
        some = pl.when(pl.col("expected_number") > 0).then(pl.col("expected_number"))
        shown = shown.with_columns((pl.lit(each) / some).alias(name) for name, each in behind.items())
    words = pl.when(is_hidden).then(pl.lit("not shown")).otherwise(pl.col("reason").str.replace(r": .*$", ""))
    kept = [pl.when(~is_hidden).then(pl.col(name)).alias(name) for name in OF_PRACTICE]
    return shown.with_columns(*kept, words.alias("reason"), pl.lit(None, dtype=pl.Float64).alias("distance_ratio"))


def _is_few_told(row: Row, rule: SmallNumbers, shown_before: Sequence[Row]) -> bool:
    added = [row[name] - before[name] for before in shown_before for name in GROUPS]
    return any(_is_few(count, rule) for count in (*(row[name] for name in GROUPS), *added))


def _comparison(material: BenefitMaterial, shown_case: Row, rule: SmallNumbers) -> dict[str, Any]:
    """What is told of a comparison in place of its exact figures: all as if the rounded counts had been observed."""
    row, case = dict(material.comparison or {}), material.case
    own, others = (_scale(case, row[name], rule) for name in GROUPS)
    told: dict[str, Any] = {name: rule.rounded(row[name]) for name in GROUPS}
    told |= {"case_predicted_number": None, "comparators_predicted_number": None}
    if row["before_after_ratio"] is not None:
        told["before_after_ratio"] = row["before_after_ratio"] * own
    if row["effect_ratio"] is None:
        return told
    ratios = {name: row[f"{name}_ratio"] * own / others for name in ("effect", "low", "high")}
    told |= {f"{name}_ratio": ratio for name, ratio in ratios.items()} | {"common_ratio": row["common_ratio"] * others}
    without = row["case_predicted_number"] * told["common_ratio"] * YEAR / row["months_count"]
    way = 1 if case["improvement_direction"] == LOWER else -1
    found, *ends = (way * without * (1 - ratio) for ratio in ratios.values())
    for name, amount in (("found", found), ("low", min(ends)), ("high", max(ends))):
        told[f"{name}_count"], told[f"{name}_pence"] = _both_units(amount, case, shown_case["case_observed_count"])
    return told


def _both_units(amount: float, case: Row, count: int | None) -> tuple[float | None, int | None]:
    """An improvement as contacts and pence, one into the other by the count of the year before as it is shown; of a few by none."""
    money = case["case_observed_pence"]
    if case["counted_in"] == COST:
        return (amount * count / money if count and money else None), round(amount)
    return amount, round(amount * money / count) if count and money else None
