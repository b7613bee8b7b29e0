"""One page for everything that is done to a proposal on the way to its decision and after it: a form, an action, and back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from pbc.errors import RefusedInput
from pbc_web.business_cases.acts import FEWEST_ROWS, MOST_ROWS, Act, Doing, form_of, has_no_choice
from pbc_web.business_cases.acts_of_handlers import HANDLERS
from pbc_web.business_cases.acts_of_others import ARBITRATE, AUTHORS, DECLARE, MEMBERS
from pbc_web.business_cases.models import Proposal
from pbc_web.business_cases.permissions import (
    may_arbitrate,
    may_declare,
    may_handle_proposals,
    may_propose,
    may_take_part,
)
from pbc_web.business_cases.queries.conflicts import must_declare
from pbc_web.business_cases.queries.in_sight import proposal_for, proposals_for
from pbc_web.business_cases.views.drafts import trail, trail_of
from pbc_web.business_cases.views.gate import after_declaring
from pbc_web.shell import clock
from pbc_web.shell.access import entitled
from pbc_web.shell.forms_sent import sent


@entitled(may_declare)
@require_http_methods(["GET", "POST"])
def declare(request: HttpRequest, code: str) -> HttpResponse:
    """Declare before the papers are opened; whoever has done so goes on to them."""
    found = proposal_for(request.actor, code)
    if not must_declare(request.actor, found):
        return redirect("business_cases:proposal", code)
    return _page(request, found, DECLARE)


@entitled(may_handle_proposals)
@require_http_methods(["GET", "POST"])
@after_declaring
def handle(request: HttpRequest, code: str, act: str, key: int = 0) -> HttpResponse:
    """What whoever handles proposals does to one."""
    return _page(request, proposal_for(request.actor, code), _named(HANDLERS, act), key)


@entitled(may_take_part)
@require_http_methods(["GET", "POST"])
@after_declaring
def take_part(request: HttpRequest, code: str, act: str, key: int = 0) -> HttpResponse:
    """What reviewers, members and chairs do to one."""
    return _page(request, proposal_for(request.actor, code), _named(MEMBERS, act), key)


@entitled(may_propose)
@require_http_methods(["GET", "POST"])
def as_author(request: HttpRequest, code: str, act: str, key: int = 0) -> HttpResponse:
    """What authors do to theirs once it is submitted."""
    return _page(request, proposal_for(request.actor, code), _named(AUTHORS, act), key)


@entitled(may_arbitrate)
@require_http_methods(["GET", "POST"])
@after_declaring
def arbitrate(request: HttpRequest, code: str) -> HttpResponse:
    """Judge an appeal."""
    return _page(request, proposal_for(request.actor, code), ARBITRATE)


def _named(acts: Mapping[str, Act], name: str) -> Act:
    if name not in acts:
        raise Http404
    return acts[name]


def _page(request: HttpRequest, found: Proposal, act: Act, key: int = 0) -> HttpResponse:
    doing = Doing(found, request.actor, clock.now(), key, rows=_rows(request))
    fields, status = act.fields(doing), 400 if request.method == "POST" else 200
    form = form_of(fields, sent(request))
    if request.method == "POST" and _is_whole(form, act, doing):
        try:
            act.do(replace(doing, said=form.cleaned_data))
        except RefusedInput as refusal:
            if not form.fields:
                raise
            form.add_error(None, str(refusal))  # what was written is kept
            status = 409
        else:
            messages.success(request, f"{act.done} {act.after(doing)}".strip())
            return _back(request, found)
    shown = trail() if must_declare(request.actor, found) else trail_of(found)
    told = {
        "proposal": found,
        "form": form,
        "heading": act.heading,
        "lead": act.lead,
        "words": act.button,
        "trail": shown,
        "about": act.about(doing),
        "further": act.further if doing.rows < MOST_ROWS else "",
        "rows": doing.rows,
        "instead": act.instead(doing) if has_no_choice(fields) else (),
    }
    return render(request, "business_cases/deed.html", told, status=status)


def _rows(request: HttpRequest) -> int:
    """How many rows a form has room for, as its address says."""
    said = request.GET.get("rows", "")
    return min(max(int(said), FEWEST_ROWS), MOST_ROWS) if re.fullmatch("[0-9]{1,3}", said) else FEWEST_ROWS


def _is_whole(form: Form, act: Act, doing: Doing) -> bool:
    """Whether what was filled in can be done; what is missing is told at its field."""
    if form.is_valid():
        for name, fault in act.faults(doing, dict(form.cleaned_data)).items():
            form.add_error(name, fault)
    return form.is_valid()


def _back(request: HttpRequest, found: Proposal) -> HttpResponse:
    """To the proposal; whoever sees its papers no longer goes to the list, and is told why."""
    if proposals_for(request.actor).filter(id=found.id).exists():
        return redirect("business_cases:proposal", found.code)
    messages.info(request, "You are kept away from this proposal, and see no papers of it.")
    return redirect("business_cases:listing")
