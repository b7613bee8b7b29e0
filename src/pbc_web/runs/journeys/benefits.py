"""Choosing, before a case's service changes, whom it is compared with; and holding its promise against what then happened."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pbc.flows.choose_comparators import build_case, choose_comparators
from pbc.flows.compare_benefit import compare_benefit
from pbc.flows.journey import Journey
from pbc_web.accounts.roles import Duty
from pbc_web.runs.journeys.kind import Kind, Outcome, Site

DUTIES = frozenset({Duty.PROPOSE, Duty.HANDLE_PROPOSALS})


def choose(site: Site, parameters: Mapping[str, Any], journey: Journey) -> Outcome:
    """Choose comparators for a case, `said` as docs/benefits.md lays it out, on the day it was asked for; chosen again the same day, it
    is the same set."""
    case = build_case(parameters["said"], where="the benefit")
    with site.engine() as engine:
        made = choose_comparators(
            site.store, case=case, on=date.fromisoformat(parameters["on"]), policy=site.policy, engine=engine, journey=journey
        )  # fmt: skip
    return Outcome(made.name, made.set_id)


def compare(site: Site, parameters: Mapping[str, Any], journey: Journey) -> Outcome:
    """Compare a case's promise with fact so many months after its start."""
    with site.engine() as engine:
        made = compare_benefit(
            site.store, case_code=parameters["case_code"], after_months=parameters["after_months"], policy=site.policy,
            engine=engine, journey=journey,
        )  # fmt: skip
    return Outcome(made.name, made.set_id)


CHOOSE = Kind("Choose whom a business case is compared with", choose, DUTIES, is_apart=True)
COMPARE = Kind("Compare a business case's promise with fact", compare, DUTIES, is_apart=True)
