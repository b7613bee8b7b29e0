"""A use of a pot: begun from the pot, its pot chosen, its money recorded as spent or set free, the pot carried on."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from pbc.periods import FinancialYear
from pbc_web.business_cases.actions.drafting import Named
from pbc_web.business_cases.queries.in_sight import is_author, proposal_for
from pbc_web.business_cases.views.gate import after_declaring
from pbc_web.reinvestment import queries
from pbc_web.reinvestment.actions import proposing, spending
from pbc_web.reinvestment.forms import BeginForm, ChooseForm, SpendForm, WordsForm
from pbc_web.reinvestment.models import UseOfPot
from pbc_web.reinvestment.permissions import may_propose_uses, may_record_spending
from pbc_web.reinvestment.rules import meant_until, uses_of
from pbc_web.shell import clock
from pbc_web.shell.access import entitled
from pbc_web.shell.forms_sent import sent
from pbc_web.shell.words import amount, day
from pbc_web.statements.actions.year_ends import reservable
from pbc_web.statements.models import Pot


@entitled(may_propose_uses)
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, pot_id: int) -> HttpResponse:
    """Begin a use of one's own pot."""
    actor, today = request.actor, clock.today()
    pot = _or_not_found(queries.pots_of_owner(actor).filter(id=pot_id).first())
    form = BeginForm(sent(request))
    if request.method == "POST" and form.is_valid():
        named = Named(form.cleaned_data["title"], FinancialYear.of(today))
        made = proposing.begin_use(pot, named, by=actor, at=clock.now())
        messages.success(request, f"{made.code} is begun, paid from this pot.")
        return redirect("business_cases:proposal", made.code)
    permitted = ", ".join(uses_of(pot.commissioner, today).values()).lower()
    lead = (
        f"{amount(max(reservable(pot), 0))} of it is free for new uses. It may be spent on {permitted}, and is never anybody's "
        "personal income. You then say what it is for, section by section."
    )
    return page(
        request,
        form,
        heading="Begin a use of this pot",
        caption=str(pot),
        lead=lead,
        button="Begin",
        trail=_of_pot(pot),
    )


@entitled(may_propose_uses)
@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest, code: str) -> HttpResponse:
    """Choose the pot a draft is paid from."""
    actor = request.actor
    proposal = proposal_for(actor, code)
    if proposal.kind != "use_of_pot" or proposal.state != "draft" or not is_author(actor, proposal):
        raise Http404
    own = [each for each in queries.pots_in_sight(actor) if each.unit_id == proposal.owner_id]
    named = queries.pot_named(proposal)
    choices = [(each, f"{each}: {amount(max(reservable(each), 0))} free for new uses") for each in own]
    form = ChooseForm(sent(request), pots=choices, initial={"pot": str(named.id) if named else None})
    if request.method == "POST" and form.is_valid():
        proposing.name_pot(proposal, form.pots[form.cleaned_data["pot"]], by=actor, at=clock.now())
        return redirect("business_cases:proposal", code)
    lead = (
        ""
        if own
        else "No pot of your practice or group is declared yet: when a year ends, the commissioner declares it."
    )
    trail = [{"text": code, "href": reverse("business_cases:proposal", args=[code])}]
    return page(
        request, form, heading="Choose the pot", caption=code, lead=lead, button="Save" if own else "", trail=trail
    )


@entitled(may_record_spending)
@require_http_methods(["GET", "POST"])
@after_declaring
def spend(request: HttpRequest, code: str) -> HttpResponse:
    """Record a part of an approved use as spent."""
    use = _paid(request, code)
    form = SpendForm(sent(request), use=use)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        spending.record_spending(
            use,
            amount_pence=said["amount"],
            words=said["words"],
            left_pence=said["left"] or 0,
            by=request.actor,
            at=clock.now(),
        )
        messages.success(request, f"{amount(said['amount'])} is recorded as spent.")
        return redirect("business_cases:proposal", code)
    lead = (
        f"{amount(use.left_pence)} of what was promised is left; {amount(use.pot.left_pence)} of the pot is available."
    )
    return page(
        request, form, heading="Record what was spent", caption=code, lead=lead, button="Record", trail=_of_use(use)
    )


@entitled(may_record_spending)
@require_http_methods(["GET", "POST"])
@after_declaring
def finish(request: HttpRequest, code: str) -> HttpResponse:
    """Say that no more is spent on a use."""
    use, form = _paid(request, code), WordsForm(sent(request))
    if request.method == "POST" and form.is_valid():
        left = use.left_pence
        spending.finish(use, words=form.cleaned_data["words"], by=request.actor, at=clock.now())
        messages.success(request, f"{amount(left)} is back in the pot.")
        return redirect("business_cases:proposal", code)
    lead = f"{amount(use.left_pence)} of what was promised is left. It goes back to the pot, free for other uses."
    return page(
        request,
        form,
        heading="Set free what is left",
        caption=code,
        lead=lead,
        button="Set it free",
        trail=_of_use(use),
    )


@entitled(may_record_spending)
@require_http_methods(["GET", "POST"])
def carry(request: HttpRequest, pot_id: int) -> HttpResponse:
    """Agree that what is left of a pot is spent a year later."""
    pot = _or_not_found(
        queries.pots_in_sight(request.actor).filter(id=pot_id, commissioner=request.actor.organisation).first()
    )
    form = WordsForm(sent(request))
    if request.method == "POST" and form.is_valid():
        spending.agree_to_carry(pot, by=request.actor, at=clock.now(), **form.cleaned_data)
        messages.success(request, f"What is left may be promised and spent until {day(pot.spend_due_on)}.")
        return redirect("statements:pot", pot.id)
    lead = (
        f"The pot is meant to be spent by {day(meant_until(pot))}. If you agree, what is left then may be promised and spent until "
        f"{day(pot.spend_due_on)}."
    )
    return page(
        request, form, heading="Carry on what is left", caption=str(pot), lead=lead, button="Agree", trail=_of_pot(pot)
    )


def page(request: HttpRequest, form: Any, **told: Any) -> HttpResponse:
    """A page with one form; sent with a mistake, it says so."""
    return render(request, "reinvestment/form.html", {"form": form} | told, status=400 if form.is_bound else 200)


def _paid(request: HttpRequest, code: str) -> UseOfPot:
    """An approved use with money left, of the actor's own commissioner, or not found."""
    use = queries.use_of(proposal_for(request.actor, code))
    if use is None or not use.left_pence or use.pot.commissioner_id != request.actor.organisation.id:
        raise Http404
    return use


def _or_not_found(pot: Pot | None) -> Pot:
    if pot is None:
        raise Http404
    return pot


def _of_pot(pot: Pot) -> list[dict[str, str]]:
    return [{"text": str(pot), "href": reverse("statements:pot", args=[pot.id])}]


def _of_use(use: UseOfPot) -> list[dict[str, str]]:
    return [
        *_of_pot(use.pot),
        {"text": use.proposal.code, "href": reverse("business_cases:proposal", args=[use.proposal.code])},
    ]
