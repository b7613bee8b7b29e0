"""What administrators alone may do: see as somebody sees, and forget a person."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from pbc_web.accounts import actions
from pbc_web.accounts.forms import FindForm, ViewAsForm
from pbc_web.accounts.models import Person
from pbc_web.accounts.permissions import may_administer
from pbc_web.accounts.queries import VIEWING, appointments_on
from pbc_web.audit.actions import record
from pbc_web.shell import clock
from pbc_web.shell.access import entitled
from pbc_web.shell.forms_sent import sent

PAGE = 50
TRAIL = [{"text": "People", "href": "/people/"}]


@entitled(may_administer)
@require_safe
def everybody(request: HttpRequest) -> HttpResponse:
    """Everyone who holds a role today, to find somebody by name, address or organisation."""
    form = FindForm(request.GET)
    words = form.cleaned_data["words"].strip() if form.is_valid() else ""
    found = appointments_on(clock.today()).order_by("person__name", "id")
    if words:
        found = found.filter(
            Q(person__name__icontains=words)
            | Q(person__email__icontains=words)
            | Q(organisation__name__icontains=words)
        )
    told = {"page": Paginator(found, PAGE).get_page(request.GET.get("page")), "words": words, "trail": TRAIL}
    return render(request, "accounts/everybody.html", told)


@entitled(may_administer)
@require_http_methods(["GET", "POST"])
def view_as(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """Look at the pages as somebody sees them, for a reason, which is kept; nothing can be changed meanwhile."""
    today = clock.today()
    viewed = get_object_or_404(appointments_on(today).exclude(person_id=request.user.pk), id=appointment_id)
    form = ViewAsForm(sent(request))
    if request.method == "POST" and form.is_valid():
        told = {
            "person": str(viewed.person.number), "role": viewed.role.title, "organisation": viewed.organisation.name,
            "reason": form.cleaned_data["reason"],
        }  # fmt: skip
        with transaction.atomic():
            record(by=request.actor, verb="view_as", about=("appointment", viewed.id), at=clock.now(), told=told)  # type: ignore[attr-defined]
            request.session[VIEWING] = viewed.id
        return redirect("/")
    told = {"form": form, "viewed": viewed, "trail": [*TRAIL, {"text": "Everybody", "href": reverse("everybody")}]}
    return render(request, "accounts/view_as.html", told, status=400 if form.errors else 200)


@entitled(may_administer)
@require_http_methods(["GET", "POST"])
def erase(request: HttpRequest, number: str) -> HttpResponse:
    """Forget a person, once it was said twice."""
    person = get_object_or_404(Person, number=number, erased_at=None)
    if request.method == "POST" and request.POST.get("sure") == "yes" and person != request.user:
        actions.erase(person, on=clock.today(), by=request.actor, at=clock.now())  # type: ignore[attr-defined]
        messages.success(request, "The person was forgotten. Their number stays in the audit trail, without a name.")
        return redirect("everybody")
    told = {
        "person": person,
        "is_self": person == request.user,
        "trail": [*TRAIL, {"text": "Everybody", "href": reverse("everybody")}],
    }
    return render(request, "accounts/erase.html", told)
