"""Another share than the year's rule, agreed by the region."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

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
    """Agree to another share for a commissioner's practices in a year; agreed again, the last one holds; the same sent twice by
    the same person stands once."""
    below = commissioners_below(by.organisation, on=day_of(at))
    if not may_agree_exceptions(by) or commissioner not in below:
        raise RefusedInput(
            "An exception is agreed by the region the commissioner answers to.",
            where=commissioner.name,
            found=by.organisation_name,
        )
    if not 0 <= practices_percent <= 100:
        raise RefusedInput("A share is between 0% and 100%.", found=f"{practices_percent}%")
    said = {"practices_percent": practices_percent, "words": words, "by_id": by.person_id}
    held = ShareException.everywhere.filter(commissioner=commissioner, financial_year=year.slug)
    before = _last_as(held, said)
    if before is not None:
        return before
    try:
        with transaction.atomic():
            made = ShareException.everywhere.create(
                commissioner=commissioner, financial_year=year.slug, number=held.count() + 1, at=at, **said
            )
    except IntegrityError as refusal:
        before = _last_as(held, said)
        if before is not None:
            return before
        raise RefusedInput(
            "Somebody agreed to one meanwhile.", where=commissioner.name, remedy="Open the page again."
        ) from refusal
    told = {"commissioner": commissioner.name, "year": year.slug, "share": f"{practices_percent.normalize():f}%"}
    record(by=by, verb="agree_exception", about=("exception", made.id), at=at, told=told)
    return made


def _last_as(held: QuerySet[ShareException], said: dict[str, Any]) -> ShareException | None:
    """The last exception, where it says the same."""
    last = held.order_by("-number").first()
    return last if last is not None and all(getattr(last, name) == value for name, value in said.items()) else None
