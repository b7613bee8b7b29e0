"""The register of contracts as pages: contracts of a year, one contract with its lines, bill and what a change does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from pbc.errors import RefusedInput
from pbc.periods import FinancialYear
from pbc.reports.contract_tables import bill_steps, changes_of_year, lines_of_contract, months_of_line, variations_of
from pbc.reports.contracts import ContractReport, build_contracts, describe_changes
from pbc.reports.reconciliation_tables import Shown
from pbc_web.accounts.actor import Actor
from pbc_web.ledger import permissions, queries
from pbc_web.ledger.doors import door_of_contracts, protection_for
from pbc_web.organisations.models import Organisation
from pbc_web.runs.explaining import explained_at, open_cells, told_of
from pbc_web.runs.ledger_readings import Register, register_of, years_of_contracts
from pbc_web.runs.reading import site_policy
from pbc_web.shell.access import entitled
from pbc_web.shell.words import day
from pbc_web.statements.models import Publication
from pbc_web.statements.queries import in_force_for
from pbc_web.statements.shown import material_of


@dataclass(frozen=True)
class Agreed:
    """A year's contracts of one commissioner as somebody sees them, and the newest statement of the year in force."""

    year: FinancialYear
    payer: Organisation
    register: Register
    publication: Publication | None
    contracts: list[dict[str, Any]]


@entitled(permissions.may_read_contracts)
@require_safe
def register(request: HttpRequest, year: str) -> HttpResponse:
    """The contracts of a year, each with its plan, and the lines of its bill to date behind it."""
    actor = request.actor
    period = _year(year)
    found = [_agreed(actor, period, payer) for payer in queries.payers_for(actor).values()]
    held = [each for each in found if each is not None]
    codes = {row["provider_code"] for each in held for row in each.contracts}
    names = dict(Organisation.objects.filter(code__in=codes).values_list("code", "name"))
    told = {
        "year": period, "held": held, "names": names, "years": years_of_contracts(),
        "is_made_up": any(each.register.is_made_up for each in held),
    }  # fmt: skip
    return render(request, "ledger/contracts.html", told)


@entitled(permissions.may_read_contracts)
@require_safe
def contract(request: HttpRequest, year: str, code: str, hospital: str) -> HttpResponse:
    """One contract: lines and forms, plan by month, variations, the bill to date and what a change in activity does."""
    actor = request.actor
    agreed = _agreed_at(actor, year, code)
    row = next((each for each in agreed.contracts if each["provider_code"] == hospital), None)
    if row is None:
        raise Http404
    own = {"commissioner_code": code, "provider_code": hospital, "financial_year": agreed.year.slug}
    lines = sorted(agreed.register.rows("contract_forms", **own), key=lambda each: each["point_of_delivery"])
    plans = agreed.register.rows("contract_plans", **own)
    variations = agreed.register.rows("contract_variations", contract_code=row["contract_code"])
    report = _report(actor, agreed, hospital)
    door = door_of_contracts(actor, code, agreed.publication, agreed.register.sets)
    unpublished = None if report else _bill_in_the_ledger(actor, agreed, hospital)
    to_date = agreed.publication.period if report and agreed.publication else None
    if unpublished:
        to_date = unpublished[0].period.month
    tables = [lines_of_contract(lines, plans=plans, to_date=to_date), *_by_line(plans)]
    billed = [bill_steps(report.bills)] if report else []
    years = sorted(report.changes["financial_year"].unique()) if report else []
    changes = [changes_of_year(report.changes, year=each) for each in years] if report else []
    told = {
        "agreed": agreed, "row": row, "is_made_up": agreed.register.is_made_up, "report": report,
        "may_answer": permissions.may_answer(actor),
        "hospital": Organisation.objects.filter(code=hospital).first() or hospital,
        "tables": [_opened(door, each) for each in tables], "billed": [_opened(door, each) for each in billed],
        "changes": [_opened(door, each) for each in changes], "said": describe_changes(report.changes) if report else (),
        "variations": variations_of(sorted(variations, key=_in_order), day=day) if variations else None,
        "explain": reverse("ledger:contract_figure", args=[year, code]),
        "notice_days": _notice(row, agreed.year),
        "unpublished": unpublished, "goes_on": _goes_on(row, agreed.year),
    }  # fmt: skip
    return render(request, "ledger/contract.html", told)


