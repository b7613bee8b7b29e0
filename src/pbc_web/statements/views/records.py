"""Further down: the parts of a practice's hospital care, and for those entitled in their own practice the records behind a figure."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pbc.errors import RefusedInput
from pbc.periods import Month
from pbc.reports import StatementMaterial
from pbc_web.accounts.actor import Actor
from pbc_web.organisations.models import Organisation
from pbc_web.runs.explaining import heading_of
from pbc_web.runs.statement_reading import Cell, drilled, records_file, records_reader
from pbc_web.shell import clock
from pbc_web.shell.access import entitled
from pbc_web.shell.downloads import download
from pbc_web.shell.forms_sent import sent
from pbc_web.statements import permissions, queries, shown
from pbc_web.statements.actions.reading import PURPOSES, open_records
from pbc_web.statements.doors import explanation_for
from pbc_web.statements.forms.statements import PurposeForm
from pbc_web.statements.models import Publication
from pbc_web.statements.views.versions import leads_to_version_in_force

PAGE = 50
PURPOSE = "records_purpose"  # in the session: what was said, for which practice and until when
HOLDS_SECONDS = 20 * 60
NARROWED = ("service", "point_of_delivery", "specialty", "provider")


@entitled(permissions.may_read_records)
@leads_to_version_in_force
@require_safe
def drill(request: HttpRequest, publication_id: int, code: str) -> HttpResponse:
    """A practice's hospital care by kind, specialty, hospital and month, each row leading further down."""
    publication, practice = _own(request.actor, publication_id, code)
    asked = {name: request.GET.get(name, "") for name in (*NARROWED, "of_month") if request.GET.get(name)}
    try:
        of_month = Month.parse(asked["of_month"]) if "of_month" in asked else None
        narrowed = {name: asked.get(name, "") for name in NARROWED}
        cell = Cell(practice.code, publication.period, of_month=of_month, **narrowed)
        view = drilled(cell, set_name=publication.set_name, set_id=publication.set_id)
    except RefusedInput as refusal:
        raise Http404 from refusal
    tables = [(each.table, _links(each.by, each.codes, each.table.rows, asked)) for each in view.tables]
    told = {
        "publication": publication, "practice": practice, "view": view, "tables": tables, "is_made_up": view.is_made_up,
        "wider": [(title, urlencode({k: v for k, v in asked.items() if k != by})) for by, _, title in view.path],
    }  # fmt: skip
    return render(request, "statements/drill.html", told)


def _named(material: StatementMaterial, row: dict[str, Any]) -> dict[str, Any]:
    """A record with the names that go with its codes."""
    titles = {
        "provider_title": ("provider", row["provider_code"]), "kind_title": ("point_of_delivery", row["point_of_delivery"]),
        "specialty_title": ("specialty", row["treatment_function_code"]),
    }  # fmt: skip
    return row | {name: material.item_title(*line) if line[1] else "Not said" for name, line in titles.items()}


def _links(by: str, codes: tuple[str, ...], rows: tuple[tuple[str, ...], ...], asked: dict[str, str]) -> list[str]:
    name = "of_month" if by == "month" else by
    return [f"?{urlencode({**asked, name: code})}" for code, _ in zip(codes, rows, strict=True)]


@entitled(permissions.may_read_records)
@leads_to_version_in_force
@require_http_methods(["GET", "POST"])
def records(request: HttpRequest, publication_id: int, code: str) -> HttpResponse:
    """The records behind a figure of one's own practice, after a purpose was said; each figure opened is written down."""
    actor = request.actor
    publication, practice = _own(actor, publication_id, code)
    if not request.GET.get("id"):
        return redirect("statements:practice", publication.id, practice.code)
    found = explanation_for(actor, publication, request.GET["id"])
    form = PurposeForm(sent(request))
    if request.method == "POST" and form.is_valid():
        purpose, now = form.cleaned_data["purpose"], clock.now()
        request.session[PURPOSE] = {
            "of": [practice.code, actor.person_id], "purpose": purpose, "at": now.timestamp(), "opened": [],
        }  # fmt: skip
        return redirect(request.get_full_path())
    said = _said(request, practice)
    told = {
        "publication": publication, "practice": practice, "found": found, "heading": heading_of(found), "form": form,
        "purpose": PURPOSES.get(said, ""), "asking": urlencode({"id": found.figure_id}), "is_made_up": found.is_made_up,
    }  # fmt: skip
    if not said:
        return render(request, "statements/records_purpose.html", told)
    offset = _offset(request)
    behind = records_reader().behind(found.figure_id, practice_code=practice.code, limit=PAGE, offset=offset)
    _write_down(request, practice, figure_id=found.figure_id, purpose=said)
    told |= {
        "behind": behind, "rows": [_named(shown.material_of(publication), row) for row in behind.records.iter_rows(named=True)],
        "previous": max(offset - PAGE, 0) if offset else None,
        "next": offset + PAGE if offset + PAGE < behind.records_count else None,
    }  # fmt: skip
    return render(request, "statements/records.html", told)


@entitled(permissions.may_read_records)
@leads_to_version_in_force
@require_POST
def download_records(request: HttpRequest, publication_id: int, code: str) -> HttpResponse:
    """The same records as a file for `pbc look-up` on the practice's own machine."""
    actor = request.actor
    publication, practice = _own(actor, publication_id, code)
    said = _said(request, practice)
    if not said or not request.GET.get("id"):
        raise RefusedInput("Say first what you need the records for.", remedy="Open the records from their figure.")
    found = explanation_for(actor, publication, request.GET["id"])
    content = records_file(found.figure_id, practice_code=practice.code)
    open_records(practice, figure_id=found.figure_id, purpose=said, by=actor, at=clock.now(), is_download=True)
    return download(content, name=f"records-for-look-up-{practice.code}-{publication.month}.csv")


def _own(actor: Actor, publication_id: int, code: str) -> tuple[Publication, Organisation]:
    """The publication and the actor's own practice; any other, also one in detailed reach, is not found."""
    practice = queries.practice_for(actor, code)
    if practice.id != actor.organisation.id:
        raise Http404
    return queries.publication_for(actor, publication_id, of_practice=practice), practice


def _said(request: HttpRequest, practice: Organisation) -> str:
    """The purpose said in this session, by this person for this practice, while it holds."""
    said = request.session.get(PURPOSE) or {}
    is_mine = said.get("of") == [practice.code, request.actor.person_id]
    return said["purpose"] if is_mine and clock.now().timestamp() - said["at"] < HOLDS_SECONDS else ""


def _write_down(request: HttpRequest, practice: Organisation, *, figure_id: str, purpose: str) -> None:
    """One entry for each figure opened under a purpose, however many pages of it are turned: the trail alone is written."""
    stated = request.session[PURPOSE]
    opened = stated.get("opened", [])
    if figure_id not in opened:
        open_records(practice, figure_id=figure_id, purpose=purpose, by=request.actor, at=clock.now())
        request.session[PURPOSE] = {**stated, "opened": [*opened, figure_id]}


def _offset(request: HttpRequest) -> int:
    typed = request.GET.get("from", "0")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 8 else 0
