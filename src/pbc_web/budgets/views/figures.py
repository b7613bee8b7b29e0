"""How a figure of a budget came about: from an offer, from the versions of an agreed budget, from a draft."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from pbc_web.budgets import doors, permissions
from pbc_web.budgets.models import Round
from pbc_web.budgets.queries.payable import watermark
from pbc_web.budgets.views.finding import actor_of, links, page, the_draft, the_offer, the_practice, the_round
from pbc_web.organisations.models import Organisation
from pbc_web.runs.explaining import Door, explained_at, told_of
from pbc_web.shell import clock
from pbc_web.shell.access import entitled


@entitled(permissions.may_open_offers)
@require_safe
def offer_figure(request: HttpRequest, offer_id: int) -> HttpResponse:
    """A figure of a budget offered to a practice."""
    found = the_offer(request, offer_id)
    above = f"Budget of {found.practice.name}", reverse("budgets:offer", args=[found.id])
    door = doors.door_of_offer(actor_of(request), found)
    return _figure(request, found.round, door, above, holders=[found.practice, found.holder])


@entitled(permissions.may_open_offers)
@require_safe
def version_figure(request: HttpRequest, round_id: int, practice_code: str) -> HttpResponse:
    """A figure of a practice's agreed budget, in any version of it."""
    in_round, practice = the_round(request, round_id), the_practice(request, practice_code)
    above = f"Budget of {practice.name}", reverse("budgets:versions", args=[in_round.id, practice.code])
    door = doors.door_of_versions(actor_of(request), in_round, practice)
    return _figure(request, in_round, door, above, holders=[practice])


@entitled(permissions.may_read_drafts)
@require_safe
def draft_figure(request: HttpRequest, draft_id: int) -> HttpResponse:
    """A figure of a draft."""
    found = the_draft(request, draft_id)
    above = f"Draft: {found.name}", reverse("budgets:draft", args=[found.id])
    if found.state != "ready":
        raise Http404
    return _figure(request, found.round, doors.door_of_draft(actor_of(request), found), above, holders=[])


def _figure(
    request: HttpRequest, in_round: Round, door: Door, above: tuple[str, str], *, holders: list[Organisation]
) -> HttpResponse:  # fmt: skip
    if not request.GET.get("id"):
        return redirect(above[1])
    told = told_of(explained_at(door, request.GET["id"]), here=request.path)
    mark = watermark(in_round, holders=holders, on=clock.today())
    return page(request, "budgets/figure.html", told | {"trail": links(in_round, above), "mark": mark})
