"""My interests: what I declared, and declaring."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pbc_web.accounts.models import Person
from pbc_web.governance import actions, queries
from pbc_web.governance.forms import GiftForm, InterestForm, facts_of, gift_of
from pbc_web.governance.permissions import may_declare, may_read_register
from pbc_web.governance.rules import rules_of
from pbc_web.governance.shown import gifts_table, interests_table
from pbc_web.governance.states import SAYS
from pbc_web.organisations.models import Organisation
from pbc_web.shell import clock
from pbc_web.shell.access import entitled
from pbc_web.shell.forms_sent import sent
from pbc_web.shell.words import day

AFRESH = ("since", "reason", "number")  # not asked of what is declared for the first time


@entitled(may_read_register)
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What I declared, until when that holds, and what to do next; a region goes on to the registers."""
    actor, today = request.actor, clock.today()
    if not may_declare(actor):
        return redirect("governance:registers")
    register = queries.register_of(actor)
    interests, gifts = list(queries.own_interests(actor)), list(queries.own_gifts(actor))
    told: dict[str, Any] = {
        "register": register, "interests": interests_table(interests), "gifts": gifts_table(gifts),
        "interest_links": [reverse("governance:interest", args=[each.entry]) for each in interests],
        "gift_links": [reverse("governance:gift", args=[each.entry]) for each in gifts], "today": today,
    }  # fmt: skip
    if register is not None:
        rules = rules_of(register, on=today)
        last = queries.said_on([actor.person_id], register).get(actor.person_id)
        told |= {
            "rules": rules, "last": last, "due_on": rules.due_on(last) if last else None,
            "confirmation": queries.confirmation_of(actor, register),
            "holds_any": queries.interests_held(actor.person_id, register, on=today).exists(),
        }  # fmt: skip
    return render(request, "governance/mine.html", told)


@entitled(may_declare)
@require_http_methods(["GET", "POST"])
def declare(request: HttpRequest) -> HttpResponse:
    """Declare an interest of my own."""
    register, now = _register(request), clock.now()
    form = InterestForm(sent(request), without=AFRESH)
    if request.method == "POST" and form.is_valid():
        made = actions.declare_interest(
            facts_of(form.cleaned_data),
            holder=_me(request),
            register=register,
            declared_on=clock.today(),
            by=request.actor,
            at=now,
        )
        messages.success(request, told_of(made))
        return redirect("governance:mine")
    return shown(request, form, title="Declare an interest", register=register)


@entitled(may_declare)
@require_http_methods(["GET", "POST"])
def gift(request: HttpRequest) -> HttpResponse:
    """Declare a gift or hospitality I was offered."""
    register, now = _register(request), clock.now()
    form = GiftForm(sent(request), without=AFRESH)
    if request.method == "POST" and form.is_valid():
        made = actions.declare_gift(
            gift_of(form.cleaned_data),
            person=_me(request),
            register=register,
            declared_on=clock.today(),
            by=request.actor,
            at=now,
        )
        messages.success(request, told_of(made))
        return redirect("governance:mine")
    return shown(request, form, title="Declare a gift or hospitality", register=register)


@entitled(may_declare)
@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """Say that I have nothing to declare, or that my entries are complete."""
    register = _register(request)
    says = request.POST.get("says", "")
    if says not in SAYS:
        return HttpResponse(status=400)
    made = actions.confirm(
        person=_me(request), register=register, says=says, declared_on=clock.today(), by=request.actor, at=clock.now()
    )
    messages.success(request, f"It is on the register, and holds until {day(made.holds_until)}.")
    return redirect("governance:mine")


def told_of(made: Any) -> str:
    """What the page says once an entry stands: under which name, and how late it was."""
    known = (
        ""
        if made.organisation_id
        else f" {made.named} is in no register this service knows, and stands under that name."
    )
    late = f" It was declared {made.days_late} days after the time to declare it." if made.days_late else ""
    return f"It is on the register of {made.register.name}.{known}{late}"


def shown(request: HttpRequest, form: Any, *, title: str, register: Organisation, **more: Any) -> HttpResponse:
    """A page with one form; sent with a mistake, it says so."""
    rules = rules_of(register, on=clock.today())
    trail = [{"text": "Interests", "href": reverse("governance:mine")}]
    told = {
        "form": form,
        "heading": title,
        "register": register,
        "rules": rules,
        "trail": trail,
        "is_gift": isinstance(form, GiftForm),
    }
    return render(request, "governance/form.html", told | more, status=400 if form.is_bound else 200)


def _register(request: HttpRequest) -> Organisation:
    register = queries.register_of(request.actor)
    if register is None:
        raise Http404
    return register


def _me(request: HttpRequest) -> Person:
    return get_object_or_404(Person, id=request.actor.person_id)
