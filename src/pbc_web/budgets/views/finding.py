"""What a page is about, within the actor's reach or not found; and the trail of links above it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from pbc_web.accounts.actor import Actor
from pbc_web.budgets.models import Decision, Draft, Offer, Round
from pbc_web.budgets.names import service_title
from pbc_web.budgets.queries import listings
from pbc_web.budgets.states import TAGS
from pbc_web.organisations.models import Organisation


def actor_of(request: HttpRequest) -> Actor:
    """This returns who acts."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActingPerson; views are guarded
    return actor


def page(request: HttpRequest, template: str, told: dict[str, Any]) -> HttpResponse:
    """This returns a page of budgets, which knows the colours of states and the titles of services."""
    return render(request, template, {"tags": TAGS, "service_title": service_title, **told})


def the_round(request: HttpRequest, round_id: int, *, is_own: bool = False) -> Round:
    """This returns a round in sight; with `is_own`, of the actor's own organisation."""
    found = listings.rounds_seen_by(actor_of(request))
    if is_own:
        found = found.filter(commissioner=actor_of(request).organisation)
    return get_object_or_404(found, id=round_id)


def the_offer(request: HttpRequest, offer_id: int) -> Offer:
    """This returns an offer in reach."""
    return get_object_or_404(listings.offers_seen_by(actor_of(request)), id=offer_id)


def the_draft(request: HttpRequest, draft_id: int) -> Draft:
    """This returns a draft in sight."""
    return get_object_or_404(listings.drafts_seen_by(actor_of(request)), id=draft_id)


def the_practice(request: HttpRequest, code: str) -> Organisation:
    """This returns a practice in reach."""
    return get_object_or_404(Organisation, code=code, kind="practice", id__in=actor_of(request).reach.detail)


def the_decision(request: HttpRequest, decision_id: int) -> Decision:
    """This returns a decision in sight."""
    return get_object_or_404(listings.decisions_seen_by(actor_of(request)), id=decision_id)


def links(in_round: Round | None = None, *more: tuple[str, str]) -> list[dict[str, Any]]:
    """This returns the links above a page: Budgets, the round, and what is given as text and address."""
    found: Sequence[tuple[str, str]] = [("Budgets", reverse("budgets:listing"))]
    if in_round is not None:
        found = [
            *found,
            (f"{in_round.financial_year}, {in_round.commissioner.name}", reverse("budgets:round", args=[in_round.id])),
        ]
    return [{"text": text, "href": href} for text, href in (*found, *more)]


def number_sent(request: HttpRequest, name: str) -> int:
    """This returns a whole number a form carries, such as the version its page showed; nothing usable is 0, which no row has."""
    said = request.POST.get(name, "")
    return int(said) if said.isdecimal() and len(said) < 10 else 0
