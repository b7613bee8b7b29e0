"""The panel of a commissioner: who sits on it, when it meets, whether it keeps the eight weeks; set up and kept here."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from pbc.errors import RefusedInput
from pbc.periods import FinancialYear
from pbc_web.audit.handing_out import TableFile, hand_out_tables
from pbc_web.organisations.models import Organisation
from pbc_web.panels import actions, queries, shown
from pbc_web.panels.forms import EndForm, PanelForm, SeatForm
from pbc_web.panels.models import Panel
from pbc_web.panels.permissions import keeps, may_keep_panels, may_read_panels
from pbc_web.shell import clock
from pbc_web.shell.access import entitled
from pbc_web.shell.forms_sent import sent

SEATS = {
    "voting": {"is_voting": True, "is_chair": False}, "chair": {"is_voting": True, "is_chair": True},
    "speaking": {"is_voting": False, "is_chair": False},
}  # fmt: skip


@entitled(may_read_panels)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The panels one may read; where it is one, that one."""
    found = queries.commissioners_for(request.actor)
    if len(found) == 1:
        return redirect("panels:panel", found[0].code)
    return render(request, "panels/panels.html", {"commissioners": found})


@entitled(may_read_panels)
@require_safe
def panel(request: HttpRequest, code: str) -> HttpResponse:
    """A panel: its members, the meetings of a financial year, and what its calendar makes of the eight weeks."""
    of, actor, today = queries.commissioner_at(request.actor, code), request.actor, clock.today()
    found = queries.panel_at(of)
    told: dict[str, Any] = {"commissioner": of, "panel": found, "keeper": keeps(actor, of.id), "trail": trail_of(None)}
    if found is not None:
        year = _year(request, today)
        material = queries.calendar_ahead(of, today)
        meetings = list(queries.meetings_between(found, year.start, year.end))
        for each in meetings:
            each.panel = found
        told |= {
            "members": list(queries.members_on(found, today)), "past": _past(found, today), "year": year, "today": today,
            "years": [year.plus(-1), year.plus(1)], "meetings": shown.meetings_table(meetings),
            "meeting_links": [reverse("panels:meeting", args=[code, each.id]) for each in meetings],
            "calendar": shown.calendar_table(material) if material else None, "warning": shown.warning(material),
            "is_known": shown.is_known(material), "chair": queries.chair_of(found, today),
            "downloads": _file(of, found, today).links(f"{reverse('panels:panel', args=[code])}download/"),
        }  # fmt: skip
    return render(request, "panels/panel.html", told)


def _past(found: Panel, today: date) -> list[Any]:
    return [each for each in queries.members_ever(found) if not each.starts_on <= today < each.ends_before]


def _year(request: HttpRequest, today: date) -> FinancialYear:
    try:
        return FinancialYear.parse(request.GET.get("year", "")) if "year" in request.GET else FinancialYear.of(today)
    except RefusedInput:
        raise Http404 from None


@entitled(may_read_panels)
@require_safe
def file(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """The calendar and the meetings of the year from today, as a file."""
    of, today = queries.commissioner_at(request.actor, code), clock.today()
    found = queries.panel_at(of)
    if found is None:
        raise Http404
    return hand_out_tables(request, _file(of, found, today), form=form)


def _file(of: Organisation, found: Panel, today: date) -> TableFile:
    material = queries.calendar_ahead(of, today)
    year = FinancialYear.of(today)
    meetings = list(queries.meetings_between(found, year.start, year.plus(1).end))
    for each in meetings:
        each.panel = found
    calendar = (shown.calendar_table(material),) if material else ()
    lines = tuple(each for each in (f"{found.name} of {of.name}", shown.warning(material)) if each)
    tables = (*calendar, shown.meetings_table(meetings))
    return TableFile(f"meetings-{of.code}", "Meetings and the eight weeks", lines, tables, today, of.is_made_up)


@entitled(may_keep_panels)
@require_http_methods(["GET", "POST"])
def set_up(request: HttpRequest, code: str) -> HttpResponse:
    """Set up the panel, or change what it is."""
    of, today = queries.kept_at(request.actor, code), clock.today()
    held = queries.panel_at(of)
    form = PanelForm(
        sent(request), neighbours=queries.neighbours_of(of, today),
        least=queries.least_quorum(of, today), held=held,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        actions.set_up_panel(of, actions.PanelFacts(**form.cleaned_data), by=request.actor, at=clock.now())
        messages.success(
            request, "The panel is changed." if held else "The panel is set up. Seat its members and plan its meetings."
        )
        return redirect("panels:panel", code)
    return shown_form(request, form, of, "Change the panel" if held else "Set up the panel", lead=CHAIRED)


CHAIRED = "The panel decides plans, business cases and uses of pots. It is chaired by a non-executive director."


@entitled(may_keep_panels)
@require_http_methods(["GET", "POST"])
def seat(request: HttpRequest, code: str) -> HttpResponse:
    """Give somebody a seat."""
    found, today = queries.kept_panel(request.actor, code), clock.today()
    people = queries.may_sit(found, today)
    form = SeatForm(sent(request), people=people, initial={"starts_on": today})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        taken = actions.Seat(said["starts_on"], **SEATS[said["seat"]])
        made = actions.seat_member(found, form.people[said["person"]], taken, by=request.actor, at=clock.now())
        messages.success(request, f"{made.person.name} sits on the panel.")
        return redirect("panels:panel", code)
    lead = "Whoever works for the commissioner may sit. A vote is for those whose role decides proposals."
    return shown_form(request, form, found.commissioner, "Add a member", lead=lead)


@entitled(may_keep_panels)
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, code: str, member_id: int) -> HttpResponse:
    """End somebody's seat."""
    member = queries.kept_member(request.actor, code, member_id)
    form = EndForm(sent(request), initial={"last_day": clock.today()})
    if request.method == "POST" and form.is_valid():
        actions.end_seat(member, by=request.actor, at=clock.now(), **form.cleaned_data)
        messages.success(request, f"The seat of {member.person.name} is ended.")
        return redirect("panels:panel", code)
    return shown_form(request, form, member.panel.commissioner, f"End the seat of {member.person.name}")


def shown_form(request: HttpRequest, form: Any, of: Organisation, heading: str, *, lead: str = "") -> HttpResponse:
    """A page with one form; sent with a mistake, it says so."""
    told = {"form": form, "commissioner": of, "heading": heading, "lead": lead, "trail": trail_of(of)}
    return render(request, "panels/form.html", told, status=400 if form.is_bound else 200)


def trail_of(of: Organisation | None) -> list[dict[str, str]]:
    """The way back to a panel."""
    first = [{"text": "Panels", "href": reverse("panels:panels")}]
    return first if of is None else [*first, {"text": of.name, "href": reverse("panels:panel", args=[of.code])}]
