"""Reconciliations as pages: what is reconciled, the page of the ledger, a hospital step by step, and how a figure came about."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import polars as pl
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from pbc.reports.reconciliation_tables import Shown, hospitals_table, position_table, step_title, steps_table
from pbc.reports.settlement import describe_books, describe_settlement
from pbc_web.accounts.actor import Actor
from pbc_web.ledger import permissions, queries
from pbc_web.ledger.doors import door_of
from pbc_web.ledger.forms import JournalForm, ReconcileForm
from pbc_web.ledger.queries import Books
from pbc_web.ledger.views.journal import told_of_journal
from pbc_web.runs.actions import ask
from pbc_web.runs.explaining import explained_at, open_cells, told_of
from pbc_web.runs.ledger_readings import (
    Reconciled,
    months_held,
    months_to_reconcile,
    settled_payers,
    years_of_contracts,
)
from pbc_web.runs.models import Run
from pbc_web.shell import clock
from pbc_web.shell.access import entitled
from pbc_web.shell.forms_sent import sent
from pbc_web.statements.permissions import may_publish
from pbc_web.statements.queries import has_published_year


@entitled(permissions.may_see_books)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """What is reconciled, newest first, the contracts, and the differences that wait."""
    actor = request.actor
    periods, payers = queries.periods_for(actor), queries.payers_for(actor)
    newest = queries.books_for(actor, periods[0]) if periods else []
    told = {
        "periods": periods, "tags": _tags(payers, periods), "newest": newest, "payers": list(payers.values()),
        "is_made_up": any(each.material.is_made_up for each in newest),
        "years": years_of_contracts() if permissions.may_read_contracts(actor) else [],
        "may_reconcile": permissions.may_reconcile(actor), "may_read_lines": permissions.may_read_lines(actor),
        "may_answer": permissions.may_answer(actor), "may_state": may_publish(actor),
        "months": months_held() if permissions.may_reconcile(actor) else [],
    }  # fmt: skip
    return render(request, "ledger/listing.html", told)


@entitled(permissions.may_reconcile)
@require_http_methods(["GET", "POST"])
def reconcile(request: HttpRequest) -> HttpResponse:
    """Have a month reconciled."""
    actor = request.actor
    form = ReconcileForm(sent(request), months=months_to_reconcile())
    if request.method == "POST" and form.is_valid():
        parameters = {name: value for name in ("month", "read_to") if (value := form.cleaned_data[name])}
        run = ask("reconcile", parameters=parameters, organisation=actor.organisation, by=actor, at=clock.now())
        return redirect("runs:progress", run.id)
    runs = Run.objects.visible_to(actor).filter(kind="reconcile", organisation=actor.organisation)
    told = {"form": form, "run": runs.order_by("-id").first()}
    return render(request, "ledger/reconcile.html", told, status=400 if form.errors else 200)


@entitled(permissions.may_see_books)
@require_safe
def position(request: HttpRequest, period: str, code: str) -> HttpResponse:
    """The page of the ledger: from statements down to what it shows; then hospitals, and the files for a finance team."""
    actor = request.actor
    books = queries.books_at(actor, period, code)
    if permissions.may_answer(actor):
        return redirect("ledger:hospital", period, code, actor.organisation_code)
    material, payer = books.material, books.commissioner.code
    page = position_table(material, commissioner=payer)
    if page is None:
        raise Http404
    held = material.positions.row(by_predicate=pl.col("commissioner_code") == payer, named=True)
    told = _told(books) | {
        "page": opened(actor, books, page),
        "hospitals": None,
        "form": None,
        "said": describe_books(held),
        "settled": describe_settlement(material.steps.filter(commissioner_code=payer)),
    }
    if has_published_year(actor, books.commissioner, books.period.month.financial_year):
        told["year_books"] = reverse("statements:year_books", args=[books.period.month.financial_year.slug, payer])
    if permissions.may_read_lines(actor):
        shown = hospitals_table(material, commissioner=payer, hospitals=books.hospitals)
        links = {
            material.named(each): reverse("ledger:hospital", args=[period, code, each]) for each in books.hospitals
        }
        told["hospitals"] = opened(actor, books, replace(shown, table=replace(shown.table, links=links)))
    if permissions.may_reconcile(actor):
        told |= {"form": JournalForm()} | told_of_journal(books)
    return render(request, "ledger/position.html", told)


@entitled(permissions.may_read_lines)
@require_safe
def hospital(request: HttpRequest, period: str, code: str, hospital: str) -> HttpResponse:
    """One hospital step by step, from what care cost to what was invoiced and to the ledger; each step leads to its lines."""
    actor = request.actor
    books = queries.books_at(actor, period, code)
    if hospital not in books.hospitals:
        raise Http404
    shown = steps_table(books.material, commissioner=code, provider=hospital, last=books.last)
    links = {
        step_title(each.step): f"{reverse('ledger:difference', args=[each.difference_id])}?period={books.period.slug}"
        for each in books.differences
        if each.provider_code == hospital and each.items_count
    }
    told = _told(books) | {
        "hospital": hospital, "name": books.material.named(hospital), "sees_ledger": books.last == "ledger",
        "shown": opened(actor, books, replace(shown, table=replace(shown.table, links=links))),
    }  # fmt: skip
    return render(request, "ledger/hospital.html", told)


@entitled(permissions.may_see_books)
@require_safe
def figure(request: HttpRequest, period: str, code: str) -> HttpResponse:
    """How a figure of the books came about, each part leading on as far as the reader may go."""
    books = queries.books_at(request.actor, period, code)
    above = reverse("ledger:position", args=[period, code])
    if not request.GET.get("id"):
        return redirect(above)
    found = explained_at(door_of(request.actor, books), request.GET["id"])
    here = reverse("ledger:figure", args=[period, code])
    name = f"{books.commissioner.name}, {books.period.title}"
    trail = [{"text": "Ledger", "href": reverse("ledger:listing")}, {"text": name, "href": above}]
    return render(request, "runs/figure.html", told_of(found, here=here) | {"trail": trail})


def opened(actor: Actor, books: Books, shown: Shown) -> Shown:
    """This returns a table with the figures that the reader may follow from it."""
    return replace(shown, figures=open_cells(door_of(actor, books), shown.figures))


def _tags(payers: Collection[str], periods: list[Reconciled]) -> dict[tuple[str, str], str]:
    """What is said beside a period and a commissioner in the list: settled, or replaced by a later reading of the same month."""
    newest = {each.month: each for each in reversed(periods)}  # a month's later readings come first in `periods`
    tags = {}
    for each in periods:
        settled = settled_payers(each)
        for code in payers:
            is_settled, is_replaced = code in settled, newest[each.month] != each
            tags[each.slug, code] = "Replaced" if is_replaced else "Settled" if is_settled else ""
    return tags


def _told(books: Books) -> dict:
    return {
        "books": books, "period": books.period, "payer": books.commissioner, "is_made_up": books.material.is_made_up,
        "explain": reverse("ledger:figure", args=[books.period.slug, books.commissioner.code]),
    }  # fmt: skip
