"""A commissioner's register as a page and as files; for whoever keeps it, who has not declared and what comes on paper."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from pbc_web.accounts.models import Person
from pbc_web.audit.handing_out import TableFile, hand_out_tables
from pbc_web.governance import actions, queries
from pbc_web.governance.forms import ConfirmFromPaper, FindForm, GiftFromPaper, InterestFromPaper, facts_of, gift_of
from pbc_web.governance.permissions import keeps, may_declare, may_keep_interests, may_read_register
from pbc_web.governance.queries import Asked
from pbc_web.governance.rules import rules_of
from pbc_web.governance.shown import gifts_table, interests_table
from pbc_web.governance.views.mine import AFRESH, shown, told_of
from pbc_web.organisations.models import Organisation
from pbc_web.shell import clock
from pbc_web.shell.access import entitled
from pbc_web.shell.forms_sent import sent

PAGE = 50


@entitled(may_read_register)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The registers one may read; where it is one, that one."""
    found = queries.registers_for(request.actor)
    if len(found) == 1:
        return redirect("governance:register", found[0].code)
    return render(request, "governance/registers.html", {"registers": found, "declares": may_declare(request.actor)})


@entitled(may_read_register)
@require_safe
def register(request: HttpRequest, code: str) -> HttpResponse:
    """Who declared what to a commissioner, found by name and by organisation."""
    of, actor, today = queries.register_at(request.actor, code), request.actor, clock.today()
    rules, asked, keeper = rules_of(of, on=today), _asked(request), keeps(actor, of.id)
    interests = Paginator(queries.interests_shown(actor, of, asked, on=today, rules=rules), PAGE).get_page(
        request.GET.get("page")
    )
    gifts = Paginator(queries.gifts_shown(actor, of, asked, on=today, rules=rules), PAGE).get_page(
        request.GET.get("gifts")
    )
    given = _given(asked)
    links = _file(of, (), ()).links(f"{reverse('governance:register', args=[code])}download/", asked=given)
    told = {
        "register": of, "rules": rules, "form": FindForm(request.GET), "asked": given, "keeper": keeper, "page": interests,
        "gift_page": gifts, "interests": interests_table(interests), "gifts": gifts_table(gifts), "downloads": links,
        "interest_links": [reverse("governance:interest", args=[each.entry]) for each in interests] if keeper else [],
        "gift_links": [reverse("governance:gift", args=[each.entry]) for each in gifts] if keeper else [],
        "declares": may_declare(actor),
        "trail": [{"text": "Interests", "href": reverse("governance:mine")}],
    }  # fmt: skip
    return render(request, "governance/register.html", told)


@entitled(may_read_register)
@require_safe
def file(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """The register as it was asked for, as a file."""
    of, actor, today = queries.register_at(request.actor, code), request.actor, clock.today()
    rules, asked = rules_of(of, on=today), _asked(request)
    interests = queries.interests_shown(actor, of, asked, on=today, rules=rules)
    gifts = queries.gifts_shown(actor, of, asked, on=today, rules=rules)
    return hand_out_tables(request, _file(of, interests, gifts), form=form)


@entitled(may_keep_interests)
@require_http_methods(["GET", "POST"])
def undeclared(request: HttpRequest, code: str) -> HttpResponse:
    """Who has not declared, and what somebody said on paper: that there is nothing, or that all is complete."""
    of, today = queries.kept_at(request.actor, code), clock.today()
    form = ConfirmFromPaper(sent(request), people=_people(of))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        person = get_object_or_404(Person, id=said["person"])
        actions.confirm(
            person=person,
            register=of,
            says=said["says"],
            declared_on=said["declared_on"],
            by=request.actor,
            at=clock.now(),
        )
        messages.success(request, f"It is on the register, for {person.name}.")
        return redirect("governance:undeclared", code)
    told = {
        "register": of, "form": form, "people": queries.undeclared_in(of, on=today, rules=rules_of(of, on=today)), "trail": _trail(of),
    }  # fmt: skip
    return render(request, "governance/undeclared.html", told, status=400 if form.is_bound else 200)


@entitled(may_keep_interests)
@require_http_methods(["GET", "POST"])
def add_interest(request: HttpRequest, code: str) -> HttpResponse:
    """Write down an interest of somebody else from paper, or a tie between organisations."""
    of = queries.kept_at(request.actor, code)
    form = InterestFromPaper(sent(request), people=_people(of), without=AFRESH)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        holder: Any = get_object_or_404(Person, id=said["person"]) if said["person"] else said["holder"]
        if isinstance(holder, str):
            holder = actions.party_named(holder, of)
        made = actions.declare_interest(
            facts_of(said),
            holder=holder,
            register=of,
            declared_on=said["declared_on"],
            by=request.actor,
            at=clock.now(),
        )
        messages.success(request, told_of(made))
        return redirect("governance:register", code)
    return shown(request, form, title="Add an interest from paper", register=of, trail=_trail(of))


@entitled(may_keep_interests)
@require_http_methods(["GET", "POST"])
def add_gift(request: HttpRequest, code: str) -> HttpResponse:
    """Write down a gift or hospitality of somebody else from paper."""
    of = queries.kept_at(request.actor, code)
    form = GiftFromPaper(sent(request), people=_people(of), without=AFRESH)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        made = actions.declare_gift(
            gift_of(said), person=get_object_or_404(Person, id=said["person"]), register=of, declared_on=said["declared_on"],
            by=request.actor, at=clock.now(),
        )  # fmt: skip
        messages.success(request, told_of(made))
        return redirect("governance:register", code)
    return shown(request, form, title="Add a gift or hospitality from paper", register=of, trail=_trail(of))


def _people(of: Organisation) -> list[Person]:
    return [each.person for each in queries.declarers_of(of, on=clock.today())]


def _trail(of: Organisation) -> list[dict[str, str]]:
    return [
        {"text": "Interests", "href": reverse("governance:mine")},
        {"text": f"Register of {of.name}", "href": reverse("governance:register", args=[of.code])},
    ]


def _asked(request: HttpRequest) -> Asked:
    form = FindForm(request.GET)
    return Asked(**form.cleaned_data) if form.is_valid() else Asked()


def _given(asked: Asked) -> str:
    return urlencode({name: value if value is not True else "on" for name, value in vars(asked).items() if value})


def _file(of: Organisation, interests: Any, gifts: Any) -> TableFile:
    lines = (f"Register of interests of {of.name}", "As published; who keeps the register may have asked for more.")
    tables = (interests_table(interests), gifts_table(gifts))
    return TableFile(
        f"register-of-interests-{of.code}", "Register of interests", lines, tables, clock.today(), of.is_made_up
    )
