"""Signing in with NHS CIS2, linking it to one's account, and its notice that somebody signed out there."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe
from requests import RequestException

from pbc.errors import RefusedInput
from pbc_web.accounts import actions
from pbc_web.accounts.actor import Process
from pbc_web.accounts.cis2.adapter import Cis2Adapter
from pbc_web.accounts.cis2.claims import Identity, judge
from pbc_web.accounts.cis2.tokens import prove, spend
from pbc_web.accounts.comings_and_goings import themselves
from pbc_web.accounts.models import Person
from pbc_web.accounts.queries import ACTING, STRONG, appointments_on
from pbc_web.accounts.views.invitations import BACKEND
from pbc_web.accounts.views.own import of_account
from pbc_web.shell import clock
from pbc_web.shell.access import open_to_all, signed_in

LOG = logging.getLogger(__name__)
SIGNED_OUT = "http://schemas.openid.net/event/backchannel-logout"


def _leave(request: HttpRequest, *, linking: bool) -> HttpResponse:
    """Go to NHS CIS2, with a state, a nonce and a challenge that only this session can answer for."""
    if not settings.PBC_CIS2:
        raise Http404
    nonce = secrets.token_urlsafe(32)
    try:
        provider = Cis2Adapter(request).get_provider()
        provider.oauth2_adapter_class = Cis2Adapter
        answer: HttpResponse = provider.redirect(
            request, AuthProcess.LOGIN, auth_params={"nonce": nonce}, nonce=nonce, linking=linking
        )
    except (OAuth2Error, RequestException) as fault:
        return refused(request, cause=str(fault))
    return answer


@open_to_all
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Begin to sign in with NHS CIS2."""
    return _leave(request, linking=False)


@of_account
@signed_in
@require_POST
def link(request: HttpRequest) -> HttpResponse:
    """Begin to link NHS CIS2 to one's account."""
    return _leave(request, linking=True)


@of_account
@signed_in
@require_POST
def unlink(request: HttpRequest) -> HttpResponse:
    """Take the link to NHS CIS2 away."""
    actions.unlink_cis2(request.user, by=themselves(request.user), at=clock.now())  # type: ignore[arg-type]  # a Person
    return redirect("account")


@open_to_all
@require_safe
def callback(request: HttpRequest) -> HttpResponse:
    """Come back from NHS CIS2."""
    if not settings.PBC_CIS2:
        raise Http404
    answer: HttpResponse = OAuth2CallbackView.adapter_view(Cis2Adapter(request))(request)
    return answer


def come_in(request: HttpRequest, state: Mapping[str, Any], claims: Mapping[str, Any]) -> HttpResponse:
    """Judge what NHS CIS2 proved and said, then sign in or link."""
    if not secrets.compare_digest(str(claims.get("nonce", "")), str(state.get("nonce", "-"))):
        return refused(request, cause="nonce")
    try:
        identity = judge(claims, least_authentication_level=settings.PBC_CIS2["least_authentication_level"])
        if state.get("linking"):
            return _link(request, identity)
    except RefusedInput as fault:
        return refused(request, cause=fault.what, fault=fault)
    person = Person.objects.filter(cis2_uid=identity.uid, is_active=True).first()
    if person is None:
        what = "NHS CIS2 knows you, but nobody here has linked that identity."
        remedy = "Sign in with your e-mail address and password, then link NHS CIS2 on the page of your account."
        return refused(request, cause="nobody linked", what=what, remedy=remedy)
    held = appointments_on(clock.today()).filter(person=person, organisation__code=identity.organisation_code).first()
    if held is None:
        return _wrong_role(request, person, identity)
    login(request, person, backend=BACKEND)
    request.session[STRONG], request.session[ACTING] = True, held.id
    Person.objects.filter(id=person.id).update(cis2_session=identity.session)
    return redirect("/")


def _link(request: HttpRequest, identity: Identity) -> HttpResponse:
    if not request.user.is_authenticated:
        return refused(request, cause="signed out meanwhile")
    actions.link_cis2(request.user, uid=identity.uid, by=themselves(request.user), at=clock.now())  # type: ignore[arg-type]
    return redirect("account")


def _wrong_role(request: HttpRequest, person: Person, identity: Identity) -> HttpResponse:
    held = appointments_on(clock.today()).filter(person=person)
    told = {
        "identity": identity,
        "held": [f"{each.role.title}, {each.organisation.name} ({each.organisation.code})" for each in held],
    }
    return render(request, "accounts/wrong_role.html", told, status=403)


def refused(
    request: HttpRequest, *, cause: str, fault: RefusedInput | None = None, what: str = "", remedy: str = ""
) -> HttpResponse:
    """This returns the page of a sign-in that NHS CIS2 or we refused; the cause goes to the log."""
    LOG.warning("a sign-in with NHS CIS2 was refused: %s", cause)
    told = {
        "title": "You were not signed in with NHS CIS2", "fault": fault,
        "what": what or (fault.what if fault else "What came back could not be trusted, took too long, or was cancelled."),
        "remedy": remedy or (fault.remedy if fault and fault.remedy else "Try again from the sign-in page, or use your password."),
    }  # fmt: skip
    return render(request, "shell/fault.html", told, status=403)


@csrf_exempt
@open_to_all
@require_POST
def signed_out_there(request: HttpRequest) -> HttpResponse:
    """NHS CIS2 tells that somebody signed out there: all their sessions end here. Its signed notice is the proof, and works once."""
    if not settings.PBC_CIS2:
        raise Http404
    config, token = settings.PBC_CIS2, request.POST.get("logout_token", "")
    try:
        keys = Cis2Adapter(request).keys()
        claims = prove(token, keys=keys, issuer=config["issuer"], audience=config["client_id"], required=("jti",))
        about = [claims[name] for name in ("sub", "sid") if claims.get(name)]
        events = claims.get("events")
        if "nonce" in claims or not about or not isinstance(events, dict) or SIGNED_OUT not in events:
            raise RefusedInput("This is no notice of a sign-out.")
        spend(f"sign-out {claims['jti']}", expires=max(claims["iat"], claims.get("exp", 0)) + 86_400, at=clock.now())
    except (RefusedInput, OAuth2Error, RequestException) as fault:
        LOG.warning("a notice of sign-out was refused: %s", fault)
        return HttpResponse("refused", status=400, content_type="text/plain")
    by = Process("NHS CIS2")
    found = Person.objects.filter(cis2_uid=claims.get("sub") or "-") | Person.objects.filter(
        cis2_session=claims.get("sid") or "-"
    )
    for person in found:
        actions.end_all_sessions(person, by=by, at=clock.now())
    return HttpResponse(status=200)


class Cis2Only(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Every sign-in from elsewhere is NHS CIS2's and ends in our own judgement; no account is ever made by it."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Never: an invitation makes the person."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Judge and sign in by ourselves; the library goes no further."""
        raise ImmediateHttpResponse(come_in(request, sociallogin.state, sociallogin.account.extra_data["userinfo"]))

    def on_authentication_error(self, request: HttpRequest, provider: Any, **told: Any) -> None:
        """Say in our own page that it did not work; the cause stands in the log, never on the page."""
        raise ImmediateHttpResponse(refused(request, cause=str(told.get("exception") or told.get("error") or "")))
