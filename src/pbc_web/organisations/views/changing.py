"""Saying by hand what no register says."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from pbc_web.organisations import actions
from pbc_web.organisations.forms import AddForm, EndForm, RelationForm, SuccessionForm
from pbc_web.organisations.models import Organisation, Relation
from pbc_web.organisations.permissions import keeps, may_close, may_keep_register, may_say, sayable
from pbc_web.organisations.views.looking import TRAIL
from pbc_web.shell import clock
from pbc_web.shell.access import entitled
from pbc_web.shell.forms_sent import sent


def _kept(request: HttpRequest, code: str) -> Organisation:
    found = get_object_or_404(Organisation, code=code)
    if not keeps(request.actor, found):  # type: ignore[attr-defined]  # set by ActingPerson
        raise Http404
    return found


def _page(
    request: HttpRequest, form: Any, title: str, button: str, *, words: str = "", about: Organisation | None = None
) -> HttpResponse:
    trail = [TRAIL]
    if about is not None:
        trail = [TRAIL, {"text": about.name, "href": reverse("organisations:organisation", args=[about.code])}]
    told = {"form": form, "title": title, "button": button, "words": words, "trail": trail}
    return render(request, "organisations/change.html", told, status=400 if form.errors else 200)


@entitled(may_keep_register)
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Add an organisation that no register names."""
    form = AddForm(sent(request))
    if request.method == "POST" and form.is_valid():
        made = actions.add_organisation(by=request.actor, at=clock.now(), **form.cleaned_data)  # type: ignore[attr-defined]
        messages.success(request, f"{made.name} was added.")
        return redirect("organisations:organisation", code=made.code)
    words = "Practices, commissioners and regions come from the register. These do not."
    return _page(request, form, "Add an organisation", "Add organisation", words=words)


@entitled(may_keep_register)
@require_http_methods(["GET", "POST"])
def relate(request: HttpRequest, code: str) -> HttpResponse:
    """Say to whom an organisation belongs from a day on."""
    found = _kept(request, code)
    wanted = sayable(request.actor, found.kind)  # type: ignore[attr-defined]
    if not wanted:
        raise Http404
    form = RelationForm(sent(request), wanted=wanted)
    if request.method == "POST" and form.is_valid():
        actions.add_relation(found, by=request.actor, at=clock.now(), **form.cleaned_data)  # type: ignore[attr-defined]
        return redirect("organisations:organisation", code=code)
    words = "Where it belonged to another in the same way, that ends the day before. Nothing said of earlier days is changed."
    return _page(request, form, f"Say where {found.name} belongs", "Save", words=words, about=found)


@entitled(may_keep_register)
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, relation_id: int) -> HttpResponse:
    """End a relation after a day."""
    relation = get_object_or_404(
        Relation.objects.exclude(relation="succeeds").select_related("member", "parent"), id=relation_id
    )
    found = _kept(request, relation.member.code)
    if not may_say(request.actor, relation.relation):  # type: ignore[attr-defined]
        raise Http404
    form = EndForm(sent(request))
    if request.method == "POST" and form.is_valid():
        actions.end_relation(relation, on=form.cleaned_data["on"], by=request.actor, at=clock.now())  # type: ignore[attr-defined]
        return redirect("organisations:organisation", code=found.code)
    words = f"{found.name} {relation.get_relation_display()} {relation.parent.name}."
    return _page(request, form, "End what is said", "Save", words=words, about=found)


@entitled(may_keep_register)
@require_http_methods(["GET", "POST"])
def succeed(request: HttpRequest, code: str) -> HttpResponse:
    """Say who took an organisation over, whole or in part."""
    found = _kept(request, code)
    if not may_close(request.actor, found):  # type: ignore[attr-defined]
        raise Http404
    form = SuccessionForm(sent(request))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        share = Decimal(said["share_percent"]) / 100
        actions.record_succession(
            found, successor=said["successor"], on=said["on"], share=share, by=request.actor, at=clock.now()  # type: ignore[attr-defined]
        )  # fmt: skip
        return redirect("organisations:organisation", code=code)
    words = "Taken over whole, it closes the day before and belongs nowhere more. What it did before stands under its own code."
    return _page(request, form, f"Say who took over {found.name}", "Save", words=words, about=found)
