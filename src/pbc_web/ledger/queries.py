"""Whose books somebody may open: reconciliations by commissioner and hospital, and the differences people took up."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import Http404

from pbc.errors import RefusedInput
from pbc.periods import Month
from pbc.reports.reconciliation import ReconciliationMaterial
from pbc.reports.reconciliation_tables import Difference as Stands
from pbc.reports.reconciliation_tables import differences_of, hospitals_of
from pbc.reports.settlement import settled_by
from pbc_web.accounts.actor import Actor
from pbc_web.accounts.roles import Sight
from pbc_web.ledger.models import Difference
from pbc_web.ledger.permissions import may_answer, may_reconcile
from pbc_web.organisations.kinds import COMMISSIONERS
from pbc_web.organisations.models import Organisation
from pbc_web.runs.ledger_readings import Reconciled, reconciled_periods, reconciliation_of
from pbc_web.statements.queries import final_years_of, in_force_for

TO_HOSPITAL = "invoiced"  # the last step a hospital sees: what the commissioner accrues is its own


@dataclass(frozen=True)
class Books:
    """One commissioner's part of a reconciliation, as far as somebody sees it: all its hospitals, or one."""

    period: Reconciled
    material: ReconciliationMaterial
    commissioner: Organisation
    hospitals: tuple[str, ...]
    last: str

    @property
    def differences(self) -> list[Stands]:
        """The differences in sight, the largest first."""
        payer = self.commissioner.code
        found = [
            each
            for code in self.hospitals
            for each in differences_of(self.material, commissioner=payer, provider=code, last=self.last)
        ]
        return sorted(found, key=lambda each: (-abs(each.amount_pence), each.difference_id))

    def settled_by(self, stands: Stands) -> int | None:
        """The settlement that settled a difference, in pence; None where none did."""
        own = self.material.steps.filter(commissioner_code=self.commissioner.code, provider_code=stands.provider_code)
        return settled_by(own, step=stands.step)


def payers_for(actor: Actor) -> dict[str, Organisation]:
    """The commissioners whose books somebody may open, by code: their own; for a hospital, those whose statements name it."""
    if may_answer(actor):
        return {each.commissioner.code: each.commissioner for each in in_force_for(actor)}
    own = actor.reach.detail if actor.sees(Sight.COMMISSIONER) else frozenset({actor.organisation.id})
    found = Organisation.objects.filter(kind__in=COMMISSIONERS, id__in=own)
    return {each.code: each for each in found}


def months_open_to(actor: Actor) -> set[tuple[str, str]] | None:
    """The months and commissioners whose books are open; None for all: whoever works for the commissioner prepares them.

    To everybody else they open with the month's statement, and March with the final position of its year too, so that nobody
    reads of either in the ledger first.
    """
    if actor.sees(Sight.COMMISSIONER):
        return None
    stated = set(in_force_for(actor).values_list("month", "commissioner__code"))
    return stated | {(str(Month.of(year.end)), code) for year, code in final_years_of(payers_for(actor).values())}


def periods_for(actor: Actor) -> list[Reconciled]:
    """What is reconciled and open to somebody, newest first."""
    is_open = months_open_to(actor)
    if is_open is None:
        return reconciled_periods() if payers_for(actor) else []
    months = {month for month, _ in is_open}
    return [each for each in reconciled_periods() if str(each.month) in months]


def books_for(actor: Actor, period: Reconciled) -> list[Books]:
    """The books of a period that somebody may open, one for each commissioner."""
    material, is_open = reconciliation_of(period), months_open_to(actor)
    if material is None:
        return []
    known = set(material.positions["commissioner_code"])
    found = []
    for code, payer in sorted(payers_for(actor).items()):
        if code in known and (is_open is None or (str(period.month), code) in is_open):
            hospitals = hospitals_of(material, commissioner=code)
            own = [each for each in hospitals if each == actor.organisation_code] if may_answer(actor) else hospitals
            last = TO_HOSPITAL if may_answer(actor) else "ledger"
            found += [Books(period, material, payer, tuple(own), last)] if own else []
    return found


def books_at(actor: Actor, slug: str, code: str) -> Books:
    """The books of a period and commissioner, or not found."""
    try:
        period = Reconciled.parse(slug)
    except RefusedInput as refusal:
        raise Http404 from refusal
    found = next((each for each in books_for(actor, period) if each.commissioner.code == code), None)
    if found is None:
        raise Http404
    return found


def newest_books(actor: Actor) -> list[Books]:
    """The books of the newest period open to somebody."""
    periods = periods_for(actor)
    return books_for(actor, periods[0]) if periods else []


def difference_at(actor: Actor, difference_id: str, slug: str = "") -> tuple[Books, Stands]:
    """A difference as it stands in a period, by default the newest of its year in which it stands; or not found."""
    year, payer, *_ = [*difference_id.split("."), ""]
    periods = [each for each in periods_for(actor) if each.month.financial_year.slug == year]
    for period in periods:
        if slug in ("", period.slug):
            for books in books_for(actor, period):
                stands = next((each for each in books.differences if each.difference_id == difference_id), None)
                if books.commissioner.code == payer and stands is not None:
                    return books, stands
    raise Http404


def taken_up_for(actor: Actor) -> QuerySet[Difference]:
    """The differences people took up, in somebody's reach."""
    if not (may_reconcile(actor) or may_answer(actor)):
        return Difference.everywhere.none()
    return Difference.objects.visible_to(actor).select_related("owner", "commissioner", "provider")
