"""Files a finance team can load: the journal of accruals, and a reconciliation with every line."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from pbc.errors import RefusedInput
from pbc.reports.reconciliation import (
    JOURNAL_SAYS,
    ReconciliationMaterial,
    journal_csv,
    journal_workbook,
    reconciliation_csv,
    reconciliation_workbook,
)
from pbc.reports.reconciliation_tables import journal_table
from pbc_web.audit.handing_out import hand_out
from pbc_web.ledger import permissions, queries
from pbc_web.ledger.forms import ACCOUNTS, JournalForm
from pbc_web.ledger.queries import Books
from pbc_web.runs.ledger_readings import journal_of, later_reading
from pbc_web.shell.access import entitled

JOURNALS = {"csv": journal_csv, "xlsx": journal_workbook}
WHOLE = {"csv": reconciliation_csv, "xlsx": reconciliation_workbook}
OWN = ("steps", "items", "practices", "positions")


@entitled(permissions.may_reconcile)
@require_POST
def journal(request: HttpRequest, period: str, code: str, form: str) -> HttpResponse:
    """The journal that brings the ledger to what is owed, in the ledger's own accounts; it stands in the trail who took it."""
    books = queries.books_at(request.actor, period, code)
    filled = JournalForm(request.POST)
    if form not in JOURNALS:
        raise Http404
    told = told_of_journal(books)
    if told["replaced_by"] or told["lines"] is None:
        raise RefusedInput(
            "There is no journal of this reading.", where=books.period.title,
            found="a later reading took its place" if told["replaced_by"] else "nothing is to be posted: the ledger shows what is owed",
            expected=told["replaced_by"].title if told["replaced_by"] else "",
            remedy="Take the journal from the newest reading of the month." if told["replaced_by"] else "Post nothing.",
        )  # fmt: skip
    if not filled.is_valid():
        told |= {"form": filled, "period": books.period, "payer": books.commissioner}
        return render(request, "ledger/journal.html", told, status=400)
    drawn = journal_of(books.material, commissioner=code, accounts=filled.cleaned_data)
    return hand_out(request, JOURNALS[form](drawn), name=f"journal-{code}-{period}.{form}")


def told_of_journal(books: Books) -> dict[str, Any]:
    """What the pages say of a journal before it is taken: its lines, or which reading took this one's place, or which is newer."""
    later = later_reading(books.period)
    is_replaced = later is not None and later.month == books.period.month
    drawn = journal_of(books.material, commissioner=books.commissioner.code, accounts=ACCOUNTS)
    return {
        "replaced_by": later if is_replaced else None, "newer": later, "journal_says": JOURNAL_SAYS,
        "lines": None if is_replaced or drawn.lines.is_empty() else journal_table(drawn),
    }  # fmt: skip


@entitled(permissions.may_reconcile)
@require_safe
def download(request: HttpRequest, period: str, code: str, form: str) -> HttpResponse:
    """A commissioner's reconciliation as a file: its steps as CSV, or all of it with every line as a workbook."""
    books = queries.books_at(request.actor, period, code)
    if form not in WHOLE:
        raise Http404
    return hand_out(request, WHOLE[form](_own(books.material, code)), name=f"reconciliation-{code}-{period}.{form}")


def _own(material: ReconciliationMaterial, code: str) -> ReconciliationMaterial:
    """The commissioner's own rows: a store may hold several."""
    return replace(
        material, **{each: getattr(material, each).filter(pl.col("commissioner_code") == code) for each in OWN}
    )
