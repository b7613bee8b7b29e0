"""A neighbourhood plan: begun, given its neighbourhoods and pots, shared."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from pbc.errors import RefusedInput
from pbc.money import pounds_and_pence
from pbc.periods import FinancialYear
from pbc_web.accounts.actor import Actor
from pbc_web.audit.actions import record
from pbc_web.budgets.models import Plan, PlanPot
from pbc_web.runs import actions as runs

Rows = Sequence[Mapping[str, str | None]]
MOST_POTS = 12
SAID = {"pcn": "by the published networks", "typed": "by rows of its own"}


@transaction.atomic
def begin_plan(*, commissioner_code: str, commissioner_name: str, year: FinancialYear, by: Actor, at: datetime) -> Plan:
    """Begin a plan for a commissioner of the published weights."""
    plan = Plan.everywhere.create(
        owner=by.organisation, commissioner_code=commissioner_code, commissioner_name=commissioner_name, year=year.slug,
        made_by_id=by.person_id, made_at=at,
    )  # fmt: skip
    _record(plan, "plan_neighbourhoods", by, at)
    return plan


@transaction.atomic
def place_practices(plan: Plan, *, source: str, rows: Rows, by: Actor, at: datetime) -> Plan:
    """Say which practice is in which neighbourhood: by the published networks, or by rows already checked."""
    plan.source, plan.memberships = source, [dict(row) for row in rows]
    plan.save(update_fields=["source", "memberships"])
    _record(plan, "place_practices", by, at, how=SAID[source])
    return plan


@transaction.atomic
def add_pot(plan: Plan, *, name: str, amount_pence: int, measure: str, by: Actor, at: datetime) -> PlanPot:
    """Add a pot of money."""
    held = list(PlanPot.objects.select_for_update().filter(plan=plan))
    if any(each.name.lower() == name.lower() for each in held):
        raise RefusedInput(
            "There is a pot of this name already.", found=name, remedy="Give it another name, or remove the first."
        )
    if len(held) >= MOST_POTS:
        raise RefusedInput(
            "These are as many pots as a page can show.", found=f"{len(held)} pots", remedy="Remove one first."
        )
    pot = PlanPot.objects.create(plan=plan, name=name, amount_pence=amount_pence, measure=measure)
    _record(plan, "add_neighbourhood_pot", by, at, amount=pounds_and_pence(amount_pence), need=measure)
    return pot


@transaction.atomic
def remove_pot(plan: Plan, *, pot_id: int, by: Actor, at: datetime) -> None:
    """Take a pot away. One that is gone already is gone."""
    pot = PlanPot.objects.select_for_update().filter(plan=plan, id=pot_id).first()
    if pot is not None:
        pot.delete()
        _record(plan, "remove_neighbourhood_pot", by, at, amount=pounds_and_pence(pot.amount_pence), need=pot.measure)


@transaction.atomic
def share(plan: Plan, *, by: Actor, at: datetime) -> Plan:
    """Have the pots shared. The same pots and neighbourhoods again are the same work."""
    pots = list(plan.pots.all())
    if not pots or not plan.source:
        raise RefusedInput(
            "This plan is not complete.", found="no pot" if plan.source else "no neighbourhoods",
            remedy="Go back and fill in what is missing.",
        )  # fmt: skip
    parameters = {
        "year": plan.year, "name": f"{plan.owner.code} plan {plan.id}", "title": plan.commissioner_name,
        "pots": [
            {
                "pot": pot.name, "commissioner_code": plan.commissioner_code, "weighted_population": pot.measure,
                "pounds": plain_pounds(pot.amount_pence),
            }
            for pot in pots
        ],
        "neighbourhoods": plan.memberships if plan.source == "typed" else None,
    }  # fmt: skip
    failed = plan.run_id if plan.run and plan.run.is_over and not plan.run.set_id else ""  # a new try is new work
    told = hashlib.sha256(f"{json.dumps(parameters, sort_keys=True)}{failed}".encode()).hexdigest()[:16]
    plan.run = runs.ask(
        "share_pots",
        parameters=parameters,
        organisation=plan.owner,
        by=by,
        at=at,
        key=f"neighbourhood-plan-{plan.id}-{told}",
    )
    plan.set_name, plan.set_id = plan.run.set_name, plan.run.set_id
    plan.save(update_fields=["run", "set_name", "set_id"])
    _record(plan, "share_neighbourhood_pots", by, at, count=len(pots))
    return plan


def _record(plan: Plan, verb: str, by: Actor, at: datetime, **more: object) -> None:
    told = {"commissioner": plan.commissioner_name, **more}
    record(by=by, verb=verb, about=("neighbourhood_plan", plan.id), at=at, told=told)


def plain_pounds(pence: int) -> str:
    """This returns pence as files write pounds.

    >>> plain_pounds(1_234_505)
    '12345.05'
    """
    return f"{'-' if pence < 0 else ''}{abs(pence) // 100}.{abs(pence) % 100:02d}"
