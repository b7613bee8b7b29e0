"""Stating a month."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pbc.flows.close_year import close_year
from pbc.flows.completeness import Missing, told_left_out
from pbc.flows.gain_terms import SignedTerms, lay_terms
from pbc.flows.journey import Journey
from pbc.flows.state_month import state_month
from pbc.periods import FinancialYear, Month
from pbc.results import PublishedSet
from pbc_web.accounts.roles import Duty
from pbc_web.runs.journeys.kind import Kind, Outcome, Site


def state(site: Site, parameters: Mapping[str, Any], journey: Journey) -> Outcome:
    """State a month, leaving out what never came where whoever asked said so.

    Nobody sees it yet: it is told whom it names, what it leaves out and which earlier months it changes, for the preview.
    """
    missing: Missing = "leave_out" if parameters.get("leaves_out") else "refuse"
    with site.engine() as engine:
        stated = state_month(
            site.store, month=Month.parse(parameters["month"]), policy=site.policy, engine=engine, journey=journey,
            missing=missing,
        )  # fmt: skip
    return Outcome(stated.name, stated.set_id, told=told_of(stated))


def told_of(stated: PublishedSet) -> dict[str, Any]:
    """This returns what a stated month says of itself before anybody opens it."""
    statements = stated.frame("budget_statements")
    changed = stated.frame("restated_months")["month"].unique().sort()
    left_out = told_left_out(stated)
    return {
        "providers": sorted(statements.filter(statements["cut"] == "provider")["item"].unique()),
        "practices_count": statements["practice_code"].n_unique(),
        "left_out": [f"{each.month.title}: {', '.join(each.settings)}" for each in left_out],
        "changed_in": [str(Month.from_number(number)) for number in changed],
    }


def close(site: Site, parameters: Mapping[str, Any], journey: Journey) -> Outcome:
    """Close a year in one of its positions, by the gain share signed where there is one. Nobody sees it until it is published."""
    year, terms = FinancialYear.parse(parameters["year"]), parameters.get("terms")
    signed = SignedTerms(terms, parameters["terms_source"]) if terms else None
    policy = lay_terms(site.policy, signed, year=year)
    with site.engine() as engine:
        closed = close_year(
            site.store, year=year, policy=policy, engine=engine, journey=journey, position=parameters["position"]
        )
    return Outcome(closed.name, closed.set_id, told={name: parameters[name] for name in ("year", "position")})


STATE_MONTH = Kind("State {month}", state, frozenset({Duty.PUBLISH_STATEMENTS}))
CLOSE_YEAR = Kind("Close the year {year}, {position}", close, frozenset({Duty.PUBLISH_STATEMENTS}))
