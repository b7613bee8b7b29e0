"""The part of a proposal's page that says how an approved case is carried out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.urls import reverse

from pbc_web.accounts.actor import Actor
from pbc_web.business_cases.models import Proposal
from pbc_web.business_cases.queries.clock import changes_of
from pbc_web.mobilisation.files import milestones_file
from pbc_web.mobilisation.queries import (
    Progress,
    is_approved_case,
    is_nobody_chosen,
    keeps,
    milestones_of,
    quick_due_on,
)
from pbc_web.mobilisation.shown import milestones_table, service_words
from pbc_web.shell.clock import day_of


def under_way(actor: Actor, proposal: Proposal, at: datetime) -> Mapping[str, Any] | None:
    """Milestones and the change of service of a case that is approved, or once was; nothing of all others."""
    today, milestones = day_of(at), milestones_of(proposal)
    if not is_approved_case(proposal) and not milestones:
        return None
    changed_on = changes_of([proposal]).get(proposal.id)
    case = Progress(proposal, tuple(milestones), changed_on, quick_due_on(proposal))
    links = {each.title: reverse("mobilisation:milestone", args=[proposal.code, each.number]) for each in milestones}
    address = reverse("mobilisation:milestones_file", args=[proposal.code, "csv"]).removesuffix("csv/")
    file = milestones_file(proposal, milestones, today=today)
    return {
        "code": proposal.code, "service": service_words(case, today=today), "is_changed": changed_on is not None,
        "is_late": case.is_quick_win_late(today),
        "benefit": _benefit_words(proposal, is_changed=changed_on is not None),
        "keeps": keeps(actor, proposal), "table": replace(milestones_table(milestones, today=today), links=links),
        "downloads": file.links(address) if milestones else [],
    }  # fmt: skip


def _benefit_words(proposal: Proposal, *, is_changed: bool) -> str:
    if not is_nobody_chosen(proposal):
        return "what was promised, and what then happened"
    if is_changed:
        return "nobody was chosen in time, so the promise cannot be held against fact"
    return "nobody to compare with is chosen yet"
