"""Pots of the demonstration: one with a use approved and spent in part, another whose practice or group has to say what it is for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from pbc.periods import FinancialYear
from pbc_web.accounts.demonstration import somebody
from pbc_web.business_cases.actions.deciding import Verdict, decide_as_officer
from pbc_web.business_cases.actions.drafting import Named
from pbc_web.business_cases.actions.recusing import declare
from pbc_web.business_cases.demonstration import finished
from pbc_web.business_cases.demonstration_words import POT
from pbc_web.organisations.models import Organisation
from pbc_web.reinvestment.actions.proposing import begin_use
from pbc_web.reinvestment.actions.spending import agree_to_carry, record_spending
from pbc_web.reinvestment.queries import use_of
from pbc_web.runs.reading import site_policy
from pbc_web.shell.clock import day_of
from pbc_web.statements.actions.year_ends import Declaration, confirm_pot, declare_pot, release_pot
from pbc_web.statements.models import Pot, YearEndPosition
from pbc_web.statements.year_end_shown import clock_of, to_release

DECLARED, RELEASED, SUBMITTED, DECIDED, SPENT = (
    timedelta(days=days) for days in (56, 50, 40, 26, 6)
)  # before it begins
MOST_PENCE = 4_000_000  # so that an officer may decide it
TITLE = "Ambulatory blood pressure monitors"


def fill(at: datetime) -> None:
    """Declare up to two pots of the last final position, and have a use of the first approved and spent in part."""
    position = YearEndPosition.everywhere.filter(position="final").order_by("-financial_year").first()
    if position is None:
        return
    begin_again(position, {code: pence for code, (pence, _) in to_release(position).items()}, at)


def begin_again(position: YearEndPosition, kept: Mapping[str, int], at: datetime) -> None:
    """Declare the first two of the pots that a position leaves, in pence by code, and use the first."""
    units = Organisation.objects.filter(code__in=kept, kind__in=("practice", "cluster")).order_by("code")[:2]
    pots = [_declared(position, unit, kept[unit.code], at) for unit in units]
    if pots:
        _used(pots[0], at)


def _declared(position: YearEndPosition, unit: Organisation, pence: int, at: datetime) -> Pot:
    finance, year = somebody("finance_manager"), FinancialYear.parse(position.financial_year)
    said = Declaration(year.slug, pence, pence, 0, f"Final position, year end {year}")
    clock = clock_of(year, site_policy())
    pot = declare_pot(position.commissioner, unit, said, clock=clock, by=finance, at=at - DECLARED)
    told = {"amount_pence": pence, "reason": "As published", "at": at - RELEASED}
    confirm_pot(pot, by=somebody("board_member"), **told)
    agree_to_carry(
        pot, words="Made up: the final position came after the year it was meant for.", by=finance, at=at - RELEASED
    )
    return release_pot(pot, by=finance, **told)


def _used(pot: Pot, at: datetime) -> None:
    """A use written, submitted, approved by an officer who declared, and paid in part."""
    author = somebody("practice_manager" if pot.unit.kind == "practice" else "cluster_lead", pot.unit)
    officer, pence = somebody("commissioning_manager"), min(pot.available_pence // 2, MOST_PENCE)
    named = Named(TITLE, FinancialYear.of(day_of(at - SUBMITTED)))
    draft = begin_use(pot, named, by=author, at=at - SUBMITTED)
    waits = finished(draft, POT | {"use": POT["use"] | {"amount": pence}}, by=author, at=at - SUBMITTED)
    declare(waits, says="nothing", by=officer, at=at - DECIDED)
    decide_as_officer(
        waits, Verdict("approved", "Made up: patients are served nearer home."), by=officer, at=at - DECIDED
    )
    use = use_of(waits)
    if use is not None:
        record_spending(
            use, amount_pence=pence // 3, words="Made up: a first part", by=somebody("finance_manager"), at=at - SPENT
        )
