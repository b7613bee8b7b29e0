"""Who keeps what is freed up, as pages: what decides a year, the signed agreement asked for, examples paid to nobody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pbc.errors import RefusedInput
from pbc.periods import FinancialYear
from pbc_web.accounts.actor import Actor
from pbc_web.audit.handing_out import TableFile, hand_out_tables
from pbc_web.organisations.kinds import GROUPS
from pbc_web.organisations.models import Organisation
from pbc_web.organisations.queries import codes_answered_for
from pbc_web.runs.explaining import open_cells
from pbc_web.runs.gain_readings import GainShareShown, gain_share_of, terms_of
from pbc_web.shell import clock
from pbc_web.shell.access import entitled
from pbc_web.shell.forms_sent import sent
from pbc_web.statements import permissions, queries
from pbc_web.statements.actions.gain_shares import Paper, draft_agreement, sign_agreement, withdraw_agreement
from pbc_web.statements.forms.gain_shares import GainShareForm, WithdrawForm
from pbc_web.statements.gain_shown import (
    agreements_for,
    payer_chosen,
    payers_for,
    signed_terms_of,
    terms_signed,
    waits_for,
)
from pbc_web.statements.models import YearEndPosition
from pbc_web.statements.models.year_ends import POSITIONS
from pbc_web.statements.views.year_books import door_of_positions


@dataclass(frozen=True)
class Whose:
    """The commissioner whose gain share is shown, of those that somebody sees."""

    payer: Organisation | None
    payers: list[Organisation]

    @property
    def is_open(self) -> bool:
        """Whether somebody sees several and has yet to say which."""
        return self.payer is None and bool(self.payers)

    @property
    def asked(self) -> str:
        """What an address asks for where somebody sees several."""
        return f"commissioner={self.payer.code}" if self.payer and len(self.payers) > 1 else ""


@dataclass(frozen=True)
class OfYear:
    """A year's gain share as somebody sees it."""

    year: FinancialYear
    whose: Whose
    positions: tuple[YearEndPosition, ...]
    shown: GainShareShown

    @property
    def payer(self) -> Organisation | None:
        """The commissioner it is of."""
        return self.whose.payer


@entitled(permissions.may_read_year_ends)
@require_safe
def now(request: HttpRequest) -> HttpResponse:
    """The year that comes to be closed next: the one that is over, until its final position is published."""
    this = FinancialYear.of(clock.today())
    last = this.plus(-1)
    is_final = queries.positions_for(request.actor).filter(financial_year=last.slug, position="final").exists()
    return redirect("statements:gain_share", (this if is_final else last).slug)


@entitled(permissions.may_read_year_ends)
@require_safe
def gain_share(request: HttpRequest, year: str) -> HttpResponse:
    """A year: the rule or agreement that decides it, what is payable, each version with its signatures, examples."""
    actor, whose, period = request.actor, _whose(request), _period(year)
    if whose.is_open:
        return render(request, "statements/gain_share_payers.html", {"year": period, "payers": whose.payers})
    found = _of_year(actor, period, whose)
    paid = found.shown.paid
    held = list(agreements_for(actor).filter(financial_year=found.year.slug, commissioner=found.payer))
    told: dict[str, Any] = {
        "year": found.year, "payer": found.payer, "shown": found.shown, "years": _years(actor, found.year),
        "versions": [(each, terms_of(found.year, terms_signed(each)), waits_for(actor, each)) for each in held],
        "may_draft": _may_draft(actor, found) and not any(each.state == "waiting" for each in held),
        "may_withdraw": permissions.may_draft_gain_share(actor) and found.payer == actor.organisation,
        "withdraw_form": WithdrawForm(),
        "figures": open_cells(door_of_positions(actor, found.positions), paid.figures) if paid else {},
        "explain": reverse("statements:year_figure", args=[found.year.slug, actor.organisation.code]),
        "downloads": _file(found).links(reverse("statements:gain_share", args=[year]) + "download/", asked=whose.asked),
        "asked": whose.asked, "others": [each for each in whose.payers if each != found.payer],
    }  # fmt: skip
    return render(request, "statements/gain_share.html", told)


@entitled(permissions.may_read_year_ends)
@require_safe
def download(request: HttpRequest, year: str, form: str) -> HttpResponse:
    """The tables of the page as a file."""
    whose = _whose(request)
    if whose.is_open:
        raise Http404
    return hand_out_tables(request, _file(_of_year(request.actor, _period(year), whose)), form=form)


