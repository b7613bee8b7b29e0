"""A neighbourhood team's first screens: whose practices, which neighbourhoods, which pots; then what each would get."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from pbc.reports.budgets import describe_not_known
from pbc_web.audit.handing_out import hand_out
from pbc_web.budgets import files, permissions
from pbc_web.budgets.actions import neighbourhoods
from pbc_web.budgets.forms.neighbourhoods import PayerForm, PlacesForm, PotForm
from pbc_web.budgets.models import Plan
from pbc_web.budgets.queries.payable import NOT_PAYABLE
from pbc_web.budgets.views.finding import actor_of, links, number_sent, page
from pbc_web.runs.pot_readings import YEARS, measures_of, payers_of, pots_of, pots_workbook
from pbc_web.shell import clock
from pbc_web.shell.access import entitled
from pbc_web.shell.forms_sent import sent

YEAR = YEARS[-1]


@entitled(permissions.may_plan_neighbourhoods)
@require_http_methods(["GET", "POST"])
def neighbourhood_start(request: HttpRequest) -> HttpResponse:
    """Choose whose practices; or go back to a plan made before."""
    actor = actor_of(request)
    payers = payers_of(YEAR)
    form = PayerForm(sent(request), payers=payers)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["commissioner"]
        plan = neighbourhoods.begin_plan(
            commissioner_code=chosen.code, commissioner_name=chosen.name, year=YEAR, by=actor, at=clock.now()
        )
        return redirect("budgets:neighbourhood_places", plan.id)
    plans = list(Plan.objects.visible_to(actor).prefetch_related("pots")[:20])
    told = {"form": form, "payers": payers, "plans": plans, "year": YEAR, "trail": links()}
    return page(request, "budgets/neighbourhood_start.html", told)


@entitled(permissions.may_plan_neighbourhoods)
@require_http_methods(["GET", "POST"])
def neighbourhood_places(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Say which practice is in which neighbourhood."""
    plan = _plan(request, plan_id)
    form = PlacesForm(
        sent(request), request.FILES or None, year=plan.financial_year, initial={"source": plan.source or "pcn"}
    )
    if request.method == "POST" and form.is_valid():
        source = form.cleaned_data["source"]
        neighbourhoods.place_practices(plan, source=source, rows=form.rows, by=actor_of(request), at=clock.now())
        return redirect("budgets:neighbourhood_check" if plan.pots.exists() else "budgets:neighbourhood_pots", plan.id)
    told = {"form": form, "plan": plan, "back": reverse("budgets:neighbourhood_start")}
    return page(request, "budgets/neighbourhood_places.html", told)


@entitled(permissions.may_plan_neighbourhoods)
@require_http_methods(["GET", "POST"])
def neighbourhood_pots(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Add a pot, or take one away."""
    plan = _plan(request, plan_id)
    if request.method == "POST" and "remove" in request.POST:
        neighbourhoods.remove_pot(plan, pot_id=number_sent(request, "remove"), by=actor_of(request), at=clock.now())
        return redirect("budgets:neighbourhood_pots", plan.id)
    measures = measures_of(plan.financial_year)
    form = PotForm(sent(request), measures=measures)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        neighbourhoods.add_pot(
            plan,
            name=said["name"],
            amount_pence=said["amount"],
            measure=said["measure"],
            by=actor_of(request),
            at=clock.now(),
        )
        return redirect("budgets:neighbourhood_pots", plan.id)
    told = {
        "form": form, "plan": plan, "pots": list(plan.pots.all()), "back": reverse("budgets:neighbourhood_places", args=[plan.id]),
        "words": {each.name: each.words for each in measures},
    }  # fmt: skip
    return page(request, "budgets/neighbourhood_pots.html", told)


@entitled(permissions.may_plan_neighbourhoods)
@require_http_methods(["GET", "POST"])
def neighbourhood_check(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Check the answers, then have the pots shared."""
    plan = _plan(request, plan_id)
    if request.method == "POST":
        neighbourhoods.share(plan, by=actor_of(request), at=clock.now())
        return redirect("budgets:neighbourhood_result", plan.id)
    told = {
        "plan": plan, "pots": list(plan.pots.all()), "back": reverse("budgets:neighbourhood_pots", args=[plan.id]),
        "words": {each.name: each.words for each in measures_of(plan.financial_year)},
        "places": len({row["neighbourhood"] for row in plan.memberships}),
    }  # fmt: skip
    return page(request, "budgets/neighbourhood_check.html", told)


@entitled(permissions.may_plan_neighbourhoods)
@require_safe
def neighbourhood_result(request: HttpRequest, plan_id: int) -> HttpResponse:
    """What each neighbourhood would get, how far luck goes, and what to look at first."""
    plan = _plan(request, plan_id)
    shown = pots_of(plan.set_name, plan.set_id) if plan.set_id else None
    told = {"plan": plan, "run": plan.run, "shown": shown, "mark": NOT_PAYABLE, "trail": _above()}
    return page(request, "budgets/neighbourhood_result.html", told)


@entitled(permissions.may_plan_neighbourhoods)
@require_safe
def neighbourhood_file(request: HttpRequest, plan_id: int, kind: str) -> HttpResponse:
    """The same as a file: CSV by neighbourhood, or the workbook with its sources."""
    plan = _plan(request, plan_id)
    if not plan.set_id:
        return redirect("budgets:neighbourhood_result", plan.id)
    if kind == "xlsx":
        content = pots_workbook(plan.set_name, plan.set_id, mark=NOT_PAYABLE)
    else:
        content = files.plan_book(plan, NOT_PAYABLE).as_kind(kind)
    return hand_out(request, content, name=f"neighbourhood-pots-{plan.commissioner_code}-{plan.year}.{kind}")


@entitled(permissions.may_follow_budgets)
@require_safe
def not_known(request: HttpRequest) -> HttpResponse:
    """What a budget does not know, named one by one."""
    regime = "england-2005" if actor_of(request).organisation.kind == "pct" else "england-2025"
    return page(request, "budgets/not_known.html", {"shown": describe_not_known(regime), "trail": links()})


def _plan(request: HttpRequest, plan_id: int) -> Plan:
    found = Plan.objects.visible_to(actor_of(request)).select_related("run", "owner")
    return get_object_or_404(found, id=plan_id)


def _above() -> list[dict[str, str]]:
    return links(None, ("Neighbourhoods", reverse("budgets:neighbourhood_start")))
