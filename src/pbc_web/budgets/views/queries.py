"""Queries as pages: asking about a line, answering, asking further, closing."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from pbc_web.budgets import permissions, rules
from pbc_web.budgets.actions import queries
from pbc_web.budgets.forms.offers import AskForm, WordsForm
from pbc_web.budgets.models import Offer, Query
from pbc_web.budgets.names import service_title
from pbc_web.budgets.queries import listings
from pbc_web.budgets.views.finding import actor_of, links, number_sent, page, the_offer
from pbc_web.shell import clock
from pbc_web.shell.access import entitled
from pbc_web.shell.forms_sent import sent
from pbc_web.shell.words import day


@entitled(permissions.may_query_budgets)
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, offer_id: int) -> HttpResponse:
    """Ask about a line of an offer."""
    offer = the_offer(request, offer_id)
    services = list(offer.lines.values_list("service", flat=True))
    form = AskForm(sent(request), services=services, initial={"service": request.GET.get("line", "")})
    if request.method == "POST" and form.is_valid():
        asked = queries.ask(offer, **form.cleaned_data, by=actor_of(request), at=clock.now())
        messages.success(
            request, f"Your question is sent. {offer.commissioner.name} is to answer by {day(asked.answer_by)}."
        )
        return redirect("budgets:offer", offer.id)
    due = rules.query_due_on(offer.round, clock.today())
    told = {
        "form": form, "heading": "Ask about this budget", "trail": _above(offer), "button": "Send the question",
        "lead": f"An answer is due by {day(due)}; the budget is to be agreed by {day(offer.round.agreed_by)}.",
    }  # fmt: skip
    return page(request, "budgets/one_form.html", told)


@entitled(permissions.may_answer_queries)
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, query_id: int) -> HttpResponse:
    """Answer a query."""
    return _say(request, query_id, "answer", label="Your answer", heading="Answer a question")


@entitled(permissions.may_query_budgets)
@require_http_methods(["GET", "POST"])
def follow_up(request: HttpRequest, query_id: int) -> HttpResponse:
    """Ask further."""
    return _say(request, query_id, "follow_up", label="Your further question", heading="Ask further")


@entitled(permissions.may_query_budgets)
@require_POST
def close(request: HttpRequest, query_id: int) -> HttpResponse:
    """Close a query."""
    query = _query(request, query_id)
    queries.close(query, version=number_sent(request, "version"), by=actor_of(request), at=clock.now())
    return redirect("budgets:offer", query.offer_id)


def _say(request: HttpRequest, query_id: int, verb: str, *, label: str, heading: str) -> HttpResponse:
    query = _query(request, query_id)
    form = WordsForm(sent(request), label=label)
    if request.method == "POST" and form.is_valid():
        act = queries.answer if verb == "answer" else queries.follow_up
        act(
            query,
            version=number_sent(request, "version"),
            words=form.cleaned_data["words"],
            by=actor_of(request),
            at=clock.now(),
        )
        messages.success(request, "Your words are sent.")
        return redirect("budgets:offer", query.offer_id)
    told = {
        "form": form, "heading": heading, "trail": _above(query.offer), "query": query, "version": query.version,
        "lead": f"{query.offer.practice.name}: {service_title(query.service)}. An answer is due by {day(query.answer_by)}.",
        "remarks": list(query.remarks.select_related("said_by", "said_for")), "button": "Send",
    }  # fmt: skip
    return page(request, "budgets/one_form.html", told)


def _query(request: HttpRequest, query_id: int) -> Query:
    offers = listings.offers_seen_by(actor_of(request)).values("id")
    found = Query.objects.select_related(
        "offer__round__commissioner", "offer__practice", "offer__holder", "offer__commissioner"
    )
    return get_object_or_404(found.filter(offer__in=offers), id=query_id)


def _above(offer: Offer) -> list[dict[str, str]]:
    return links(offer.round, (f"Budget of {offer.practice.name}", reverse("budgets:offer", args=[offer.id])))
