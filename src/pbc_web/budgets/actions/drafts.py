"""Asking for a draft, and noting what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from pbc.errors import RefusedInput
from pbc_web.accounts.actor import Actor
from pbc_web.audit.actions import record
from pbc_web.budgets.models import Decision, DecisionLine, Draft, Round
from pbc_web.runs import actions as runs
from pbc_web.runs.models import Run


@transaction.atomic
def ask_for_draft(
    in_round: Round, *, name: str, basis: str, choices: Mapping[str, Any], by: Actor, at: datetime, source: str = ""
) -> Draft:
    """Have the engine work a draft out. A name stands once in a round; protected savings of earlier years go in.

    `source` says where values other than the rule's are written; by default the draft itself.
    """
    Round.everywhere.select_for_update().get(id=in_round.id)
    if Draft.everywhere.filter(round=in_round, name__iexact=name).exists():
        raise RefusedInput(
            "There is a draft of this name already.",
            where=str(in_round),
            found=name,
            remedy="Give this one another name.",
        )
    draft = Draft.everywhere.create(
        round=in_round, name=name, basis=basis, choices=dict(choices), asked_by_id=by.person_id, asked_at=at
    )
    parameters = {
        "year": in_round.year, "name": name, "basis": basis, "choices": dict(choices),
        "source": source or f"Draft {name} of {in_round.commissioner.name}", "protections": _protections(in_round),
    }  # fmt: skip
    draft.run = runs.ask(
        "draft_budgets",
        parameters=parameters,
        organisation=in_round.commissioner,
        by=by,
        at=at,
        key=f"budget-draft-{draft.id}",
    )
    draft.save(update_fields=["run"])
    told = {"name": name, "year": str(in_round.financial_year)}
    record(by=by, verb="ask_for_budget_draft", about=("budget_draft", draft.id), at=at, told=told)
    return draft


def _protections(in_round: Round) -> list[dict[str, Any]]:
    held = Decision.everywhere.filter(
        commissioner=in_round.commissioner, kind="saving_protected", state="published", round__year__lte=in_round.year
    )
    lines = DecisionLine.objects.filter(decision__in=held).select_related("practice", "decision__round__commissioner")
    return [
        {
            "practice_code": line.practice.code, "service": line.service, "first_year": line.decision.round.year,
            "amount_pence": line.amount_pence, "years_count": line.decision.protected_years,
            "decision": line.decision.reference, "reason": line.decision.reason,
        }
        for line in lines
    ]  # fmt: skip


def note_drafted(run: Run) -> None:
    """Note that a draft is ready: called when its run ends, and safe to call again."""
    Draft.everywhere.filter(run=run).update(state="ready", set_name=run.set_name, set_id=run.set_id)


def note_undrafted(run: Run) -> None:
    """Note that a draft could not be worked out."""
    Draft.everywhere.filter(run=run).update(state="failed")
