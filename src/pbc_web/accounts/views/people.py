"""Who holds which role in an organisation, and inviting others."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from pbc_web.accounts import actions, letters, queries
from pbc_web.accounts.actor import Actor
from pbc_web.accounts.forms import InviteForm
from pbc_web.accounts.models import Invitation
from pbc_web.accounts.permissions import may_administer, may_appoint, roles_to_give
from pbc_web.organisations.models import OPEN_END, Organisation
from pbc_web.shell import clock
from pbc_web.shell.access import entitled
from pbc_web.shell.forms_sent import sent

PAGE = 50


@entitled(may_appoint)
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """The organisations whose people one may bring in, with how many hold a role there today."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActingPerson
    words, today = request.GET.get("words", "").strip(), clock.today()
    found = queries.organisations_to_appoint_in(actor)
    if words:
        found = found.filter(Q(name__icontains=words) | Q(code__iexact=words))
    holds = Q(
        appointments__starts_on__lte=today, appointments__ends_before__gt=today, appointments__person__is_active=True
    )
    page = Paginator(
        found.annotate(people=Count("appointments__person", filter=holds, distinct=True)).order_by("name", "code"), PAGE
    )
    told = {"page": page.get_page(request.GET.get("page")), "words": words, "own": actor.organisation}
    return render(request, "accounts/people.html", told | {"is_administrator": may_administer(actor)})


def organisation_of(actor: Actor, code: str) -> Organisation:
    """The organisation of a code, if its people may be brought in; else it is not found."""
    found: Organisation = get_object_or_404(queries.organisations_to_appoint_in(actor), code=code)
    return found


def trail_to(organisation: Organisation) -> list[dict[str, str]]:
    """The way back from a page about an organisation's people."""
    return [
        {"text": "People", "href": reverse("people")},
        {"text": organisation.name, "href": reverse("people_of", args=[organisation.code])},
    ]


@entitled(may_appoint)
@require_safe
def people_of(request: HttpRequest, code: str) -> HttpResponse:
    """Who holds, held and is invited to a role in an organisation."""
    organisation, now, today = organisation_of(request.actor, code), clock.now(), clock.today()  # type: ignore[attr-defined]
    held = list(queries.people_of(organisation))
    told = {
        "organisation": organisation, "trail": trail_to(organisation)[:1],
        "current": [each for each in held if each.holds_on(today)],
        "to_come": [each for each in held if each.starts_on > today],
        "former": [each for each in held if each.ends_before <= today],
        "invitations": [(each, each.state(now)) for each in queries.invitations_of(organisation)],
    }  # fmt: skip
    return render(request, "accounts/people_of.html", told)


@entitled(may_appoint)
@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest, code: str) -> HttpResponse:
    """Invite somebody to a role."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    organisation = organisation_of(actor, code)
    given = {"roles": roles_to_give(actor, organisation), "kind": organisation.kind, "today": clock.today()}
    form = InviteForm(sent(request), **given)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        invitation, token = actions.invite(
            email=said["email"], name=said["name"], role_code=said["role_code"], organisation=organisation,
            ends_before=said["until"] + timedelta(days=1) if said["until"] else OPEN_END, invited_by=request.user,  # type: ignore[arg-type]
            by=actor, at=clock.now(),
        )  # fmt: skip
        post(request, invitation, token)
        return redirect("people_of", code=code)
    told = {"form": form, "organisation": organisation, "trail": trail_to(organisation)}
    return render(request, "accounts/invite.html", told, status=400 if form.errors else 200)


def post(request: HttpRequest, invitation: Invitation, token: str) -> None:
    """Send the letter of an invitation and say whether it went."""
    address = request.build_absolute_uri(reverse("accept_invitation", args=[token]))
    if letters.send_invitation(invitation, address=address):
        messages.success(request, f"The invitation was sent to {invitation.email}. It can be accepted for 14 days.")
    else:
        messages.warning(
            request, f"The invitation to {invitation.email} could not be sent. Send it again from this page."
        )
