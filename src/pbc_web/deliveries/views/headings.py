"""A stranger's headings matched once: suggested, looked at through the first rows, saved as a dated map and used again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pbc.errors import RefusedInput
from pbc.periods import FinancialYear, Month
from pbc_web.deliveries import actions
from pbc_web.deliveries.models import Delivery, SavedMap
from pbc_web.deliveries.sides import Side
from pbc_web.deliveries.states import UNREADABLE
from pbc_web.runs.delivery_readings import kind_of, known_layouts, map_of, match_headings, parsed, preview_of
from pbc_web.shell import clock
from pbc_web.shell.downloads import download

LEFT_OUT, MOST_CODES = "", 60


@require_http_methods(["GET", "POST"])
def match(request: HttpRequest, delivery_id: int, *, side: Side) -> HttpResponse:
    """Match the headings of a file that could not be read as its feed's layout; preview, then save as a dated map."""
    held = Delivery.objects.visible_to(request.actor).of(side.kinds).filter(state=UNREADABLE).select_related("feed")
    found: Any = get_object_or_404(held, id=delivery_id)
    suggested = match_headings(found.path, found.feed.layout, said=_said(request.POST))
    told: dict[str, Any] = {
        "delivery": found, "suggested": suggested, "back": side.address("delivery", delivery_id),
        "headings": sorted({each.heading for each in suggested.matches if each.heading} | set(suggested.unused)),
        "typed": request.POST,
    }  # fmt: skip
    if request.method == "POST":
        try:
            text = _map_from(request, found, suggested)
            preview = preview_of(found.path, text)
            if "save" in request.POST:
                actions.save_map(found, text=text, starts_on=_first_day(found), by=request.actor, at=clock.now())
                messages.success(
                    request, "The map is saved and will be used again. The file is being checked through it."
                )
                return redirect(side.address("delivery", delivery_id))
            told["preview"] = (preview.columns, preview.rows())
        except RefusedInput as refused:
            told["fault"] = refused
    return render(request, "deliveries/headings.html", told)


@require_safe
def listing(request: HttpRequest, *, side: Side) -> HttpResponse:
    """The maps saved so far."""
    told = {
        "maps": _maps(request, side).select_related("saved_by"), "may_end": side.may_decide(request.actor), "side": side,
        "trail": side.trail,
    }  # fmt: skip
    return render(request, "deliveries/maps.html", told)


@require_safe
def text(request: HttpRequest, map_id: int, *, side: Side) -> HttpResponse:
    """A map as the file that `pbc check --headings` takes."""
    found = get_object_or_404(_maps(request, side), id=map_id)
    return download(found.text.encode(), name=f"{found.supplier}-{found.layout}.yaml")


@require_POST
def end(request: HttpRequest, map_id: int, *, side: Side) -> HttpResponse:
    """Use a map no longer."""
    actions.end_map(get_object_or_404(_maps(request, side), id=map_id), by=request.actor, at=clock.now())
    return redirect(side.address("maps"))


def _maps(request: HttpRequest, side: Side) -> Any:
    layouts = [each for each in known_layouts() if kind_of(each) in side.kinds]
    return SavedMap.objects.visible_to(request.actor).filter(layout__in=layouts)


def _said(typed: QueryDict) -> dict[str, str]:
    """What a person chose for each of our columns; a column with a value for every row takes no heading."""
    chosen = {name.removeprefix("heading-"): value for name, value in typed.items() if name.startswith("heading-")}
    return {column: "" if typed.get(f"given-{column}", "").strip() else heading for column, heading in chosen.items()}


def _map_from(request: HttpRequest, found: Delivery, suggested: Any) -> str:
    columns = {}
    for each in suggested.matches:
        name = each.column.name
        given = request.POST.get(f"given-{name}", "").strip()
        if given:
            columns[name] = {"given": given}
        elif each.heading:
            columns[name] = _column(request.POST, each)
    return map_of(
        found.feed.layout,
        columns,
        supplier=found.feed.supplier,
        saved_by=request.actor.person_number,
        starts_on=_first_day(found),
    )


def _column(typed: QueryDict, each: Any) -> dict[str, Any]:
    codes = dict(each.codes)
    for at, theirs in enumerate(each.unknown_codes[:MOST_CODES]):
        ours = typed.get(f"code-{each.column.name}-{at}", "").strip()
        if ours:
            codes[theirs] = ours
    said = {"heading": each.heading, "dates": typed.get(f"dates-{each.column.name}", each.dates), "codes": codes}
    return {name: value for name, value in said.items() if value}


def _first_day(found: Delivery) -> Any:
    """A map counts from the first day of the period it was made for."""
    period = parsed(kind_of(found.feed.layout), found.period)
    return period.start if isinstance(period, Month | FinancialYear) else clock.today()
