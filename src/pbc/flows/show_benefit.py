"""A case's comparators, or its comparison, gathered for its pages as a reader may see them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from pbc.flows.choose_comparators import baseline_name
from pbc.flows.compare_benefit import comparison_name
from pbc.flows.gather_statement import named_input, with_ids
from pbc.flows.shelf import names_of
from pbc.flows.trace import OTHER_VALUES
from pbc.flows.trace_benefit import HOW_CHOSEN, HOW_COMPARED, LUCK, MONTHS, NEAR
from pbc.methods.variation import CHECKPOINTS
from pbc.periods import Month
from pbc.policy import Policy
from pbc.reports import PROTECTED, Protection
from pbc.reports.benefits import BenefitMaterial
from pbc.reports.hidden_benefits import hide_benefit
from pbc.results import PublishedSet, Store
from pbc.stats.small_numbers import RULES

SEE_RECEIPT = "its receipt names them by their fingerprint."


def show_comparators(
    store: Store, *, case_code: str, policy: Policy, protection: Protection = PROTECTED
) -> BenefitMaterial:
    """This returns what pages of a case's choice of comparators show; one that was not made is refused by name."""
    baseline = store.current(baseline_name(case_code))
    return _protected(_gather(store, baseline, baseline, policy), policy, protection)


def show_benefit(
    store: Store, *, case_code: str, after_months: int, policy: Policy, protection: Protection = PROTECTED
) -> BenefitMaterial:
    """This returns what pages of a case's comparison show, with the choice it rests on; one that was not made is refused by name.

    Small numbers are protected unless `protection` says otherwise, also against the shorter comparisons of the case and the versions
    that this one replaced.
    """
    found = store.current(comparison_name(case_code, after_months))
    baseline = next(each for name, each in _inputs(store, found).items() if name.startswith("benefit-baseline/"))
    told = [
        held.frame("benefit_comparisons").row(0, named=True)
        for months in CHECKPOINTS
        if months <= after_months
        for held in store.history(comparison_name(case_code, months))
        if held.set_id != found.set_id
    ]
    return _protected(_gather(store, found, baseline, policy), policy, protection, told)


def _inputs(store: Store, found: PublishedSet) -> dict[str, PublishedSet]:
    named = found.receipt.inputs.items()
    return {name: store.at(name, set_id) for name, set_id in named if name.startswith("benefit-baseline/")}


def _gather(store: Store, found: PublishedSet, baseline: PublishedSet, policy: Policy) -> BenefitMaterial:
    register = named_input(store, baseline, kind="register")
    case, is_compared = baseline.frame("benefit_cases").row(0, named=True), found is not baseline
    is_others = any(each.receipt.policy not in ("", policy.fingerprint) for each in (found, baseline))
    how = (
        *HOW_CHOSEN,
        *(HOW_COMPARED if is_compared else ()),
        *((f"{OTHER_VALUES} {SEE_RECEIPT}",) if is_others else ()),
    )
    tables = {name: _shown(found, name) for name in found.tables}
    row = tables["benefit_comparisons"].row(0, named=True) if "benefit_comparisons" in tables else None
    return BenefitMaterial(
        set_name=found.name,
        set_id=found.set_id,
        made_at=found.receipt.made_at,
        is_made_up=found.receipt.is_made_up,
        case=case,
        practices=_shown(baseline, "benefit_practices"),
        names=names_of(register) if register else {},
        comparison=row,
        lines=tables.get("benefit_lines"),
        months=tables.get("benefit_months"),
        how=how,
        values=tuple(policy.value(name, on=_day_of(case)) for name in (*NEAR, *LUCK, *(MONTHS if is_compared else ()))),
    )


def _day_of(case: Mapping[str, Any]) -> date:
    """The day whose rules apply to a case."""
    return Month.from_number(case["start_month"]).financial_year.start


def _shown(published: PublishedSet, table: str) -> pl.DataFrame:
    is_hidden = pl.lit(value=False).alias("is_hidden")
    return with_ids(published, table).select(pl.exclude("figure_id"), is_hidden, "figure_id")


def _protected(
    material: BenefitMaterial, policy: Policy, protection: Protection, told: list[dict[str, Any]] | None = None
) -> BenefitMaterial:
    if protection.shows_all:
        return material
    rule = RULES[protection.rule_name(policy.text("statements.small_numbers", on=_day_of(material.case)))]
    return hide_benefit(material, rule=rule, shown_before=told or ())
