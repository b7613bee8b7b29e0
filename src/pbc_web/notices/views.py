"""Notices and escalations as pages."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pbc_web.notices.actions import answer_escalation, mark_read, settle_letter
from pbc_web.notices.clock import last_tick
from pbc_web.notices.forms import AnswerForm
from pbc_web.notices.permissions import may_answer_escalations, may_keep_outbox, may_see_escalations
from pbc_web.notices.queries import escalations_seen_by, letters_in_doubt, letters_waiting, notices_of
from pbc_web.shell import clock
from pbc_web.shell.access import entitled, signed_in

PAGE = 50


@signed_in
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """What a person was told, newest first."""
    own = notices_of(request.user.pk)
    page = Paginator(own, PAGE).get_page(request.GET.get("page"))
    return render(request, "notices/inbox.html", {"page": page, "unread": own.filter(read_at__isnull=True).count()})


@signed_in
@require_http_methods(["GET", "POST"])
def notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """One notice; sending its form marks it as read and leads to what it is about."""
    found = get_object_or_404(notices_of(request.user.pk), id=notice_id)
    if request.method == "POST":
        mark_read(request.user.pk, notice_id=found.id, at=clock.now())
        return redirect(found.link or "notices:inbox")
    return render(request, "notices/notice.html", {"notice": found})


@signed_in
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark all of a person's notices as read."""
    mark_read(request.user.pk, at=clock.now())
    return redirect("notices:inbox")


@entitled(may_keep_outbox)
@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """E-mails in doubt, how many wait, and whether the clock goes."""
    told = {"letters": letters_in_doubt(), "waiting": letters_waiting(), "last_tick": last_tick()}
    return render(request, "notices/outbox.html", told)


@entitled(may_keep_outbox)
@require_POST
def settle(request: HttpRequest, letter_id: int) -> HttpResponse:
    """Say of an e-mail in doubt that it has arrived, or have it sent again."""
    letter = get_object_or_404(letters_in_doubt(), id=letter_id)
    said = request.POST.get("has_arrived")
    if said not in ("yes", "no"):
        raise BadRequest
    has_arrived = said == "yes"
    settle_letter(letter, has_arrived=has_arrived, by=request.actor, at=clock.now())
    messages.success(request, "Noted as arrived." if has_arrived else "It goes out within a minute or two.")
    return redirect("notices:outbox")


@entitled(may_see_escalations)
@require_safe
def escalations(request: HttpRequest) -> HttpResponse:
    """The escalations in reach, open ones first."""
    page = Paginator(escalations_seen_by(request.actor), PAGE).get_page(request.GET.get("page"))
    return render(request, "notices/escalations.html", {"page": page, "today": clock.today()})


@entitled(may_see_escalations)
@require_http_methods(["GET", "POST"])
def escalation(request: HttpRequest, escalation_id: int) -> HttpResponse:
    """One escalation, and for the region the form to answer it."""
    found = get_object_or_404(escalations_seen_by(request.actor), id=escalation_id)
    may_answer = may_answer_escalations(request.actor) and found.region_id == request.actor.organisation.id
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer_escalation(found, words=form.cleaned_data["answer"], by=request.actor, at=clock.now())
        messages.success(request, "The answer is given, and those concerned are told.")
        return redirect("notices:escalation", found.id)
    told = {"escalation": found, "form": form if may_answer and found.is_open else None, "today": clock.today()}
    return render(request, "notices/escalation.html", told, status=400 if form.errors else 200)
