"""How long decisions take: both legs, by commissioner, from what happened, beside what a survey once printed."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from pbc.reference.decision_survey import CAUTION, DECISION, SERVICE_CHANGE, SOURCE
from pbc.reports.decision_pages import (
    chart_spans,
    chart_within,
    compared_table,
    shares_table,
    times_table,
)
from pbc.reports.decision_times import BASES, JUDGED, count_cases
from pbc.reports.notes import rules_table
from pbc.reports.view import PageTable
from pbc_web.audit.handing_out import TableFile, hand_out_tables
from pbc_web.business_cases.states import KINDS
from pbc_web.mobilisation.permissions import may_read_times
from pbc_web.mobilisation.times import counted_for, events_for
from pbc_web.runs.decision_readings import DecisionMaterial, decision_times_of
from pbc_web.shell import clock
from pbc_web.shell.access import entitled

OPEN_TO_YOU = "Counted are those you may open, with every code they had before."


class Measured:
    """Decision times of one kind of proposal, as the reader of a page may see them."""

    def __init__(self, request: HttpRequest) -> None:
        self.kind = request.GET.get("kind", "case")
        if self.kind not in KINDS:
            raise Http404
        proposals = counted_for(request.actor, self.kind)
        self.names = {each.commissioner.code: each.commissioner.name for each in proposals}
        self.links = {each.code: reverse("business_cases:proposal", args=[each.code]) for each in proposals}
        self.is_made_up = request.actor.organisation.is_made_up
        self.on, self.own = clock.today(), request.actor.organisation
        self.material = decision_times_of(events_for(proposals), as_at=self.on)

    @property
    def legs(self) -> tuple[str, ...]:
        """Only a business case changes a service."""
        return (DECISION, SERVICE_CHANGE) if self.kind == "case" else (DECISION,)

    def shares(self, material: DecisionMaterial) -> list[PageTable]:
        """Of each commissioner a table for each leg."""
        return [
            shares_table(material, commissioner=code, leg=leg, name=name)
            for code, name in sorted(self.names.items())
            for leg in self.legs
        ]

    @property
    def file(self) -> TableFile:
        """All of it as files, without what did not happen."""
        tables: tuple[PageTable, ...] = ()
        if self.material is not None:
            every = times_table(self.material, names=self.names, links={})
            side_by_side = compared_table(self.material, names=self.names)
            tables = (side_by_side, *self.shares(self.material), every, rules_table(self.material.values))
        lines = (
            f"{KINDS[self.kind]}, as {self.own.name} sees them. {OPEN_TO_YOU}",
            JUDGED,
            BASES,
            f"{CAUTION} ({SOURCE})",
        )
        return TableFile(
            f"decision-times-{self.own.code}-{self.kind}", "Decision times", lines, tables, self.on, self.is_made_up
        )


@entitled(may_read_times)
@require_safe
def times(request: HttpRequest) -> HttpResponse:
    """Shares and times as at today."""
    measured = Measured(request)
    here = reverse("mobilisation:times")
    told: dict[str, Any] = {
        "kinds": KINDS, "kind": measured.kind, "is_made_up": measured.is_made_up, "on": measured.on, "has_cases": False,
        "notes": (JUDGED, BASES, f"{CAUTION} ({SOURCE})", OPEN_TO_YOU),
    }  # fmt: skip
    material = measured.material
    if material is not None:
        told |= {
            "has_cases": True, "compared": compared_table(material, names=measured.names),
            "within": chart_within(material, names=measured.names), "commissioners": _told(measured, material),
            "cases": times_table(material, names=measured.names, links=measured.links), "rules": rules_table(material.values),
            "downloads": measured.file.links(f"{here}download/", asked=f"kind={measured.kind}"),
        }  # fmt: skip
    return render(request, "mobilisation/times.html", told)


@entitled(may_read_times)
@require_safe
def times_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same as a file."""
    return hand_out_tables(request, Measured(request).file, form=form)


def _told(measured: Measured, material: DecisionMaterial) -> list[dict[str, Any]]:
    """Of each commissioner its cases in a sentence, and for each leg its chart, or its table where nothing is old enough."""
    found = []
    for code, name in sorted(measured.names.items()):
        own = {"commissioner": code, "name": name}
        said = count_cases(material.times.filter(commissioner_code=code))
        legs = [
            (chart_spans(material, leg=leg, **own), shares_table(material, leg=leg, **own)) for leg in measured.legs
        ]
        found.append({"name": name, "said": said, "legs": legs})
    return found
