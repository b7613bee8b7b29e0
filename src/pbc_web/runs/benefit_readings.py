"""What pages of benefits ask the engine: whether a promise can be judged, and what was chosen and found, small numbers protected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pbc.errors import MissingFigure
from pbc.flows.choose_comparators import BenefitCase, build_case
from pbc.flows.scenario import slug_of
from pbc.flows.show_benefit import show_benefit, show_comparators
from pbc.reports.benefits import BenefitMaterial, benefit_csv, benefit_workbook
from pbc_web.runs.reading import site_policy, site_store

__all__ = [
    "BenefitCase",
    "BenefitMaterial",
    "benefit_csv",
    "benefit_workbook",
    "case_said",
    "code_of",
    "comparators_shown",
    "comparison_shown",
    "has_no_today",
]


def case_said(said: Mapping[str, Any]) -> BenefitCase:
    """This returns a case as a page declares it; a field that cannot be used is refused by its name."""
    return build_case(said, where="the benefit")


def code_of(title: str) -> str:
    """This returns the name under which a case of a title is published."""
    return slug_of(title)


def has_no_today() -> bool:
    """Whether the data is made up: then the day of a choice is told."""
    register = site_store().find("register")
    return register is not None and register.receipt.is_made_up


def comparators_shown(case_code: str) -> BenefitMaterial | None:
    """This returns a case's frozen comparators as readers see them; None where none are chosen."""
    try:
        return show_comparators(site_store(), case_code=case_code, policy=site_policy())
    except MissingFigure:
        return None


def comparison_shown(case_code: str, after_months: int) -> BenefitMaterial | None:
    """This returns a case's comparison so many months after its start as readers see it; None where none is made."""
    try:
        return show_benefit(site_store(), case_code=case_code, after_months=after_months, policy=site_policy())
    except MissingFigure:
        return None
