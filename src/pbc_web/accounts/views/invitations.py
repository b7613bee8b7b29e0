"""Taking up an invitation, sending it again, withdrawing it."""

from __future__ import annotations

from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from django.contrib.auth import login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from pbc_web.accounts import actions, queries
from pbc_web.accounts.actions.invitations import hash_of
from pbc_web.accounts.comings_and_goings import themselves
from pbc_web.accounts.forms import JoinForm
from pbc_web.accounts.models import Invitation, Person
from pbc_web.accounts.permissions import may_appoint
from pbc_web.accounts.views.people import post
from pbc_web.shell import clock
from pbc_web.shell.access import entitled, open_to_all
from pbc_web.shell.forms_sent import sent

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@open_to_all
@require_http_methods(["GET", "POST"])
def accept_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Take up an invitation: somebody new says their name and makes a password; somebody known signs in and says yes."""
    invitation = queries.invitation_behind(hash_of(token), clock.now())
    if invitation is None:
        told = {
            "title": "This invitation cannot be used",
            "what": "It was accepted already, was withdrawn, was sent again under another address, or is older than 14 days.",
            "remedy": "If you accepted it before, sign in. Otherwise ask whoever invited you to send it again.",
        }
        return render(request, "shell/fault.html", told, status=404)
    known = Person.objects.filter(email=invitation.email).first()
    return _join(request, invitation) if known is None else _gain(request, invitation, known)


def _join(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    form = JoinForm(sent(request), email=invitation.email, initial={"name": invitation.name})
    if request.method == "POST" and form.is_valid():
        said, now = form.cleaned_data, clock.now()
        with transaction.atomic():
            person = Person.objects.create_user(invitation.email, said["password"], name=said["name"])
            actions.accept(invitation, person=person, on=clock.today(), by=themselves(person), at=now)
        login(request, person, backend=BACKEND)
        reauthenticate_by_password(request)  # they typed it just now: setting up a second factor need not ask again
        return redirect("account")
    told = {"form": form, "invitation": invitation}
    return render(request, "accounts/join.html", told, status=400 if form.errors else 200)


def _gain(request: HttpRequest, invitation: Invitation, known: Person) -> HttpResponse:
    if not request.user.is_authenticated:
        return redirect(f"{reverse('account_login')}?{urlencode({'next': request.path})}")
    if request.user != known:
        told = {
            "title": "This invitation is for somebody else", "what": "You are signed in as another person.",
            "remedy": "Sign out, then open the invitation again.",
        }  # fmt: skip
        return render(request, "shell/fault.html", told, status=409)
    if request.method == "POST":
        by = themselves(known, request.session)
        actions.accept(invitation, person=known, on=clock.today(), by=by, at=clock.now())
        return redirect("choose_role")
    return render(request, "accounts/gain.html", {"invitation": invitation})


def _held(request: HttpRequest, invitation_id: int) -> Invitation:
    places = queries.organisations_to_appoint_in(request.actor)  # type: ignore[attr-defined]  # set by ActingPerson
    found = get_object_or_404(Invitation.objects.select_related("organisation", "invited_by"), id=invitation_id)
    if not places.filter(id=found.organisation_id).exists():
        raise Http404
    return found


@entitled(may_appoint)
@require_POST
def resend_invitation(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """Send an invitation again, under a new address."""
    invitation = _held(request, invitation_id)
    invitation, token = actions.resend(invitation, by=request.actor, at=clock.now())  # type: ignore[attr-defined]
    post(request, invitation, token)
    return redirect("people_of", code=invitation.organisation.code)


@entitled(may_appoint)
@require_POST
def withdraw_invitation(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """Withdraw an invitation."""
    invitation = actions.withdraw(_held(request, invitation_id), by=request.actor, at=clock.now())  # type: ignore[attr-defined]
    return redirect("people_of", code=invitation.organisation.code)
