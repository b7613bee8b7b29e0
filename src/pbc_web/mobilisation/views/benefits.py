"""What a case promised and what then happened: comparators frozen before it began, and the comparisons made since."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pbc.reports.benefit_pages import (
    comparison_chart,
    comparisons_table,
    how_worked_out,
    practices_table,
)
from pbc.reports.benefits import describe_case, describe_comparison
from pbc.reports.notes import rules_table
from pbc_web.audit.handing_out import hand_out
from pbc_web.business_cases.models import Proposal
from pbc_web.business_cases.views.drafts import trail_of
from pbc_web.business_cases.views.gate import after_declaring
from pbc_web.mobilisation import queries
from pbc_web.mobilisation.actions import require_keeper
from pbc_web.mobilisation.benefits import ask_comparators, ask_comparison
from pbc_web.mobilisation.forms import BenefitForm
from pbc_web.mobilisation.permissions import may_keep_milestones, may_read_mobilisation
from pbc_web.mobilisation.states import AFTER
from pbc_web.mobilisation.views.milestones import shown_form
from pbc_web.runs.benefit_readings import (
    BenefitMaterial,
    benefit_csv,
    benefit_workbook,
    comparators_shown,
    comparison_shown,
    has_no_today,
)
from pbc_web.shell import clock
from pbc_web.shell.access import entitled
from pbc_web.shell.forms_sent import sent

FILES = {"csv": benefit_csv, "xlsx": benefit_workbook}
LEAD = (
    "Practices of the same commissioner that stand equally high, or low, are chosen before the service changes, and frozen with the "
    "promise from the first day of the start month. Nobody can choose by the outcome."
)


@entitled(may_read_mobilisation)
@require_safe
@after_declaring
def benefit(request: HttpRequest, code: str) -> HttpResponse:
    """Promise, comparators, and every comparison made, whatever it found."""
    found = queries.case_for(request.actor, code)
    chosen, keeper = _shown(found, 0), queries.keeps(request.actor, found)
    compared = {months: each for months in AFTER if chosen and (each := _shown(found, months))}
    is_changed = bool(queries.changes_recorded(found))
    work = found.benefit_work.select_related("run").first()
    told: dict[str, Any] = {
        "proposal": found, "trail": trail_of(found), "chosen": chosen, "keeper": keeper, "work": work, "after": AFTER,
        "compared": [(months, describe_comparison(each)) for months, each in compared.items()],
        "may_choose": keeper and not is_changed, "is_too_late": is_changed and queries.is_nobody_chosen(found),
        "is_made_up": bool(chosen and chosen.is_made_up),
    }  # fmt: skip
    if chosen is not None:
        results = list(compared.values())
        told |= {
            "said": describe_case(chosen), "practices": practices_table(chosen), "chart": comparison_chart(results),
            "results": comparisons_table(results) if results else None,
            "how": how_worked_out([chosen, *results]), "rules": rules_table([chosen, *results][-1].values),
            "downloads": [each for months in (0, *compared) for each in _links(code, months)],
        }  # fmt: skip
    return render(request, "mobilisation/benefit.html", told)


@entitled(may_keep_milestones)
@require_http_methods(["GET", "POST"])
@after_declaring
def choose(request: HttpRequest, code: str) -> HttpResponse:
    """Declare what is promised, and have comparators chosen."""
    found = queries.case_for(request.actor, code)
    require_keeper(request.actor, found)
    practices = queries.practices_of(found, on=clock.today())
    form = BenefitForm(sent(request), practices=practices, is_made_up=has_no_today())
    if request.method == "POST" and form.is_valid():
        chosen_on = form.cleaned_data.get("chosen_on")
        ask_comparators(found, form.said, chosen_on=chosen_on, by=request.actor, at=clock.now())
        messages.success(request, "They are being chosen. Open this page again in a minute.")
        return redirect("mobilisation:benefit", code)
    return shown_form(request, found, form, "Choose whom it is compared with", lead=LEAD)


@entitled(may_keep_milestones)
@require_POST
@after_declaring
def compare(request: HttpRequest, code: str, months: int) -> HttpResponse:
    """Have the promise held against fact."""
    found = queries.case_for(request.actor, code)
    ask_comparison(found, months, by=request.actor, at=clock.now())
    messages.success(request, "It is being compared. Open this page again in a minute.")
    return redirect("mobilisation:benefit", code)


@entitled(may_read_mobilisation)
@require_safe
@after_declaring
def benefit_file(request: HttpRequest, code: str, months: int, form: str) -> HttpResponse:
    """The choice of comparators, or a comparison, as a file."""
    material = _shown(queries.case_for(request.actor, code), months)
    if material is None or form not in FILES:
        raise Http404
    name = f"benefit-{code}-{months}.{form}" if months else f"comparators-{code}.{form}"
    return hand_out(request, FILES[form](material), name=name)


def _shown(proposal: Proposal, months: int) -> BenefitMaterial | None:
    """The choice (0 months), or a comparison, that was asked for on pages and is done."""
    if not proposal.benefit_work.filter(after_months=months, done_at__isnull=False).exists():
        return None
    name = queries.benefit_code(proposal)
    return comparison_shown(name, months) if months else comparators_shown(name)


def _links(code: str, months: int) -> list[tuple[str, str]]:
    what = f"Comparison after {months} months" if months else "Comparators"
    words = {"xlsx": f"{what}, as a workbook", "csv": f"{what}, as CSV"}
    return [(said, reverse("mobilisation:benefit_file", args=[code, months, form])) for form, said in words.items()]
