"""Another share than the year's rule, agreed by the region."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from pbc.errors import RefusedInput
from pbc.periods import FinancialYear
from pbc_web.accounts.actor import Actor
from pbc_web.audit.actions import record
from pbc_web.organisations.models import Organisation
from pbc_web.organisations.queries import commissioners_below
from pbc_web.reinvestment.models import ShareException
from pbc_web.reinvestment.permissions import may_agree_exceptions
from pbc_web.shell.clock import day_of


@transaction.atomic
def agree_exception(
    commissioner: Organisation, year: FinancialYear, *, practices_percent: Decimal, words: str, by: Actor, at: datetime
) -> ShareException:
    """Agree to another share for a commissioner's practices in a year; agreed again, the last one holds."""
    below = commissioners_below(by.organisation, on=day_of(at))
    if not may_agree_exceptions(by) or commissioner not in below:
        raise RefusedInput(
            "An exception is agreed by the region the commissioner answers to.",
            where=commissioner.name,
            found=by.organisation_name,
        )
    if not 0 <= practices_percent <= 100:
        raise RefusedInput("A share is between 0% and 100%.", found=f"{practices_percent}%")
    held = ShareException.everywhere.filter(commissioner=commissioner, financial_year=year.slug)
    try:
        with transaction.atomic():
            made = ShareException.everywhere.create(
                commissioner=commissioner, financial_year=year.slug, number=held.count() + 1, practices_percent=practices_percent,
                words=words, by_id=by.person_id, at=at,
            )  # fmt: skip
    except IntegrityError as refusal:
        raise RefusedInput(
            "Somebody agreed to one meanwhile.", where=commissioner.name, remedy="Open the page again."
        ) from refusal
    told = {"commissioner": commissioner.name, "year": year.slug, "share": f"{practices_percent.normalize():f}%"}
    record(by=by, verb="agree_exception", about=("exception", made.id), at=at, told=told)
    return made
