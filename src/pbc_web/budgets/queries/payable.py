"""Whether a budget may be paid. Under today's rules nothing is, unless somebody with the power to delegated it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pbc_web.budgets.models import Delegation, DelegationEnd, Round
from pbc_web.organisations.models import Organisation

NOT_PAYABLE = "Not payable: a shadow budget, for planning only. No money is delegated by it."


def delegation_for(in_round: Round, *, holders: Iterable[Organisation], on: date) -> Delegation | None:
    """The delegation that makes a budget real for any of some organisations, or for the commissioner as a whole.

    It is approved by a second person, has begun, and has not ended, by its document or by anybody.
    """
    ids = [in_round.commissioner_id, *(each.id for each in holders)]
    held = Delegation.everywhere.filter(
        commissioner_id=in_round.commissioner_id,
        held_by__in=ids,
        state="approved",
        starts_on__lte=on,
        ends_before__gt=on,
    ).exclude(id__in=DelegationEnd.objects.filter(ends_before__lte=on).values("delegation_id"))
    return held.select_related("held_by").first()


def watermark(in_round: Round, *, holders: Iterable[Organisation], on: date) -> str:
    """This returns the words every page, file and print of a budget carries while it is not payable, else nothing."""
    if not in_round.is_under_todays_rules or delegation_for(in_round, holders=holders, on=on):
        return ""
    return NOT_PAYABLE
