"""Drafting, adopting and amending a year's budgets; sharing pots among neighbourhoods."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pbc.flows.amend_budgets import amend_budgets
from pbc.flows.draft_budgets import Scenario, adopt_budgets, draft_budgets
from pbc.flows.journey import Journey
from pbc.flows.make_budgets import Agreed
from pbc.flows.neighbourhood_pots import share_neighbourhood_pots
from pbc.flows.weigh_prescribing import weigh_prescribing
from pbc.periods import FinancialYear
from pbc.policy import load_policy
from pbc.tables import BUDGET_AMENDMENTS, BUDGET_PROTECTIONS
from pbc_web.accounts.roles import Duty
from pbc_web.runs.journeys.kind import Kind, Outcome, Site
from pbc_web.runs.published import require_published


def draft(site: Site, parameters: Mapping[str, Any], journey: Journey) -> Outcome:
    """Work a draft out: `name`, `basis`, `choices` with their `source`, and the `protections` in force."""
    held = parameters["protections"]
    agreed = Agreed(protections=BUDGET_PROTECTIONS.from_rows(held)) if held else Agreed()
    with site.engine() as engine:
        made = draft_budgets(
            site.store, year=FinancialYear.parse(parameters["year"]), name=parameters["name"], basis=parameters["basis"],
            policy=site.policy, engine=engine, journey=journey,
            scenario=Scenario(parameters["choices"], parameters["source"], agreed),
        )  # fmt: skip
    return Outcome(made.name, made.set_id)


def weigh(site: Site, parameters: Mapping[str, Any], journey: Journey) -> Outcome:
    """Share a year's prescribing by age and sex, beside need: a made-up place by made-up weights; any other is refused here."""
    made = weigh_prescribing(
        site.store, year=FinancialYear.parse(parameters["year"]), policy=site.policy, journey=journey
    )
    return Outcome(made.name, made.set_id)


def adopt(site: Site, parameters: Mapping[str, Any], journey: Journey) -> Outcome:
    """Adopt a draft as the year's budgets."""
    made = adopt_budgets(
        site.store, year=FinancialYear.parse(parameters["year"]), draft_set_id=parameters["draft_set_id"],
        decision=parameters["decision"], journey=journey,
    )  # fmt: skip
    return Outcome(made.name, made.set_id)


def amend(site: Site, parameters: Mapping[str, Any], journey: Journey) -> Outcome:
    """Add the lines of an approved decision to the year's budgets."""
    made = amend_budgets(
        site.store, year=FinancialYear.parse(parameters["year"]), base_set_id=parameters["base_set_id"],
        amendments=BUDGET_AMENDMENTS.from_rows(parameters["rows"]), journey=journey,
    )  # fmt: skip
    return Outcome(made.name, made.set_id)


def share_pots(site: Site, parameters: Mapping[str, Any], journey: Journey) -> Outcome:
    """Share pots among neighbourhoods by published need: `name`, `pots`, and `neighbourhoods` or None for the networks.

    Today's rules hold, whatever regime the site is under: the published weights are of today.
    """
    policy = site.policy if site.policy.regime == "england-2025" else load_policy("england-2025")
    made = share_neighbourhood_pots(
        site.store, require_published(), year=FinancialYear.parse(parameters["year"]), name=parameters["name"],
        pots=parameters["pots"], neighbourhoods=parameters["neighbourhoods"], policy=policy, journey=journey,
    )  # fmt: skip
    return Outcome(made.name, made.set_id)


SETTERS = frozenset({Duty.SET_BUDGETS})
DRAFT = Kind("Draft the budgets of {year}", draft, SETTERS)
ADOPT = Kind("Adopt the budgets of {year} ({decision})", adopt)  # repeated from the decision's own page alone
AMEND = Kind("Amend the budgets of {year} ({decision})", amend)
SHARE_POTS = Kind("Share pots among neighbourhoods: {title}", share_pots)
WEIGH_PRESCRIBING = Kind("Share prescribing of {year} by age and sex", weigh, SETTERS)
