"""Reconciling a month: from what care cost to what was invoiced and what the ledger shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pbc.flows.journey import Journey
from pbc.flows.reconcile import reconcile
from pbc.periods import Month
from pbc_web.accounts.roles import Duty
from pbc_web.runs.journeys.kind import Kind, Outcome, Site


def reconcile_month(site: Site, parameters: Mapping[str, Any], journey: Journey) -> Outcome:
    """Reconcile a month; with `read_to` on the deliveries of later months too."""
    later = parameters.get("read_to")
    with site.engine() as engine:
        made = reconcile(
            site.store, month=Month.parse(parameters["month"]), policy=site.policy, engine=engine, journey=journey,
            read_to=Month.parse(later) if later else None,
        )  # fmt: skip
    return Outcome(made.name, made.set_id)


RECONCILE = Kind("Reconcile {month}", reconcile_month, frozenset({Duty.RECONCILE}))
