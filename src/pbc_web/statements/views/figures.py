"""How a figure came about, and a statement as a file."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from pbc.reports import write_statement
from pbc_web.accounts.roles import Sight
from pbc_web.audit.handing_out import hand_out
from pbc_web.runs.explaining import told_of
from pbc_web.shell import clock
from pbc_web.shell.access import entitled
from pbc_web.statements import permissions, queries, shown
from pbc_web.statements.doors import explanation_for
from pbc_web.statements.views.versions import leads_to_version_in_force

FORMS = {"csv": ".csv", "xlsx": ".xlsx", "plain": "-plain.csv"}  # and how the names of files end


@entitled(permissions.may_read_practices)
@leads_to_version_in_force
@require_safe
def figure(request: HttpRequest, publication_id: int, code: str) -> HttpResponse:
    """One figure: its rule, parameters, prices, records counted, and what it is made of, each part leading on."""
    actor = request.actor
    practice = queries.practice_for(actor, code)
    publication = queries.publication_for(actor, publication_id, of_practice=practice)
    if not request.GET.get("id"):
        return redirect("statements:practice", publication.id, practice.code)
    found = explanation_for(actor, publication, request.GET["id"])
    told = told_of(found, here=reverse("statements:figure", args=[publication.id, practice.code])) | {
        "publication": publication, "practice": practice,
        "may_read_records": permissions.may_read_records(actor) and actor.organisation == practice and bool(found.records),
        "may_query": permissions.may_query(actor) and publication.state != "prepared",
        "asking": urlencode({"id": found.figure_id}),
        "entitled": [] if queries.is_entitled_in(actor, practice) else queries.entitled_in(practice, on=clock.today()),
    }  # fmt: skip
    return render(request, "statements/figure.html", told)


@entitled(permissions.may_follow_sums)
@leads_to_version_in_force
@require_safe
def sum_figure(request: HttpRequest, publication_id: int) -> HttpResponse:
    """One figure of a page about many practices: what it adds up, each part leading on as far as the reader may go."""
    actor = request.actor
    publication = queries.publication_for(actor, publication_id)
    above = reverse(f"statements:{'hospital' if actor.sees(Sight.NAMED) else 'commissioner'}", args=[publication.id])
    if not request.GET.get("id"):
        return redirect(above)
    found = explanation_for(actor, publication, request.GET["id"])
    name = f"{publication.commissioner.name}, {publication.period.title}"
    trail = [{"text": "Statements", "href": reverse("statements:listing")}, {"text": name, "href": above}]
    here = reverse("statements:sum_figure", args=[publication.id])
    return render(request, "runs/figure.html", told_of(found, here=here) | {"trail": trail})


@entitled(permissions.may_read_practices)
@leads_to_version_in_force
@require_safe
def download_statement(request: HttpRequest, publication_id: int, code: str, form: str) -> HttpResponse:
    """A practice's statement in pence, every row with the id of its figure."""
    if form not in FORMS:
        raise Http404
    practice = queries.practice_for(request.actor, code)
    publication = queries.publication_for(request.actor, publication_id, of_practice=practice)
    protection = shown.protection_for(request.actor, practice)
    answer = shown.answer_from(publication, on=clock.today())
    view = shown.practice_page(publication, practice.code, protection=protection, answer=answer).view
    with tempfile.TemporaryDirectory() as folder:
        path = write_statement(view, path=Path(folder) / f"statement.{form}", form=form)
        content = path.read_bytes()
    return hand_out(request, content, name=f"statement-{practice.code}-{publication.month}{FORMS[form]}")
