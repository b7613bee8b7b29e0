"""A made-up case and its rows, small enough to follow by hand."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

import polars as pl

from pbc.methods.variation import Choice, find_comparators
from pbc.methods.variation.cases import EXAMPLE
from pbc.methods.variation.comparators import Nearness
from pbc.tables import BENEFIT_PRACTICES

NEAR = Nearness(ratio=0.14, size=0.7, need=0.18, fewest=2, most=3)
CASE: dict[str, Any] = {
    "case_code": "skin", "counted_in": "contacts", "improvement_direction": "lower", "is_fair": True, "reason": "near enough",
    "cheque_size": 1.7, "event_cheque_size": 1.0, "persistence_ratio": 0.2, "spread_ratio": 0.2, "case_observed_count": 400,
    "case_observed_pence": 6_000_000, "chosen_on": date(2009, 3, 20),
}  # fmt: skip


def said(**changes: Any) -> dict[str, Any]:
    """The example's fields, some of them otherwise: `measure_better` is `better` of `measure`; None takes a field away."""
    fields: dict[str, Any] = copy.deepcopy(dict(EXAMPLE))
    for name, value in changes.items():
        part, _, inner = name.partition("_") if name.startswith(("measure_", "promise_")) else (name, "", "")
        home, key = (fields[part], inner) if inner else (fields, name)
        home[key] = value
        if value is None:
            del home[key]
    return fields


def people(**ratios: tuple[float, float, float | None]) -> pl.DataFrame:
    """Practices by code: standardised ratio, list, need index."""
    rows = [(code, size, ratio, need) for code, (ratio, size, need) in ratios.items()]
    schema = {
        "practice_code": pl.String,
        "mean_population": pl.Float64,
        "standardised_ratio": pl.Float64,
        "need_index": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def choose(practices: pl.DataFrame, *own: str, passed_over: tuple[str, ...] = (), **changes: Any) -> Choice:
    return find_comparators(
        practices, case_practices=own, nearness=Nearness(**{**NEAR.__dict__, **changes}), passed_over=passed_over
    )


def roles(choice: Choice) -> dict[str, str]:
    return dict(choice.practices.select("practice_code", "role").iter_rows())


def baseline(**ratios: float) -> pl.DataFrame:
    """BENEFIT_PRACTICES of a case at A and comparators, each with 200 expected a year; other codes begin with Z."""
    role = {"A": "case"} | {code: "other" for code in ratios if code.startswith("Z")}
    return BENEFIT_PRACTICES.from_rows([
        {"case_code": "skin", "practice_code": code, "start_month": 200904, "role": role.get(code, "comparator"),
         "mean_population": 6000.0, "observed_count": round(200 * ratio), "observed_pence": 0, "expected_number": 200.0,
         "standardised_ratio": ratio, "reason": "made up"}
        for code, ratio in ratios.items()
    ])  # fmt: skip


def after(expected: float = 200.0, **counts: int) -> pl.DataFrame:
    """What `standardise` gives of the months judged."""
    return pl.DataFrame({
        "practice_code": list(counts), "mean_population": 6000.0, "observed_count": list(counts.values()),
        "observed_pence": [100 * count for count in counts.values()], "expected_number": expected,
        "standardised_ratio": [count / expected for count in counts.values()],
    })  # fmt: skip
