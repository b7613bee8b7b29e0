"""Queries of figures: ask from the page, answer, and the log both sides read."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pbc_web.runs.explaining import heading_of, said
from pbc_web.runs.reading import site_policy
from pbc_web.shell import clock
from pbc_web.shell.access import entitled
from pbc_web.shell.forms_sent import sent
from pbc_web.shell.words import day
from pbc_web.statements import permissions, queries
from pbc_web.statements.actions.asking import answer_figure_query, query_figure, withdraw_figure_query
from pbc_web.statements.doors import explanation_for
from pbc_web.statements.forms.statements import AnswerForm, QueryForm
from pbc_web.statements.shown import ANSWER_DAYS
from pbc_web.statements.views.versions import leads_to_version_in_force

PAGE = 25


@entitled(permissions.may_read_practices)
@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """You asked, we answered: the open ones first, soonest due first."""
    page = Paginator(queries.figure_queries_for(request.actor), PAGE).get_page(request.GET.get("page"))
    told = {"page": page, "today": clock.today(), "may_answer": permissions.may_answer(request.actor)}
    return render(request, "statements/queries.html", told)


@entitled(permissions.may_read_practices)
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, query_id: int) -> HttpResponse:
    """One query with its answer; those who answer do it here."""
    actor = request.actor
    query = queries.figure_query_for(actor, query_id)
    may_answer = permissions.may_answer(actor) and query.state == "open"
    form = AnswerForm(sent(request)) if may_answer else None
    if request.method == "POST" and not permissions.may_answer(actor):
        raise PermissionDenied(permissions.may_answer.__doc__)
    if request.method == "POST" and (form is None or form.is_valid()):
        words = form.cleaned_data["words"] if form else ""
        answer_figure_query(query, words=words, by=actor, at=clock.now())  # refuses one that is not open
        return redirect("statements:figure_query", query.id)
    told = {
        "query": query, "form": form, "today": clock.today(),
        "may_withdraw": permissions.may_query(actor)
        and query.state == "open"
        and (query.asked_by_id == actor.person_id or query.practice_id == actor.organisation.id),
    }  # fmt: skip
    return render(request, "statements/query.html", told)


@entitled(permissions.may_query)
@require_POST
def withdraw(request: HttpRequest, query_id: int) -> HttpResponse:
    """Take a query back."""
    query = queries.figure_query_for(request.actor, query_id)
    withdraw_figure_query(query, by=request.actor, at=clock.now())
    return redirect("statements:figure_query", query.id)


@entitled(permissions.may_query)
@leads_to_version_in_force
@require_http_methods(["GET", "POST"])
def query(request: HttpRequest, publication_id: int, code: str) -> HttpResponse:
    """Ask about a figure, named by ?id=, or about the whole statement."""
    actor = request.actor
    practice = queries.practice_for(actor, code)
    publication = queries.publication_for(actor, publication_id, of_practice=practice)
    figure_text = request.GET.get("id", "")
    found = explanation_for(actor, publication, figure_text) if figure_text else None
    days = site_policy().whole(ANSWER_DAYS, on=publication.period.financial_year.start)
    form = QueryForm(sent(request))
    if request.method == "POST" and form.is_valid():
        asked = query_figure(
            publication, practice, words=form.cleaned_data["words"], by=actor, at=clock.now(), answer_days=days,
            figure_id=found.figure_id if found else "", figure_title=heading_of(found)[:300] if found else "",
        )  # fmt: skip
        messages.success(request, f"Your query was sent. An answer is due by {day(asked.answer_due_on)}.")
        return redirect("statements:figure_query", asked.id)
    told = {
        "publication": publication, "practice": practice, "found": found, "form": form, "days": days,
        "heading": heading_of(found) if found else "", "amount": said(found) if found else "",
    }  # fmt: skip
    return render(request, "statements/ask.html", told)
