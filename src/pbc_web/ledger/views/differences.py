"""Differences as pages: named and aged, each with its lines, its owner and what both sides said of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from pbc.reports.reconciliation_tables import Difference as Stands
from pbc.reports.reconciliation_tables import count_lines, lines_table, other_halves, step_title
from pbc.reports.settlement import describe_settlement
from pbc_web.accounts.models import Person
from pbc_web.accounts.roles import Duty
from pbc_web.ledger import permissions, queries
from pbc_web.ledger.actions import Sides, give_owner, move_difference, write_words
from pbc_web.ledger.forms import MoveForm, OwnerForm, WriteForm
from pbc_web.ledger.models import Difference
from pbc_web.ledger.queries import Books
from pbc_web.ledger.views.reading import opened
from pbc_web.notices.queries import people_with
from pbc_web.organisations.models import Organisation
from pbc_web.shell import clock
from pbc_web.shell.access import entitled

PAGE = 50
LINES = 50


@dataclass(frozen=True)
class Row:
    """A difference in the list, and what became of it: taken up by people, settled with the year, or nothing to settle."""

    stands: Stands
    books: Books
    taken_up: Difference | None
    settled_by: int | None

    @property
    def rank(self) -> tuple[bool, int]:
        """What is still to be settled first, the largest first."""
        is_over = self.settled_by is not None or (self.taken_up is not None and self.taken_up.state == "settled")
        return is_over, -abs(self.stands.amount_pence)


@entitled(permissions.may_read_lines)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Every difference of a year's newest period, the largest first, with its age, state and owner; then those gone, not settled."""
    actor = request.actor
    periods = queries.periods_for(actor)
    years = list(dict.fromkeys(each.month.financial_year for each in periods))
    year = next((each for each in years if each.slug == request.GET.get("year")), years[0] if years else None)
    newest = next((each for each in periods if each.month.financial_year == year), None)
    books = queries.books_for(actor, newest) if newest else []
    taken_up = {
        each.difference_id: each for each in queries.taken_up_for(actor) if year and each.financial_year == year.slug
    }
    rows = [
        Row(each, own, taken_up.get(each.difference_id), own.settled_by(each))
        for own in books
        for each in own.differences
    ]
    rows.sort(key=lambda row: row.rank)
    standing = {row.stands.difference_id for row in rows}
    gone = [each for key, each in taken_up.items() if key not in standing and each.state != "settled"]
    told = {
        "gone": [(each, step_title(each.step)) for each in gone], "years": years, "year": year,
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")), "period": books[0].period if books else None,
        "total": sum(row.stands.amount_pence for row in rows), "today": clock.today(),
        "settled": [said for own in books if (said := _settled(own))],
        "may_reconcile": permissions.may_reconcile(actor), "is_made_up": any(own.material.is_made_up for own in books),
    }  # fmt: skip
    return render(request, "ledger/differences.html", told)


def _settled(books: Books) -> str:
    """What the settlement of the hospitals in sight settled, in a sentence; nothing where there is none."""
    own = books.material.steps.filter(commissioner_code=books.commissioner.code)
    return describe_settlement(own.filter(pl.col("provider_code").is_in(books.hospitals)))


@entitled(permissions.may_read_lines)
@require_safe
def one(request: HttpRequest, difference_id: str) -> HttpResponse:
    """One difference: its lines with both sides, whose it is, where it stands and all that was said."""
    return _one(request, *queries.difference_at(request.actor, difference_id, request.GET.get("period", "")))