@entitled(permissions.may_draft_gain_share)
@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest, year: str) -> HttpResponse:
    """Type what the paper says. Nothing is filled in beforehand."""
    actor = request.actor
    found = _of_year(actor, _period(year), _whose(request))
    if not _may_draft(actor, found):
        raise Http404
    known = list(Organisation.objects.filter(id__in=actor.reach.detail, kind__in=GROUPS).order_by("kind", "name"))
    form = GainShareForm(sent(request), partners=known)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        paper = Paper(found.year.slug, said["document"], form.terms())
        draft_agreement(actor.organisation, form.known[said["partner"]], paper, by=actor, at=clock.now())
        messages.success(request, "It is drafted. Both sides are asked to sign; until they did nothing is payable.")
        return redirect("statements:gain_share", found.year.slug)
    told = {"form": form, "year": found.year, "payer": actor.organisation, "partners": known}
    return render(request, "statements/gain_share_draft.html", told, status=400 if form.errors else 200)


@entitled(permissions.may_sign_gain_share)
@require_POST
def sign(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """Sign a version for one's own side."""
    held = get_object_or_404(agreements_for(request.actor), id=agreement_id)
    signed = sign_agreement(held, by=request.actor, at=clock.now())
    both = signed.state == "signed"
    messages.success(
        request, "Both sides have signed: it holds." if both else "You have signed. The other side is awaited."
    )
    return redirect(
        f"{reverse('statements:gain_share', args=[held.financial_year])}?commissioner={held.commissioner.code}"
    )


@entitled(permissions.may_draft_gain_share)
@require_POST
def withdraw(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """Withdraw a version that waits."""
    held = get_object_or_404(agreements_for(request.actor), id=agreement_id)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        raise RefusedInput("Say why it is withdrawn.", where=str(held), remedy="Go back and give the reason.")
    withdraw_agreement(held, reason=form.cleaned_data["reason"], by=request.actor, at=clock.now())
    messages.success(request, "It is withdrawn.")
    return redirect("statements:gain_share", held.financial_year)


def _period(year: str) -> FinancialYear:
    try:
        return FinancialYear.parse(year)
    except RefusedInput as refusal:
        raise Http404 from refusal


def _whose(request: HttpRequest) -> Whose:
    """The commissioner that the address asks for; a code of none that is seen is not found."""
    actor, code = request.actor, request.GET.get("commissioner", "")
    payers = payers_for(actor)
    payer = payer_chosen(actor, payers, code)
    if code and payer is None:
        raise Http404
    return Whose(payer, payers)


def _of_year(actor: Actor, period: FinancialYear, whose: Whose) -> OfYear:
    payer = whose.payer
    known = queries.positions_for(actor).filter(financial_year=period.slug, commissioner=payer)
    positions = tuple(sorted(known, key=lambda each: list(POSITIONS).index(each.position)))
    newest = positions[-1] if positions else None
    shown = gain_share_of(
        period, signed=signed_terms_of(payer, period) if payer else None,
        closed=(newest.set_name, newest.set_id) if newest else None, named=codes_answered_for(actor.reach.detail, on=actor.on),
    )  # fmt: skip
    return OfYear(period, whose, positions, shown)


def _years(actor: Actor, shown: FinancialYear) -> list[FinancialYear]:
    """Other years to look at: those closed, those agreed on, the one that is over, this one and the next."""
    this = FinancialYear.of(clock.today())
    slugs = {
        this.plus(-1).slug,
        this.slug,
        this.plus(1).slug,
        *agreements_for(actor).values_list("financial_year", flat=True),
    }
    slugs |= set(queries.positions_for(actor).values_list("financial_year", flat=True))
    return [FinancialYear.parse(each) for each in sorted(slugs - {shown.slug}, reverse=True)]


def _may_draft(actor: Actor, found: OfYear) -> bool:
    is_own = found.payer == actor.organisation
    return found.shown.needs_agreement and is_own and permissions.may_draft_gain_share(actor)


def _file(found: OfYear) -> TableFile:
    shown = found.shown
    tables = [shown.terms, *([shown.paid.table] if shown.paid else []), *([shown.examples] if shown.examples else [])]
    name = f"gain-share-{found.payer.code if found.payer else 'rules'}-{found.year.slug}"
    return TableFile(
        name, f"Gain share, {found.year}", shown.sentences, tuple(each for each in tables if each.rows), found.year.end
    )
