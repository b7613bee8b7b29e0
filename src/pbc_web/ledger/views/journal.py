"""Files a finance team can load: the journal of accruals, and a reconciliation with every line."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from pbc.reports.reconciliation import (
    ReconciliationMaterial,
    journal_csv,
    journal_workbook,
    reconciliation_csv,
    reconciliation_workbook,
)
from pbc_web.audit.handing_out import hand_out
from pbc_web.ledger import permissions, queries
from pbc_web.ledger.forms import JournalForm
from pbc_web.runs.ledger_readings import journal_of
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
    if not filled.is_valid():
        told = {"form": filled, "period": books.period, "payer": books.commissioner}
        return render(request, "ledger/journal.html", told, status=400)
    said = filled.cleaned_data
    accounts = (said["expenditure"], said["accruals"], said["prepayments"])
    drawn = journal_of(books.period, commissioner=code, accounts=accounts)
    return hand_out(request, JOURNALS[form](drawn), name=f"journal-{code}-{period}.{form}")


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
