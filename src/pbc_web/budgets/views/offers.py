"""Offers as pages: issued, opened, received, made firm, accepted, withdrawn, downloaded."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pbc_web.accounts.actor import Actor
from pbc_web.audit.handing_out import hand_out
from pbc_web.budgets import files, permissions, rules
from pbc_web.budgets.actions import offers
from pbc_web.budgets.doors import door_of_offer
from pbc_web.budgets.forms.offers import IssueForm
from pbc_web.budgets.models import Draft, Offer
from pbc_web.budgets.names import in_order
from pbc_web.budgets.queries import listings
from pbc_web.budgets.queries.payable import watermark
from pbc_web.budgets.queries.standing import holders_of
from pbc_web.budgets.readings import amounts_of, by_practice, figures_of
from pbc_web.budgets.states import OPEN
from pbc_web.budgets.views import answers
from pbc_web.budgets.views.finding import actor_of, links, number_sent, page, the_offer
from pbc_web.organisations.models import Organisation, Uptake
from pbc_web.organisations.queries import declined_on, practices_of
from pbc_web.runs.budget_readings import beside_of
from pbc_web.runs.explaining import open_cells
from pbc_web.shell import clock
from pbc_web.shell.access import entitled
from pbc_web.shell.words import day


def _own_draft(request: HttpRequest, draft_id: int) -> Draft:
    found = listings.drafts_seen_by(actor_of(request)).filter(round__commissioner=actor_of(request).organisation)
    return get_object_or_404(found, id=draft_id)


def _practices(draft: Draft) -> list[Organisation]:
    return list(practices_of(draft.round.commissioner, on=draft.round.financial_year.start))


def _declined(draft: Draft) -> dict[str, str]:
    """Why a practice is not ticked, by its id: it declined to take part."""
    held = declined_on(clock.today(), _practices(draft))
    return {str(key): _why_not(each) for key, each in held.items()}


def _why_not(uptake: Uptake) -> str:
    because = f": {uptake.reason}" if uptake.reason else ""
    return f"Not ticked, as it declined to take part on {day(uptake.starts_on)}{because}"


@entitled(permissions.may_set_budgets)
@require_http_methods(["GET", "POST"])
def issue(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Choose to which practices a draft's budgets are offered."""
    draft = _own_draft(request, draft_id)
    practices = [(str(each.id), each.name) for each in _practices(draft)]
    declined = _declined(draft)
    name = f"issue-{draft.id}"
    sent = request.POST if request.method == "POST" else answers.kept(request, name)
    ticked = {"practices": [key for key, _ in practices if key not in declined]}
    form = IssueForm(sent, practices=practices, hints=declined, initial=ticked)
    if request.method == "POST" and form.is_valid():
        answers.keep(request, name)
        return redirect("budgets:issue_check", draft.id)
    told = {"form": form, "draft": draft, "trail": _above(draft)}
    return page(request, "budgets/issue.html", told)


