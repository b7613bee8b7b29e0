"""A year as the books close it: from budget to each position, the risk pool as a bank, overspends by year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from pbc.errors import RefusedInput
from pbc.periods import FinancialYear
from pbc.reports.reconciliation_tables import Shown as Led
from pbc_web.accounts.actor import Actor
from pbc_web.accounts.roles import Sight
from pbc_web.audit.handing_out import TableFile, hand_out_tables
from pbc_web.organisations.kinds import COMMISSIONERS, GROUPS
from pbc_web.organisations.models import Organisation
from pbc_web.organisations.queries import codes_answered_for
from pbc_web.runs.explaining import EXPLAINED, Door, explained_at, open_cells, told_of
from pbc_web.runs.statement_reading import year_end_made
from pbc_web.runs.year_readings import Held, YearBooks, bridge, ledger_of, year_books
from pbc_web.shell.access import entitled
from pbc_web.statements import permissions, queries
from pbc_web.statements.models import YearEndPosition
from pbc_web.statements.models.year_ends import POSITIONS
from pbc_web.statements.shown import protection_for

HOLDERS = ("practice", *GROUPS)
OF_YEAR_ENDS = frozenset(
    {*EXPLAINED, "overspend_years", "year_end_releases", "year_end_walks", "pool_movements", "gain_shares"}
)


@dataclass(frozen=True)
class Shown:
    """Whose year is shown, what of it stands in the positions published, and those positions."""

    year: FinancialYear
    unit: Organisation
    books: YearBooks
    positions: tuple[YearEndPosition, ...]


@entitled(permissions.may_read_year_ends)
@require_safe
def books(request: HttpRequest, year: str, code: str) -> HttpResponse:
    """A practice's, a group's or a commissioner's year, step by step, with its account with the risk pool."""
    actor, found = request.actor, _shown(request.actor, year, code)
    door = door_of_positions(actor, found.positions)
    told = {
        "year": found.year, "unit": found.unit, "is_made_up": found.books.is_made_up, "rules": found.books.rules,
        "tables": [(each, open_cells(door, each.figures)) for each in found.books.tables],
        "pools": [(each, open_cells(door, each.figures)) for each in found.books.pools],
        "positions": [each for each in found.positions if each.financial_year == found.year.slug],
        "explain": reverse("statements:year_figure", args=[year, code]),
        "downloads": _file(found).links(reverse("statements:year_books", args=[year, code]) + "download/"),
        "is_pool_hidden": found.books.is_pool_hidden,
    }  # fmt: skip
    return render(request, "statements/year_books.html", told)


@entitled(permissions.may_publish)
@require_safe
def preview(request: HttpRequest, year: str) -> HttpResponse:
    """The commissioner's year with the position worked out last beside those published, for those who publish it."""
    actor, period = request.actor, parsed_year(year)
    payer = actor.organisation
    mine = tuple(each for each in queries.positions_for(actor) if each.commissioner == payer)
    position = next_position(mine, period)
    made = year_end_made(period, position) if position else None
    held = _held(mine)
    if made is not None:
        held[period] = {**held.get(period, {}), position: made.set_id}
    found = year_books(period, payer.code, links={}, held=held, names_all=True, read_on=actor.on) if made else None
    if made is None or found is None:
        return redirect("statements:year_end", period.slug)
    told = {
        "year": period, "unit": payer, "is_made_up": found.is_made_up, "rules": found.rules, "explain": "", "downloads": [],
        "tables": [(each, {}) for each in found.tables], "pools": [(each, {}) for each in found.pools],
        "positions": [each for each in mine if each.financial_year == period.slug], "preview": POSITIONS[position],
        "preview_set": made.set_id,
        "is_pool_hidden": found.is_pool_hidden,
    }  # fmt: skip
    return render(request, "statements/year_books.html", told)


@entitled(permissions.may_read_year_ends)
@require_safe
def download(request: HttpRequest, year: str, code: str, form: str) -> HttpResponse:
    """The tables of the page as a file."""
    return hand_out_tables(request, _file(_shown(request.actor, year, code)), form=form)


@entitled(permissions.may_read_year_ends)
@require_safe
def figure(request: HttpRequest, year: str, code: str) -> HttpResponse:
    """How a figure of the page came about, for those who may open whose it is."""
    found = _shown(request.actor, year, code)
    above = reverse("statements:year_books", args=[year, code])
    if not request.GET.get("id"):
        return redirect(above)
    told = explained_at(door_of_positions(request.actor, found.positions), request.GET["id"])
    trail = [
        {"text": "Year ends and pots", "href": reverse("statements:year_ends")},
        {"text": f"{found.unit.name}, {found.year}", "href": above},
    ]
    here = reverse("statements:year_figure", args=[year, code])
    return render(request, "runs/figure.html", told_of(told, here=here) | {"trail": trail})


def door_of_positions(actor: Actor, positions: tuple[YearEndPosition, ...]) -> Door:
    """This returns the door of year ends: figures of whom the reader may open; movements of a pool for its commissioner alone."""
    own = codes_answered_for(actor.reach.detail, on=actor.on)
    return Door(
        sets=tuple((each.set_name, each.set_id) for each in positions), opens=lambda named: named.owner in own,
        protection=protection_for(actor, actor.organisation), tables=OF_YEAR_ENDS,
    )  # fmt: skip


