"""Opening a round, and recording what it waits for and what support is agreed."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from pbc.errors import RefusedInput
from pbc.periods import FinancialYear
from pbc_web.accounts.actor import Actor
from pbc_web.audit.actions import record
from pbc_web.budgets import rules
from pbc_web.budgets.actions.alone import require_alone
from pbc_web.budgets.models import Dependency, Round, Support
from pbc_web.organisations.models import Organisation
from pbc_web.shell.clock import day_of


@transaction.atomic
def open_round(commissioner: Organisation, *, year: FinancialYear, by: Actor, at: datetime) -> Round:
    """Open the budgets of a year. The deadline is the rules', never the opener's. Opened again it is the same round."""
    require_alone(commissioner, year)
    regime = rules.regime_of(commissioner)
    deadline = rules.deadline_of(regime, year)
    opened, is_new = Round.everywhere.get_or_create(
        commissioner=commissioner, year=year.slug,
        defaults={
            "regime": regime, "agreed_by": deadline.on, "deadline_source": deadline.source,
            "is_deadline_assumed": deadline.is_assumed, "held_at": rules.held_at(regime, year),
            "opened_by_id": by.person_id, "opened_at": at,
        },
    )  # fmt: skip
    if is_new:
        Dependency.objects.bulk_create(Dependency(round=opened, kind=kind) for kind, _ in Dependency.KINDS)
        record(by=by, verb="open_budget_round", about=("budget_round", opened.id), at=at, told={"year": str(year)})
    return opened


@transaction.atomic
def date_dependency(
    dependency: Dependency, *, promised_on: date | None, met_on: date | None, by: Actor, at: datetime
) -> Dependency:
    """Record the day something the round waits for is promised for, and the day it came."""
    dependency.promised_on, dependency.met_on = promised_on, met_on
    dependency.save()
    told = {
        "what": dependency.get_kind_display(), "promised": promised_on.isoformat() if promised_on else "no day",
        "met": met_on.isoformat() if met_on else "not yet",
    }  # fmt: skip
    record(by=by, verb="date_budget_dependency", about=("budget_round", dependency.round_id), at=at, told=told)
    return dependency


@transaction.atomic
def record_support(
    in_round: Round, *, organisation: Organisation, agreed_on: date, what: str, by: Actor, at: datetime
) -> Support:
    """Record that management and financial support is agreed with a practice or a group; said again it replaces."""
    if agreed_on > day_of(at):
        raise RefusedInput(
            "Support cannot have been agreed on a day that has not come.", where=organisation.name,
            found=agreed_on.isoformat(), expected="today or an earlier day",
        )  # fmt: skip
    support, _ = Support.objects.update_or_create(
        round=in_round, organisation=organisation,
        defaults={"agreed_on": agreed_on, "what": what, "recorded_by_id": by.person_id},
    )  # fmt: skip
    told = {"organisation": organisation.name, "on": agreed_on.isoformat()}
    record(by=by, verb="agree_budget_support", about=("budget_round", in_round.id), at=at, told=told)
    return support
