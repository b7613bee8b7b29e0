"""Reading the published hierarchies; work after the register or a tariff has changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pbc.flows.bring_up_to_date import bring_up_to_date
from pbc.flows.journey import Journey
from pbc.flows.read_hierarchies import publish_hierarchies
from pbc_web.accounts.roles import Duty
from pbc_web.runs.journeys.kind import Kind, Outcome, Site
from pbc_web.runs.published import require_published


def bring_held_up_to_date(site: Site, parameters: Mapping[str, Any], journey: Journey) -> Outcome:
    """Place and cost again whatever an older register, tariff or policy had decided."""
    with site.engine() as engine:
        changed = bring_up_to_date(site.store, engine=engine, policy=site.policy, journey=journey)
    return Outcome(told={"changed": [f"{each.name} ({each.set_id})" for each in changed]})


def read_hierarchies(site: Site, parameters: Mapping[str, Any], journey: Journey) -> Outcome:
    """Read the published files of organisations; `commissioners` are the codes to keep to, none for all of England."""
    made = publish_hierarchies(
        site.store, require_published(), commissioner_codes=parameters["commissioners"], journey=journey
    )
    rows = {name: made.rows(name) for name in ("organisations", "memberships")}
    return Outcome(made.name, made.set_id, {"rows": rows})


READ_HIERARCHIES = Kind("Read the published hierarchies of {what}", read_hierarchies, frozenset({Duty.KEEP_REGISTER}))
BRING_UP_TO_DATE = Kind(
    "Bring what is held up to date with the register and the tariff", bring_held_up_to_date,
    frozenset({Duty.DELIVER, Duty.KEEP_REGISTER}),
)  # fmt: skip