def _one(request: HttpRequest, books: Books, stands: Stands, **forms: Any) -> HttpResponse:
    actor = request.actor
    taken_up = queries.taken_up_for(actor).filter(difference_id=stands.difference_id).first()
    count = count_lines(books.material, difference=stands)
    page = Paginator(range(count), LINES).get_page(request.GET.get("page"))
    shown = lines_table(books.material, difference=stands, offset=max(page.start_index() - 1, 0), most=LINES)
    told = {
        "books": books, "stands": stands, "name": books.material.named(stands.provider_code), "taken_up": taken_up,
        "events": list(taken_up.events.select_related("by", "to")) if taken_up else [],
        "page": page, "count": count, "shown": opened(actor, books, shown), "today": clock.today(),
        "is_made_up": books.material.is_made_up,
        "explain": reverse("ledger:figure", args=[books.period.slug, books.commissioner.code]),
        "settled_by": books.settled_by(stands),
        "halves": [(code, books.material.named(code)) for code in _halves(books, stands)],
        "is_of_later": taken_up is not None and taken_up.set_name > books.material.set_name,
        "owner_form": None, "move_form": None, "write_form": forms.get("write_form") or WriteForm(prefix="words"),
    }  # fmt: skip
    if permissions.may_reconcile(actor):
        told["owner_form"] = forms.get("owner_form") or _owner_form(books, taken_up)
        told["move_form"] = forms.get("move_form") or _move_form(taken_up)
    told["form"] = next(iter(forms.values()), None)
    return render(request, "ledger/difference.html", told, status=400 if forms else 200)


def _halves(books: Books, stands: Stands) -> list[str]:
    """The other hospitals where an invoice posted to the wrong one stands, as far as the reader sees them."""
    return [code for code in other_halves(books.material, difference=stands) if code in books.hospitals]


def _owner_form(books: Books, taken_up: Any, sent: Any = None) -> OwnerForm:
    people = people_with(Duty.RECONCILE, organisations=[books.commissioner], on=clock.today())
    held = {"version": taken_up.version, "owner": taken_up.owner_id, "due_on": taken_up.due_on} if taken_up else {}
    return OwnerForm(sent, people=people, prefix="owner", initial={"version": 0} | held)


def _move_form(taken_up: Any, sent: Any = None) -> MoveForm:
    version = taken_up.version if taken_up else 0
    return MoveForm(sent, state=taken_up.state if taken_up else "open", prefix="state", initial={"version": version})


def _sides(books: Books, stands: Stands) -> Sides:
    return Sides(books.commissioner, Organisation.objects.filter(code=stands.provider_code).first())


@entitled(permissions.may_reconcile)
@require_POST
def own(request: HttpRequest, difference_id: str) -> HttpResponse:
    """Give a difference an owner and a day."""
    books, stands = queries.difference_at(request.actor, difference_id)
    form = _owner_form(books, None, request.POST)
    if not form.is_valid():
        return _one(request, books, stands, owner_form=form)
    said = form.cleaned_data
    owner = get_object_or_404(Person, id=said["owner"])
    give_owner(
        stands, _sides(books, stands), owner=owner, due_on=said["due_on"], version=said["version"], by=request.actor,
        at=clock.now(),
    )  # fmt: skip
    messages.success(request, f"{owner.name} owns it now, and is told.")
    return redirect("ledger:difference", difference_id)


@entitled(permissions.may_reconcile)
@require_POST
def move(request: HttpRequest, difference_id: str) -> HttpResponse:
    """Agree, dispute, settle or open a difference again."""
    books, stands = queries.difference_at(request.actor, difference_id)
    taken_up = queries.taken_up_for(request.actor).filter(difference_id=difference_id).first()
    form = _move_form(taken_up, request.POST)
    if not form.is_valid():
        return _one(request, books, stands, move_form=form)
    said = form.cleaned_data
    move_difference(
        stands, _sides(books, stands), move=said["move"], reason=said["reason"], version=said["version"], by=request.actor,
        at=clock.now(),
    )  # fmt: skip
    messages.success(request, "It is written down, and the hospital is told.")
    return redirect("ledger:difference", difference_id)


@entitled(permissions.may_read_lines)
@require_POST
def write(request: HttpRequest, difference_id: str) -> HttpResponse:
    """Say something about a difference; the other side is told."""
    books, stands = queries.difference_at(request.actor, difference_id)
    form = WriteForm(request.POST, prefix="words")
    if not form.is_valid():
        return _one(request, books, stands, write_form=form)
    words = form.cleaned_data["words"]
    write_words(stands, _sides(books, stands), words=words, by=request.actor, at=clock.now())
    messages.success(request, "It is written down, and the other side is told.")
    return redirect("ledger:difference", difference_id)
