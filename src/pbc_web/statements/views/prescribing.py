"""Prescribing as money: volume, mix and national prices, unidentified prescribers, and shares by age and sex beside need."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from pbc_web.accounts.actor import Actor
from pbc_web.audit.handing_out import TableFile, hand_out_tables
from pbc_web.organisations.queries import codes_answered_for
from pbc_web.runs.actions import ask
from pbc_web.runs.explaining import Door, explained_at, open_cells, told_of
from pbc_web.runs.prescribing_readings import PrescribingShown, prescribing_of
from pbc_web.shell import clock
from pbc_web.shell.access import entitled
from pbc_web.statements import permissions, queries, shown
from pbc_web.statements.doors import door_of_prescribing
from pbc_web.statements.models import Publication
from pbc_web.statements.views.versions import leads_to_version_in_force


@dataclass(frozen=True)
class Seen:
    """A publication's prescribing as somebody sees it, and the door to its figures."""

    publication: Publication
    view: PrescribingShown
    door: Door
    is_made_up: bool


def _seen(actor: Actor, publication_id: int) -> Seen:
    publication = queries.publication_for(actor, publication_id)
    material = shown.material_of(publication)
    named = codes_answered_for(actor.reach.detail, on=actor.on)
    view = prescribing_of(material, protection=shown.protection_for(actor, actor.organisation), named=named)
    sets = (view.shares_set,) if view.shares_set else ()
    return Seen(publication, view, door_of_prescribing(actor, publication, sets), material.is_made_up)


@entitled(permissions.may_read_sums)
@leads_to_version_in_force
@require_safe
def prescribing(request: HttpRequest, publication_id: int) -> HttpResponse:
    """A month's prescribing: the commissioner's whole, and practices as far as the reader may open them."""
    seen = _seen(request.actor, publication_id)
    year = seen.publication.period.financial_year
    told = {
        "publication": seen.publication, "view": seen.view, "is_made_up": seen.is_made_up, "year": year,
        "tables": [(each, open_cells(seen.door, each.figures)) for each in seen.view.tables],
        "shares": seen.view.shares,
        "figures": open_cells(seen.door, seen.view.shares.figures) if seen.view.shares else {},
        "explain": reverse("statements:prescribing_figure", args=[publication_id]),
        "downloads": _file(seen).links(reverse("statements:prescribing", args=[publication_id]) + "download/"),
        "may_weigh": permissions.may_weigh_prescribing(request.actor),
    }  # fmt: skip
    return render(request, "statements/prescribing.html", told)


@entitled(permissions.may_read_sums)
@leads_to_version_in_force
@require_safe
def figure(request: HttpRequest, publication_id: int) -> HttpResponse:
    """How a figure of the page came about."""
    above = reverse("statements:prescribing", args=[publication_id])
    seen = _seen(request.actor, publication_id)
    if not request.GET.get("id"):
        return redirect(above)
    found = explained_at(seen.door, request.GET["id"])
    trail = [
        {"text": "Statements", "href": reverse("statements:listing")},
        {"text": f"Prescribing, {seen.publication.period.title}", "href": above},
    ]
    here = reverse("statements:prescribing_figure", args=[publication_id])
    return render(request, "runs/figure.html", told_of(found, here=here) | {"trail": trail})


@entitled(permissions.may_read_sums)
@leads_to_version_in_force
@require_safe
def download(request: HttpRequest, publication_id: int, form: str) -> HttpResponse:
    """The tables of the page as a file."""
    return hand_out_tables(request, _file(_seen(request.actor, publication_id)), form=form)


@entitled(permissions.may_weigh_prescribing)
@require_POST
def weigh(request: HttpRequest, publication_id: int) -> HttpResponse:
    """Have the year's prescribing budgets shared by age and sex, beside need; nothing of the budgets is changed by it."""
    actor = request.actor
    publication = queries.publication_for(actor, publication_id)
    given = {"year": publication.period.financial_year.slug}
    run = ask("weigh_prescribing", parameters=given, organisation=actor.organisation, by=actor, at=clock.now())
    return redirect("runs:progress", run.id)


def _file(seen: Seen) -> TableFile:
    month, payer = seen.publication.period, seen.publication.commissioner
    tables = [each.table for each in (*seen.view.tables, *([seen.view.shares] if seen.view.shares else []))]
    lines = (
        f"{payer.name}, {month.title}",
        f"Statement {seen.publication.set_name}, {seen.publication.set_id}",
        *seen.view.why.sentences,
    )
    return TableFile(
        f"prescribing-{payer.code}-{month}",
        f"Prescribing as money, {month.title}",
        lines,
        tuple(tables),
        month.end,
        seen.is_made_up,
    )
