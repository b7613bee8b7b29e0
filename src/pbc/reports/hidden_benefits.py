"""A business case's benefit as others may see it: no count of a few people, nor a figure from which one would follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from pbc.reports.benefits import BenefitMaterial
from pbc.stats.small_numbers import SmallNumbers

OF_PRACTICE = ("observed_count", "observed_pence", "standardised_ratio", "low_ratio", "high_ratio")
OF_CASE = ("case_observed_count", "case_observed_pence", "standardised_ratio")
ENOUGH_HIDDEN = 2  # practices: one alone would follow from the others and their sum
OF_COMPARISON = (
    "case_observed_count", "case_observed_pence", "comparators_observed_count", "comparators_observed_pence", "case_predicted_number",
    "comparators_predicted_number", "common_ratio", "effect_ratio", "low_ratio", "high_ratio", "before_after_ratio", "found_count",
    "low_count", "high_count", "found_pence", "low_pence", "high_pence",
)  # fmt: skip
GROUPS = ("case_observed_count", "comparators_observed_count")


def hide_benefit(
    material: BenefitMaterial, *, rule: SmallNumbers, shown_before: Sequence[dict[str, Any]] = ()
) -> BenefitMaterial:
    """This returns a case's material for readers who may not see small numbers: hidden figures empty, others rounded.

    Practices are hidden together until those hidden hold enough contacts and are two or more, among the case's and among all:
    what all had is what all were expected to have. Ratios are of rounded counts, and the words why are without figures. After the
    start only the two groups are told, and not where one added few contacts to a comparison in `shown_before` (rows of
    BENEFIT_COMPARISONS). Predictions follow from exact counts and are not told. Source: docs/small-numbers.md.
    """
    hidden = _hidden_practices(material.practices, rule)
    practices = _rounded(material.practices, hidden, rule)
    case = dict(material.case)
    case |= _case(case, rule)
    case["unpriced_count"] = rule.rounded(case["unpriced_count"])
    comparison = None if material.comparison is None else _comparison(dict(material.comparison), rule, shown_before)
    return replace(material, case=case, practices=practices, comparison=comparison, lines=None)


def _case(case: dict[str, Any], rule: SmallNumbers) -> dict[str, Any]:
    exact = case["case_observed_count"]
    near = rule.rounded(exact)
    if near is None or not exact:
        return dict.fromkeys(OF_CASE)
    return {"case_observed_count": near, "standardised_ratio": case["standardised_ratio"] * near / exact}


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


def _rounded(practices: pl.DataFrame, hidden: list[str], rule: SmallNumbers) -> pl.DataFrame:
    is_hidden = pl.col("practice_code").is_in(hidden)
    near = [rule.rounded(count) for count in practices["observed_count"]]
    exact = pl.col("observed_count")
    scale = pl.when(exact > 0).then(pl.lit(pl.Series("near", near, pl.Int64)) / exact).otherwise(1.0)
    ratios = [(pl.col(name) * scale).alias(name) for name in OF_PRACTICE[2:]]
    shown = practices.with_columns(*ratios, pl.Series("observed_count", near, pl.Int64), is_hidden.alias("is_hidden"))
    words = pl.when(is_hidden).then(pl.lit("not shown")).otherwise(pl.col("reason").str.replace(r": .*$", ""))
    kept = [pl.when(~is_hidden).then(pl.col(name)).alias(name) for name in OF_PRACTICE]
    return shown.with_columns(*kept, words.alias("reason"), pl.lit(None, dtype=pl.Float64).alias("distance_ratio"))


def _comparison(row: dict[str, Any], rule: SmallNumbers, shown_before: Sequence[dict[str, Any]]) -> dict[str, Any]:
    added = [row[name] - before[name] for before in shown_before for name in GROUPS]
    few = any(_is_few(count, rule) for count in (*(row[name] for name in GROUPS), *added))
    if few:
        return row | dict.fromkeys(OF_COMPARISON) | {"is_hidden": True}
    rounded = {name: rule.rounded(row[name]) for name in GROUPS}
    return row | rounded | {"case_predicted_number": None, "comparators_predicted_number": None}
