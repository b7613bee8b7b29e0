"""Milestones of an approved case: one with all it ever was, added, changed and moved; all of them as a file."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from pbc_web.accounts.queries import named_with_posts
from pbc_web.audit.handing_out import hand_out_tables
from pbc_web.business_cases.models import Proposal
from pbc_web.business_cases.views.drafts import trail_of
from pbc_web.business_cases.views.gate import after_declaring
from pbc_web.mobilisation import actions, files, queries, shown
from pbc_web.mobilisation.forms import MilestoneForm, MoveForm
from pbc_web.mobilisation.models import Milestone
from pbc_web.mobilisation.permissions import may_keep_milestones, may_read_mobilisation
from pbc_web.mobilisation.states import MOVE_WORDS, MOVES
from pbc_web.shell import clock
from pbc_web.shell.access import entitled
from pbc_web.shell.forms_sent import sent


@entitled(may_read_mobilisation)
@require_safe
@after_declaring
def milestone(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """A milestone as it stands, and every version it had."""
    found, today = queries.milestone_for(request.actor, code, number), clock.today()
    keeper = queries.keeps(request.actor, found.proposal)
    may_change = keeper and found.state == "open"
    moves = [(MOVE_WORDS[each], reverse("mobilisation:move", args=[code, number, each])) for each in MOVES[found.state]]
    told = {
        "milestone": found, "proposal": found.proposal, "state": shown.state_of(found, today), "trail": trail_of(found.proposal),
        "is_late": queries.is_late(found, today), "owner": found.owner.shown_name, "moves": moves if keeper else [],
        "change": reverse("mobilisation:change", args=[code, number]) if may_change else "",
        "versions": shown.versions_table(found.versions.select_related("owner", "by")),
    }  # fmt: skip
    return render(request, "mobilisation/milestone.html", told)


@entitled(may_read_mobilisation)
@require_safe
@after_declaring
def milestones_file(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """A case's milestones as a file."""
    found = queries.case_for(request.actor, code)
    file = files.milestones_file(found, queries.milestones_of(found), today=clock.today())
    return hand_out_tables(request, file, form=form)


@entitled(may_keep_milestones)
@require_http_methods(["GET", "POST"])
@after_declaring
def new(request: HttpRequest, code: str) -> HttpResponse:
    """Add a milestone."""
    found = queries.case_for(request.actor, code)
    actions.require_keeper(request.actor, found)
    form = _form(request, found, None)
    if request.method == "POST" and form.is_valid():
        made = actions.add_milestone(found, form.planned, by=request.actor, at=clock.now())
        messages.success(request, f"{made.title} is added.")
        return redirect(f"{reverse('business_cases:proposal', args=[code])}#milestones")
    return shown_form(request, found, form, "Add a milestone")


@entitled(may_keep_milestones)
@require_http_methods(["GET", "POST"])
@after_declaring
def change(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Change a milestone that is open."""
    found = queries.milestone_for(request.actor, code, number)
    actions.require_keeper(request.actor, found.proposal)
    form = _form(request, found.proposal, found)
    if request.method == "POST" and form.is_valid():
        actions.change_milestone(
            found, form.planned, reason=form.cleaned_data["reason"], version=version_in(request), by=request.actor, at=clock.now()
        )  # fmt: skip
        messages.success(request, f"{found.title} is changed.")
        return redirect("mobilisation:milestone", code, number)
    return shown_form(request, found.proposal, form, f"Change “{found.title}”", version=found.version)


@entitled(may_keep_milestones)
@require_http_methods(["GET", "POST"])
@after_declaring
def move(request: HttpRequest, code: str, number: int, move: str) -> HttpResponse:
    """Mark a milestone as done, drop it, or open it again."""
    found = queries.milestone_for(request.actor, code, number)
    if move not in MOVES[found.state]:
        raise Http404
    actions.require_keeper(request.actor, found.proposal)
    form = MoveForm(sent(request), move=move)
    if request.method == "POST" and form.is_valid():
        actions.move_milestone(
            found,
            move,
            reason=form.cleaned_data["reason"],
            version=version_in(request),
            by=request.actor,
            at=clock.now(),
        )
        messages.success(request, "It is saved.")
        return redirect("mobilisation:milestone", code, number)
    heading = f"{MOVE_WORDS[move]}: {found.title}"
    return shown_form(request, found.proposal, form, heading, version=found.version)


def version_in(request: HttpRequest) -> int:
    """The version the reader saw, as the form sends it back; none where somebody sent something else."""
    said = request.POST.get("version", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 12 else -1


def shown_form(
    request: HttpRequest, proposal: Proposal, form: Any, heading: str, *, version: int = 0, lead: str = "", **more: Any
) -> HttpResponse:
    """A page with one form; sent with a mistake, it says so."""
    told = {
        "proposal": proposal, "form": form, "heading": heading, "lead": lead, "trail": trail_of(proposal),
        "version": request.POST.get("version", version),
    } | more  # fmt: skip
    return render(request, "mobilisation/form.html", told, status=400 if form.is_bound else 200)


def _form(request: HttpRequest, proposal: Proposal, held: Milestone | None) -> MilestoneForm:
    others = [each for each in queries.milestones_of(proposal) if each.state != "dropped" and each != held]
    if held is not None and held.depends_on is not None and held.depends_on not in others:
        others.append(held.depends_on)
    people = queries.may_own(proposal, on=clock.today())
    named = named_with_posts(people, on=clock.today())
    return MilestoneForm(sent(request), people=people, named=named, others=others, held=held)