def _notice(row: dict[str, Any], year: FinancialYear) -> int:
    """The days of notice before a baseline is set anew: the contract's own, or those of the rules."""
    own = row["notice_days"]
    return site_policy().whole("ledger.notice_days", on=year.start) if own is None else own


def _goes_on(row: dict[str, Any], year: FinancialYear) -> bool:
    """Whether nothing is held of the year after a contract's end, so that its terms are taken to go on."""
    if row["ends_before"] > year.plus(1).start:
        return False
    later = register_of(year.plus(1)) if year.plus(1) in years_of_contracts() else None
    own = {"commissioner_code": row["commissioner_code"], "provider_code": row["provider_code"]}
    return later is None or not later.rows("contracts", **own)


def _bill_in_the_ledger(actor: Actor, agreed: Agreed, hospital: str) -> tuple[queries.Books, int] | None:
    """The bill as the year's newest reconciliation has it, to whoever checks invoices, where no statement tells it; or None."""
    if not permissions.may_reconcile(actor):
        return None
    newest = next((each for each in queries.periods_for(actor) if each.month.financial_year == agreed.year), None)
    for books in queries.books_for(actor, newest) if newest else []:
        if books.commissioner == agreed.payer and hospital in books.hospitals:
            own = {
                "commissioner_code": agreed.payer.code,
                "provider_code": hospital,
                "period": "year_to_date",
                "step": "bill",
            }
            return books, int(books.material.steps.filter(**own)["amount_pence"].sum())
    return None


@entitled(permissions.may_read_contracts)
@require_safe
def figure(request: HttpRequest, year: str, code: str) -> HttpResponse:
    """How a figure of a contract or its bill came about."""
    agreed = _agreed_at(request.actor, year, code)
    above = reverse("ledger:contracts", args=[year])
    if not request.GET.get("id"):
        return redirect(above)
    door = door_of_contracts(request.actor, code, agreed.publication, agreed.register.sets)
    found = explained_at(door, request.GET["id"])
    here = reverse("ledger:contract_figure", args=[year, code])
    trail = [
        {"text": "Ledger", "href": reverse("ledger:listing")},
        {"text": f"Contracts of {agreed.year}", "href": above},
    ]
    return render(request, "runs/figure.html", told_of(found, here=here) | {"trail": trail})


def _in_order(row: dict[str, Any]) -> tuple[int, str]:
    return row["variation_number"], row["point_of_delivery"]


def _by_line(plans: list[dict[str, Any]]) -> list[Shown]:
    lines: dict[str, list[dict[str, Any]]] = {}
    for each in sorted(plans, key=lambda row: (row["point_of_delivery"], row["month"])):
        lines.setdefault(each["point_of_delivery"], []).append(each)
    return [months_of_line(rows) for rows in lines.values()]


def _opened(door: Any, shown: Shown) -> Shown:
    return replace(shown, figures=open_cells(door, shown.figures))


def _year(said: str) -> FinancialYear:
    try:
        return FinancialYear.parse(said)
    except RefusedInput as refusal:
        raise Http404 from refusal


def _agreed_at(actor: Actor, year: str, code: str) -> Agreed:
    payer = queries.payers_for(actor).get(code)
    found = _agreed(actor, _year(year), payer) if payer else None
    if found is None:
        raise Http404
    return found


def _agreed(actor: Actor, year: FinancialYear, commissioner: Organisation) -> Agreed | None:
    """A commissioner's contracts of a year; for a hospital its own alone. None where none is held."""
    held = register_of(year)
    if held is None:
        return None
    own = {"provider_code": actor.organisation_code} if permissions.may_answer(actor) else {}
    rows = held.rows("contracts", commissioner_code=commissioner.code, financial_year=year.slug, **own)
    months = [str(month) for month in year.months()]
    in_force = in_force_for(actor).filter(commissioner=commissioner, month__in=months)
    ordered = sorted(rows, key=lambda row: row["provider_code"])
    return Agreed(year, commissioner, held, in_force.order_by("-month").first(), ordered) if rows else None


def _report(actor: Actor, agreed: Agreed, hospital: str) -> ContractReport | None:
    """The bill in the newest statement in force, or None where none is, or it bills no such contract."""
    if agreed.publication is None:
        return None
    try:
        return build_contracts(
            material_of(agreed.publication), provider_code=hospital, protection=protection_for(actor)
        )
    except RefusedInput:
        return None
