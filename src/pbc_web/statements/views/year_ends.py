"""Year ends and pots as pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pbc.errors import RefusedInput
from pbc.periods import FinancialYear
from pbc_web.accounts.actor import Actor
from pbc_web.accounts.roles import Sight
from pbc_web.organisations.models import Organisation
from pbc_web.organisations.queries import practices_of
from pbc_web.runs.actions import ask
from pbc_web.runs.reading import site_commissioners, site_policy
from pbc_web.runs.statement_reading import year_end_made
from pbc_web.shell import clock
from pbc_web.shell.access import entitled
from pbc_web.shell.forms_sent import sent
from pbc_web.statements import permissions, queries, year_end_shown
from pbc_web.statements.actions import year_ends as actions
from pbc_web.statements.forms.statements import DeclareForm, MoveForm, NoticeForm
from pbc_web.statements.gain_shown import signed_terms_of
from pbc_web.statements.models import Pot, YearEndPosition
from pbc_web.statements.models.year_ends import MOVES, POSITIONS
from pbc_web.statements.pot_parts import pot_parts
from pbc_web.statements.views.year_books import links_of, next_position, parsed_year

WHO = {
    "confirm": permissions.may_confirm_pots, "release": permissions.may_decide_pots, "spend": permissions.may_decide_pots,
    "take_back": permissions.may_decide_pots, "give_notice": permissions.may_decide_pots,
}  # fmt: skip
TITLES = {
    "confirm": "Confirm a part", "release": "Make a part available", "spend": "Record what was spent",
    "give_notice": "Give notice of a reduction", "take_back": "Take back after notice",
}  # fmt: skip
DO: dict[str, Callable[..., Pot]] = {
    "confirm": actions.confirm_pot, "release": actions.release_pot, "spend": actions.spend_pot, "take_back": actions.take_back,
}  # fmt: skip


@entitled(permissions.may_read_year_ends)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The years closed, and the pots of each."""
    positions = list(queries.positions_for(request.actor))
    years = sorted({each.financial_year for each in positions}, reverse=True)
    told = {
        "years": [(each, FinancialYear.parse(each)) for each in years], "pots": list(queries.pots_for(request.actor)),
        "may_publish": permissions.may_publish(request.actor), "to_close": _years_to_close(request.actor, years),
    }  # fmt: skip
    return render(request, "statements/year_ends.html", told)


def _years_to_close(actor: Actor, known: list[str]) -> list[FinancialYear]:
    if not permissions.may_publish(actor):
        return []
    months = {each.period.financial_year.slug for each in queries.in_force_for(actor)}
    return [FinancialYear.parse(each) for each in sorted(months - set(known), reverse=True)]


@entitled(permissions.may_read_year_ends)
@require_safe
def year(request: HttpRequest, year: str) -> HttpResponse:
    """One year: freed-up resources on both bases, gross and net, in each position; and whose pots they fill."""
    actor, period = request.actor, parsed_year(year)
    positions = _positions(actor, period)
    if not positions and not permissions.may_publish(actor):
        raise Http404
    codes = year_end_shown.units_of(positions)
    units = Organisation.objects.filter(code__in=codes, id__in=actor.reach.detail)
    pots = {pot.unit_id: pot for pot in queries.pots_for(actor).filter(financial_year=period.slug)}
    may_publish = permissions.may_publish(actor)
    following = next_position(positions, period)
    made = year_end_made(period, following) if may_publish and following else None
    told = {
        "year": period, "positions": positions, "titles": POSITIONS, "totals": year_end_shown.totals_of(positions),
        "units": [
            (unit, year_end_shown.view_of(positions, period, unit.code, _walked(actor, unit)), pots.get(unit.id))
            for unit in units
        ],
        "left": year_end_shown.to_release(positions[-1]) if positions else {},
        "may_publish": may_publish, "made": made, "next_position": following,
        "made_on": date.fromisoformat(made.receipt.made_at[:10]) if made and made.receipt.made_at else None,
        "books": links_of(actor, period, positions),
        "may_declare": permissions.may_decide_pots(actor), "sees_totals": not actor.sees(Sight.NAMED),
    }  # fmt: skip
    return render(request, "statements/year_end.html", told)


def _walked(actor: Actor, unit: Organisation) -> list[str]:
    """The practices whose walks stand on a unit's part of the page: itself, or a group's own that the actor may open."""
    if unit.kind == "practice":
        return [unit.code]
    inside = practices_of(unit, on=actor.on).filter(id__in=actor.reach.detail)
    return sorted(inside.values_list("code", flat=True))


def _positions(actor: Actor, period: FinancialYear) -> list[YearEndPosition]:
    held = queries.positions_for(actor).filter(financial_year=period.slug)
    return sorted(held, key=lambda each: list(POSITIONS).index(each.position))


@entitled(permissions.may_publish)
@require_POST
def publish(request: HttpRequest, year: str) -> HttpResponse:
    """Publish the year end that was made last as the next position: the one that the page showed, or it is refused."""
    actor, period = request.actor, parsed_year(year)
    position = next_position(_positions(actor, period), period)
    made = year_end_made(period, position) if position else None
    if made is None:
        raise RefusedInput(
            "There is nothing to publish for this year.", where=str(period),
            remedy="Close the year first; when its final position is published nothing more is.",
        )  # fmt: skip
    if request.POST.get("set_id") != made.set_id:
        raise RefusedInput(
            "This position was worked out again since you opened the page.", where=str(period), found=made.set_id,
            expected=request.POST.get("set_id", ""), remedy="Look at what it is now, then publish it.",
        )  # fmt: skip
    actions.publish_position(
        actor.organisation, financial_year=period.slug, position=position, set_name=made.name, set_id=made.set_id,
        by=actor, at=clock.now(),
    )  # fmt: skip
    messages.success(request, f"{POSITIONS[position]} of {period} is published.")
    return redirect("statements:year_end", period.slug)