@entitled(permissions.may_set_budgets)
@require_http_methods(["GET", "POST"])
def issue_check(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Check what is about to be offered, then offer it."""
    draft = _own_draft(request, draft_id)
    practices = _practices(draft)
    form = IssueForm(
        answers.kept(request, f"issue-{draft.id}"), practices=[(str(each.id), each.name) for each in practices]
    )
    if not form.is_valid():
        return redirect("budgets:issue", draft.id)
    said = form.cleaned_data
    chosen = [each for each in practices if str(each.id) in said["practices"]]
    holders = holders_of(draft.round, chosen)
    amounts = by_practice(amounts_of(draft.set_name, draft.set_id, frozenset(each.code for each in chosen)))
    waits_for = said["waits_for"] if said["kind"] == "provisional" else ""
    if request.method == "POST":
        made = offers.issue_offers(
            draft, holders=holders, amounts=amounts, waits_for=waits_for, by=actor_of(request), at=clock.now()
        )
        answers.drop(request, f"issue-{draft.id}")
        messages.success(
            request, f"{len(made)} offers are issued. Practices are told by e-mail and on their own pages."
        )
        return redirect("budgets:round", draft.round_id)
    rows = [_row(draft, each, holders[each], amounts.get(each.code, {})) for each in chosen]
    told = {
        "draft": draft, "rows": rows, "waits_for": waits_for, "total": sum(row[2] for row in rows), "trail": _above(draft),
        "explain": reverse("budgets:draft_figure", args=[draft.id]),
        "mark": watermark(draft.round, holders=[], on=clock.today()),
    }  # fmt: skip
    return page(request, "budgets/issue_check.html", told)


def _row(
    draft: Draft, practice: Organisation, holder: Organisation, amounts: dict[str, int]
) -> tuple[Organisation, Organisation, int, str]:  # fmt: skip
    """A practice, who answers for it, its budget, and the figure that this is."""
    figures = figures_of(draft.set_name, draft.set_id, practice.code, amounts)
    return practice, holder, sum(amounts.values()), figures.get("", "")


def _above(draft: Draft) -> list[dict[str, str]]:
    return links(draft.round, (f"Draft: {draft.name}", reverse("budgets:draft", args=[draft.id])))


@entitled(permissions.may_open_offers)
@require_safe
def offer(request: HttpRequest, offer_id: int) -> HttpResponse:
    """A budget as offered: its lines, what was asked, and what can be done with it now."""
    actor, found = actor_of(request), the_offer(request, offer_id)
    is_holder = found.holder_id == actor.organisation.id
    is_side = actor.organisation.id in (found.holder_id, found.practice_id)
    is_ours = found.commissioner_id == actor.organisation.id
    is_open = found.state in OPEN
    told = {
        "offer": found, "lines": in_order(_amounts(found)), **_explained(found), **_beside(actor, found),
        "may_escalate": is_side and is_open and permissions.may_escalate(actor),
        "queries": list(listings.queries_of(found)), "trail": links(found.round),
        "mark": watermark(found.round, holders=[found.practice, found.holder], on=clock.today()),
        "may_receive": is_side and found.state == "issued",
        "may_accept": is_holder and permissions.may_accept_budgets(actor) and _can_be_agreed(found),
        "may_ask": is_side and is_open and permissions.may_query_budgets(actor),
        "may_answer": is_ours and permissions.may_answer_queries(actor),
        "may_withdraw": is_ours and is_open and permissions.may_set_budgets(actor),
        "answer_due_on": rules.query_due_on(found.round, clock.today()),
        "is_holder": is_holder, "is_open": is_open, "is_agreed_round": found.round.versions.exists(),
    }  # fmt: skip
    return page(request, "budgets/offer.html", told)


def _amounts(offer: Offer) -> dict[str, int]:
    return {line.service: line.amount_pence for line in offer.lines.all()}


def _figures(offer: Offer) -> dict[str, str]:
    return figures_of(offer.draft.set_name, offer.draft.set_id, offer.practice.code, _amounts(offer))


def _explained(offer: Offer) -> dict[str, Any]:
    return {"figures": _figures(offer), "explain": reverse("budgets:offer_figure", args=[offer.id])}


def _beside(actor: Actor, offer: Offer) -> dict[str, Any]:
    """What stands beside the budget: last year's, the steps between, the list and the fair share, as far as the draft knows."""
    beside = beside_of(offer.draft.set_name, offer.draft.set_id, offer.practice.code)
    if beside is None:
        return {}
    cells = open_cells(door_of_offer(actor, offer), beside.steps.cells) if beside.steps else {}
    return {"beside": beside, "step_figures": cells}


def _can_be_agreed(offer: Offer) -> bool:
    return offer.state in ("issued", "received") and not offer.is_provisional


@entitled(permissions.may_query_budgets)
@require_POST
def receive(request: HttpRequest, offer_id: int) -> HttpResponse:
    """Say that the offer has come."""
    found = offers.receive_offer(the_offer(request, offer_id), by=actor_of(request), at=clock.now())
    return redirect("budgets:offer", found.id)


@entitled(permissions.may_set_budgets)
@require_POST
def make_firm(request: HttpRequest, offer_id: int) -> HttpResponse:
    """Say that what the offer waited for has come."""
    found = _ours(request, offer_id)
    offers.make_firm(found, version=number_sent(request, "version"), by=actor_of(request), at=clock.now())
    messages.success(request, f"The offer to {found.practice.name} is firm now. It can be agreed.")
    return redirect("budgets:offer", found.id)


@entitled(permissions.may_set_budgets)
@require_POST
def withdraw(request: HttpRequest, offer_id: int) -> HttpResponse:
    """Take the offer back."""
    found = _ours(request, offer_id)
    offers.withdraw_offer(found, version=number_sent(request, "version"), by=actor_of(request), at=clock.now())
    messages.success(request, f"The offer to {found.practice.name} is withdrawn.")
    return redirect("budgets:round", found.round_id)


def _ours(request: HttpRequest, offer_id: int) -> Offer:
    found = listings.offers_seen_by(actor_of(request)).filter(commissioner=actor_of(request).organisation)
    return get_object_or_404(found, id=offer_id)


@entitled(permissions.may_accept_budgets)
@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest, offer_id: int) -> HttpResponse:
    """Check what is about to be agreed, then agree it: one act for all the firm offers a holder answers for."""
    actor, found = actor_of(request), the_offer(request, offer_id)
    bundle = listings.bundle_of(found, actor)
    if request.method == "POST":
        sent = [part.partition(":") for part in request.POST.getlist("seen")]
        seen = {int(number): int(version) for number, _, version in sent if number.isdecimal() and version.isdecimal()}
        offers.accept_offers(bundle, versions=seen, by=actor, at=clock.now())
        return redirect("budgets:accepted", found.id)
    rows = [(each, in_order(_amounts(each))) for each in bundle]
    besides = {each.id: beside_of(each.draft.set_name, each.draft.set_id, each.practice.code) for each in bundle}
    told = {
        "offer": found, "rows": rows, "total": sum(each.amount_pence for each in bundle),
        "figures": {each.id: _figures(each) for each in bundle}, "besides": besides,
        "is_holder": found.holder_id == actor.organisation.id,
        "mark": watermark(found.round, holders=[found.practice, found.holder], on=clock.today()),
        "trail": links(found.round, (f"Budget of {found.practice.name}", reverse("budgets:offer", args=[found.id]))),
    }  # fmt: skip
    return page(request, "budgets/accept.html", told)


@entitled(permissions.may_open_offers)
@require_safe
def accepted(request: HttpRequest, offer_id: int) -> HttpResponse:
    """What was agreed, under which reference, and what happens next."""
    found = the_offer(request, offer_id)
    if found.state != "accepted":
        return redirect("budgets:offer", found.id)
    return page(request, "budgets/accepted.html", {"offer": found, "trail": links(found.round), **_explained(found)})


@entitled(permissions.may_open_offers)
@require_safe
def offer_file(request: HttpRequest, offer_id: int, kind: str) -> HttpResponse:
    """An offer as a file."""
    found = the_offer(request, offer_id)
    mark = watermark(found.round, holders=[found.practice, found.holder], on=clock.today())
    book = files.offer_book(found, mark)
    return hand_out(request, book.as_kind(kind), name=f"budget-{found.round.year}-{found.practice.code}.{kind}")
