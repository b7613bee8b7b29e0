"""The only writes about benefits: comparators asked for before a service changes, comparisons asked for after it, by people or, once
the months are published, by the clock itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from pbc.errors import RefusedInput
from pbc_web.accounts.actor import Actor, Process
from pbc_web.audit.actions import Doer
from pbc_web.business_cases.actions.taking import locked, told
from pbc_web.business_cases.models import Proposal
from pbc_web.mobilisation.actions import require_keeper
from pbc_web.mobilisation.models import BenefitWork
from pbc_web.mobilisation.queries import benefit_code, changes_recorded, choice_of, practices_of
from pbc_web.mobilisation.states import AFTER
from pbc_web.runs.actions import ask
from pbc_web.runs.benefit_readings import case_said, has_no_today
from pbc_web.runs.models import Run
from pbc_web.shell.clock import day_of
from pbc_web.shell.words import day
from pbc_web.statements.models import Publication

CLOCK = Process("clock")
CHOOSE, COMPARE = "choose_comparators", "compare_benefit"


@transaction.atomic
def ask_comparators(
    proposal: Proposal, said: Mapping[str, Any], *, by: Actor, at: datetime, chosen_on: date | None = None
) -> BenefitWork:
    """Have comparators chosen for a promise, before its start month and before the service changes; until then chosen again, the
    last choice holds. `chosen_on` is told on made-up data alone, which has no today."""
    held = _held(proposal, by)
    case, on = case_said({"case": held.code, **said}), day_of(at)
    if chosen_on is not None and has_no_today():
        on = chosen_on
    strange = sorted(set(case.practices) - {each.code for each in practices_of(held, on=day_of(at))})
    if strange:
        raise RefusedInput("These are not practices of the case.", where=held.code, found=", ".join(strange))
    if changes_recorded(held):
        raise RefusedInput(
            "The service has changed: whom it is compared with is chosen before.", where=held.code,
            remedy="Choose them for the next case in time.",
        )  # fmt: skip
    before = choice_of(held)
    first = min([case.starts.start, *([case_said(before.said).starts.start] if before else [])])
    if on >= first:
        raise RefusedInput(
            "Comparators are chosen before a service changes, and frozen from then on.", where=held.code, found=day(on),
            expected=f"a day before {day(first)}",
        )  # fmt: skip
    whole = {"case": held.code, **said}
    row = {"after_months": 0, "said": whole, "chosen_on": on}
    return _asked(held, CHOOSE, {"said": whole, "on": on.isoformat()}, row, by=by, at=at)


@transaction.atomic
def ask_comparison(proposal: Proposal, after_months: int, *, by: Actor, at: datetime) -> BenefitWork:
    """Have the promise held against fact so many months after the start; again once more months have come."""
    held = _held(proposal, by)
    if after_months not in AFTER or choice_of(held) is None:
        raise RefusedInput(
            "There is nothing to compare with.", where=held.code,
            expected="comparators chosen before the start, and 3, 6 or 12 months after it",
        )  # fmt: skip
    parameters = {"case_code": benefit_code(held), "after_months": after_months}
    return _asked(held, COMPARE, parameters, {"after_months": after_months}, by=by, at=at)


def compare_what_is_due(now: datetime) -> None:
    """Each minute: ask for every comparison nobody asked for yet whose last month its commissioner has published a statement of."""
    chosen = BenefitWork.objects.filter(after_months=0, done_at__isnull=False).values("proposal_id")
    cases = Proposal.everywhere.filter(id__in=chosen, state="approved").select_related("commissioner").order_by("id")
    for each in cases:
        choice = choice_of(each)
        latest = Publication.everywhere.filter(commissioner=each.commissioner, state="published").first()
        if choice is None or latest is None:
            continue
        starts = case_said(choice.said).starts
        for after_months in AFTER:
            if starts.plus(after_months - 1) <= latest.period:
                _ask_by_itself(each, after_months, now)


@transaction.atomic
def _ask_by_itself(proposal: Proposal, after_months: int, now: datetime) -> None:
    held = locked(proposal, "approved")
    if not held.benefit_work.filter(after_months=after_months).exists():
        parameters = {"case_code": benefit_code(held), "after_months": after_months}
        _asked(held, COMPARE, parameters, {"after_months": after_months}, by=CLOCK, at=now)


def note_done(run: Run) -> None:
    """Note where a choice or a comparison is, once the worker is done."""
    BenefitWork.objects.filter(run=run).update(set_name=run.set_name, set_id=run.set_id, done_at=run.ended_at)


def _held(proposal: Proposal, by: Actor) -> Proposal:
    held = locked(proposal, "approved")
    require_keeper(by, held)
    return held


def _asked(
    held: Proposal, kind: str, parameters: dict[str, Any], row: dict[str, Any], *, by: Doer, at: datetime
) -> BenefitWork:
    """The work asked for; while the same is under way that one is returned."""
    waiting = held.benefit_work.filter(after_months=row["after_months"], run__state__in=("queued", "running")).first()
    if waiting is not None:
        return waiting
    run = ask(kind, parameters=parameters, organisation=held.owner, by=by, at=at)
    told(held, f"ask_{kind}", by=by, at=at, months=row["after_months"])
    person_id = by.person_id if isinstance(by, Actor) else None
    return BenefitWork.objects.create(proposal=held, run=run, asked_by_id=person_id, asked_at=at, **row)
