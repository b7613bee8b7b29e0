"""Work after the register or a tariff has changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pbc.flows.bring_up_to_date import bring_up_to_date
from pbc.flows.journey import Journey
from pbc_web.accounts.roles import Duty
from pbc_web.runs.journeys.kind import Kind, Outcome, Site


def bring_held_up_to_date(site: Site, parameters: Mapping[str, Any], journey: Journey) -> Outcome:
    """Place and cost again whatever an older register, tariff or policy had decided."""
    with site.engine() as engine:
        changed = bring_up_to_date(site.store, engine=engine, policy=site.policy, journey=journey)
    return Outcome(told={"changed": [f"{each.name} ({each.set_id})" for each in changed]})


BRING_UP_TO_DATE = Kind(
    "Bring what is held up to date with the register and the tariff", bring_held_up_to_date,
    frozenset({Duty.DELIVER, Duty.KEEP_REGISTER}),
)  # fmt: skip