@entitled(permissions.may_publish)
@require_POST
def close(request: HttpRequest, year: str) -> HttpResponse:
    """Have the year end worked out; nobody sees it until it is published as a position."""
    actor, period = request.actor, parsed_year(year)
    position = next_position(_positions(actor, period), period)
    if not position:
        raise RefusedInput("The final position of this year is published.", where=str(period))
    given: dict[str, Any] = {"year": period.slug, "position": position} | _terms_to_close_by(actor, period)
    run = ask("close_year", parameters=given, organisation=actor.organisation, by=actor, at=clock.now())
    return redirect("runs:progress", run.id)


def _terms_to_close_by(actor: Actor, year: FinancialYear) -> dict[str, Any]:
    """The gain share that both sides signed, for the work of closing; refused where the store closes other commissioners' years too."""
    signed = signed_terms_of(actor.organisation, year)
    if signed is None:
        return {}
    if len(site_commissioners(year)) > 1:
        raise RefusedInput(
            "A signed gain share is one commissioner's, and this year is closed for several at once.", where=signed.source,
            remedy="Have whoever runs the service lay the agreement over the rules with PBC_POLICY.",
        )  # fmt: skip
    return {"terms": dict(signed.values), "terms_source": signed.source}


@entitled(permissions.may_decide_pots)
@require_http_methods(["GET", "POST"])
def declare(request: HttpRequest, year: str, code: str) -> HttpResponse:
    """Declare a pot: what the position lets the unit keep, and how much of it is held back."""
    actor, period = request.actor, parsed_year(year)
    unit = Organisation.objects.filter(code=code, id__in=actor.reach.detail).first()
    positions = _positions(actor, period)
    if unit is None or not positions:
        raise Http404
    newest = positions[-1]
    most, held_back = year_end_shown.to_release(newest).get(unit.code, (0, 0))
    reason = f"{newest.get_position_display()}, year end {period}"
    first = {"amount": _typed(most), "held_back": _typed(held_back), "reason": reason}
    form = DeclareForm(sent(request), initial=first)
    if request.method == "POST" and form.is_valid():
        filled = form.cleaned_data
        said = actions.Declaration(period.slug, filled["amount"], most, filled["held_back"], filled["reason"])
        due = year_end_shown.clock_of(period, site_policy())
        pot = actions.declare_pot(actor.organisation, unit, said, clock=due, by=actor, at=clock.now())
        return redirect("statements:pot", pot.id)
    told = {"form": form, "unit": unit, "year": period, "most": most, "is_final": newest.position == "final"}
    return render(request, "statements/declare.html", told)


def _typed(pence: int) -> str:
    return f"{pence / 100:.2f}".removesuffix(".00")


@entitled(permissions.may_read_year_ends)
@require_safe
def pot(request: HttpRequest, pot_id: int) -> HttpResponse:
    """A pot: how far its money has come, by when the rest is due, every decision, every notice."""
    return _pot(request, queries.pot_for(request.actor, pot_id), {})


def _pot(request: HttpRequest, found: Pot, sent: dict[str, Form], status: int = 200) -> HttpResponse:
    today = clock.today()
    notices = list(found.notices.select_related("by"))
    effective = [each for each in notices if each.takes_effect_on <= today]
    told: dict[str, Any] = {
        "pot": found, "year": FinancialYear.parse(found.financial_year), "today": today, "notices": notices,
        "moves": list(found.moves.select_related("by")), "words": MOVES, "parts": pot_parts(request.actor, found, today),
        "reclaimable_pence": sum(each.amount_pence - each.taken_pence for each in effective),
        "steps": [
            (name, TITLES[name], sent.get(name) or _form(name), most)
            for name, most in actions.possible_moves(found, on=today).items()
            if WHO[name](request.actor)
        ],
    }  # fmt: skip
    told["form"] = next(iter(sent.values()), None)
    return render(request, "statements/pot.html", told, status=status)


def _form(move: str, *sent: Any) -> Form:
    kind = NoticeForm if move == "give_notice" else MoveForm
    return kind(*sent, prefix=move)


@entitled(permissions.may_move_pots)
@require_POST
def move(request: HttpRequest, pot_id: int, move: str) -> HttpResponse:
    """A decision about a pot."""
    if move not in WHO:
        raise Http404
    if not WHO[move](request.actor):
        raise PermissionDenied(WHO[move].__doc__)
    found = queries.pot_for(request.actor, pot_id)
    form = _form(move, request.POST)
    if not form.is_valid():
        return _pot(request, found, {move: form}, status=200)
    sent, now = form.cleaned_data, clock.now()
    if move == "give_notice":
        actions.give_notice(
            found, amount_pence=sent["amount"], words=sent["words"], takes_effect_on=sent["takes_effect_on"],
            by=request.actor, at=now,
        )  # fmt: skip
    else:
        DO[move](found, amount_pence=sent["amount"], reason=sent["reason"], by=request.actor, at=now)
    return redirect("statements:pot", found.id)
