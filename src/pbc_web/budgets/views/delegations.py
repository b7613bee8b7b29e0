"""Delegation as pages: proposed, judged by another person, ended."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from pbc_web.budgets import permissions
from pbc_web.budgets.actions import delegations
from pbc_web.budgets.actions.delegations import Document
from pbc_web.budgets.forms.decisions import JudgeForm
from pbc_web.budgets.forms.delegations import DelegationEndForm, DelegationForm
from pbc_web.budgets.models import Delegation
from pbc_web.budgets.queries import listings
from pbc_web.budgets.views.finding import actor_of, links, page, the_round
from pbc_web.budgets.views.rounds import parties_of
from pbc_web.organisations.models import OPEN_END
from pbc_web.shell import clock
from pbc_web.shell.access import entitled
from pbc_web.shell.forms_sent import sent
from pbc_web.shell.words import day


@entitled(permissions.may_delegate)
@require_http_methods(["GET", "POST"])
def delegation(request: HttpRequest, round_id: int) -> HttpResponse:
    """Propose a delegation by the document that decides it."""
    in_round = the_round(request, round_id, is_own=True)
    form = DelegationForm(sent(request), organisations=[in_round.commissioner, *parties_of(in_round)])
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        document = Document(said["document"], said["decided_by"], said["starts_on"], said["ends_before"] or OPEN_END)
        delegations.propose_delegation(
            in_round.commissioner, document, held_by=said["organisation"], by=actor_of(request), at=clock.now()
        )
        messages.success(request, "The delegation is proposed. A second person who may approve budgets is to judge it.")
        return redirect("budgets:round", in_round.id)
    told = {
        "form": form, "heading": "Propose a delegation", "trail": links(in_round), "button": "Propose",
        "lead": "Budgets under today's rules are for planning and are marked not payable. A delegation takes the mark away "
        "for whom it names, once another person has approved it.",
    }  # fmt: skip
    return page(request, "budgets/one_form.html", told)


@entitled(permissions.may_delegate)
@require_http_methods(["GET", "POST"])
def judge_delegation(request: HttpRequest, delegation_id: int) -> HttpResponse:
    """Approve or refuse a delegation that another person proposed."""
    found, form = _kept(request, delegation_id), JudgeForm(sent(request))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        delegations.judge_delegation(
            found, is_approved=said["outcome"] == "approve", answer=said["answer"], by=actor_of(request), at=clock.now()
        )
        messages.success(request, "Your answer is recorded.")
        return redirect("budgets:listing")
    told = {
        "form": form, "heading": "Judge a delegation", "trail": links(), "button": "Send",
        "lead": f"{found.commissioner.name} would delegate budgets to {found.held_by.name} from {day(found.starts_on)} by "
        f"{found.document} ({found.decided_by}). Proposed by {found.proposed_by.name}. Once approved they are payable.",
    }  # fmt: skip
    return page(request, "budgets/one_form.html", told)


@entitled(permissions.may_delegate)
@require_http_methods(["GET", "POST"])
def end_delegation(request: HttpRequest, delegation_id: int) -> HttpResponse:
    """End a delegation, with the reason."""
    found, form = _kept(request, delegation_id), DelegationEndForm(sent(request))
    if request.method == "POST" and form.is_valid():
        delegations.end_delegation(found, **form.cleaned_data, by=actor_of(request), at=clock.now())
        messages.success(request, f"The delegation to {found.held_by.name} ends.")
        return redirect("budgets:listing")
    told = {
        "form": form, "heading": "End a delegation", "trail": links(), "button": "End the delegation",
        "lead": f"Budgets are delegated to {found.held_by.name} by {found.document}. Once it ends they are not payable.",
    }  # fmt: skip
    return page(request, "budgets/one_form.html", told)


def _kept(request: HttpRequest, delegation_id: int) -> Delegation:
    return get_object_or_404(listings.delegations_kept_by(actor_of(request)), id=delegation_id)