def parsed_year(said: str) -> FinancialYear:
    """This returns a year of an address, or not found."""
    try:
        return FinancialYear.parse(said)
    except RefusedInput as refusal:
        raise Http404 from refusal


def next_position(positions: Iterable[YearEndPosition], year: FinancialYear) -> str:
    """This returns the first position of a year that is not published, or nothing once it is final."""
    done = {each.position for each in positions if each.financial_year == year.slug}
    return next((name for name in POSITIONS if name not in done), "")


def links_of(actor: Actor, year: FinancialYear, positions: list[YearEndPosition]) -> list[tuple[str, str]]:
    """This returns the pages of a year that somebody's own page leads to: their own, or that of each commissioner they see."""
    own = actor.organisation
    if own.kind not in (*HOLDERS, *COMMISSIONERS) or own.id not in actor.reach.detail:
        return [
            (each.name, _address(year, each.code)) for each in dict.fromkeys(each.commissioner for each in positions)
        ]
    return [(own.name, _address(year, own.code))]


def _address(year: FinancialYear, code: str) -> str:
    return reverse("statements:year_books", args=[year.slug, code])


def _shown(actor: Actor, year: str, code: str) -> Shown:
    """A year of an organisation the reader may open, as published by the commissioners in sight; else not found."""
    period = parsed_year(year)
    unit = _unit_for(actor, code)
    known = list(queries.positions_for(actor))
    links = _links(actor, period, unit)
    for payer in dict.fromkeys(each.commissioner for each in known):
        mine = tuple(each for each in known if each.commissioner == payer)
        is_of_payer = unit.kind not in COMMISSIONERS or unit == payer
        whole = unit == payer and unit.id in actor.reach.detail  # its own books of the year, whoever has left since
        if not is_of_payer:
            continue
        found = year_books(period, code, links=links, held=_held(mine), names_all=whole, read_on=actor.on)
        if found is not None:
            led = _to_ledger(actor, period, unit, mine) if whole else ()
            return Shown(period, unit, replace(found, tables=(*found.tables, *led)), mine)
    raise Http404


def _to_ledger(
    actor: Actor, year: FinancialYear, commissioner: Organisation, positions: tuple[YearEndPosition, ...]
) -> tuple[Led, ...]:
    """The way from the newest position to the ledger, for those who work for the commissioner once March is reconciled."""
    newest, ledger = [each for each in positions if each.financial_year == year.slug][-1], ledger_of(year)
    if ledger is None or not actor.sees(Sight.COMMISSIONER):
        return ()
    link = reverse("ledger:position", args=[ledger.slug, commissioner.code])
    caption = f"From the year's books ({newest.get_position_display().lower()}) to the ledger of {ledger.title}"
    led = bridge(newest.set_name, newest.set_id, ledger, code=commissioner.code, caption=caption, link=link)
    return () if led is None else (led,)


def _unit_for(actor: Actor, code: str) -> Organisation:
    """A practice, group or commissioner in detailed reach, or a commissioner seen as a sum by those who see sums."""
    ids = set(actor.reach.detail)
    kinds = (*HOLDERS, *COMMISSIONERS)
    found = Organisation.objects.filter(code=code, id__in=ids, kind__in=kinds).first()
    if found is None and actor.role.sight in (Sight.SUMS, Sight.REGION):
        found = Organisation.objects.filter(code=code, id__in=actor.reach.sums, kind__in=COMMISSIONERS).first()
    if found is None:
        raise Http404
    return found


def _links(actor: Actor, year: FinancialYear, unit: Organisation) -> dict[str, str]:
    """The holders to be named on a page, each with its own: the unit itself, and those in detailed reach on a page of many."""
    if unit.kind == "practice":
        return {unit.code: _address(year, unit.code)}
    named = Organisation.objects.filter(id__in=actor.reach.detail, kind__in=HOLDERS)
    return {code: _address(year, code) for code in named.values_list("code", flat=True)}


def _held(positions: tuple[YearEndPosition, ...]) -> dict[FinancialYear, Held]:
    found: dict[FinancialYear, dict[str, str | None]] = {}
    for each in positions:
        found.setdefault(FinancialYear.parse(each.financial_year), {})[each.position] = each.set_id
    return dict(found)


def _file(found: Shown) -> TableFile:
    shown = (*found.books.tables, *found.books.pools)
    lines = (
        f"{found.unit.name}, year end {found.year}",
        *(
            f"{each.get_position_display()}: {each.set_name}, {each.set_id}"
            for each in found.positions
            if each.financial_year == found.year.slug
        ),
        "Amounts in pence, printed in pounds beside them. Each stands on the page it was taken from.",
    )
    return TableFile(
        f"year-end-{found.unit.code}-{found.year.slug}", f"From budget to final position, {found.year}", lines,
        tuple(each.table for each in shown), found.year.end, found.books.is_made_up,
    )  # fmt: skip
