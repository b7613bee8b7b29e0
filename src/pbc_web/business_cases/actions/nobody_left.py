"""Telling whoever can mend it that everybody who handles a proposal, or may judge an appeal about it, is kept away."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.urls import reverse

from pbc_web.accounts.models import Person
from pbc_web.accounts.roles import Duty
from pbc_web.business_cases.models import Appeal, Proposal, Recusal
from pbc_web.business_cases.queries.who_is_left import (
    handlers_on,
    judges_on,
    left_to_judge,
    left_to_settle,
)
from pbc_web.business_cases.states import SETTLED_IN
from pbc_web.business_cases.telling import authors_of, handlers_of, tell
from pbc_web.notices.queries import people_with
from pbc_web.organisations.kinds import WATCHED_BY
from pbc_web.organisations.models import Organisation
from pbc_web.organisations.queries import parents_of
from pbc_web.shell.clock import day_of

NO_JUDGE = "Nobody of the region is left who may judge it: a judge has to be appointed there."


def tell_nobody_left(proposal: Proposal, at: datetime) -> None:
    """Tell who is to settle who is kept away, and that an appeal has no judge; each once for whoever was kept away last."""
    if proposal.state in SETTLED_IN:
        _tell_who_settles(proposal, at)
    elif Appeal.objects.filter(decision__proposal=proposal, state="open").exists():
        tell_without_judge(proposal, at)


def _tell_who_settles(proposal: Proposal, at: datetime) -> None:
    people = left_to_settle(proposal, day_of(at))
    if people:
        tell(
            people, proposal, subject=f"{proposal.code}: everybody who handles it is kept away", at=at,
            body=f"{proposal.title}: everybody who handles proposals of {proposal.commissioner.name} is kept away from it. You settle who "
            "is kept away, once you have declared; or somebody else has to be appointed who handles it.",
            key=f"nobody-handles-{_last(proposal, handlers_on(proposal, day_of(at)))}",
        )  # fmt: skip


def tell_without_judge(proposal: Proposal, at: datetime) -> None:
    """Tell both sides of an appeal, and whoever appoints people in the region, where nobody is left who may judge it."""
    on = day_of(at)
    if left_to_judge(proposal, on):
        return
    regions = list(parents_of(proposal.commissioner, on=on, relations=WATCHED_BY))
    appointing = people_with(
        Duty.APPOINT, organisations=[*regions, *Organisation.objects.filter(kind="service")], on=on
    )
    given: dict[str, Any] = {
        "subject": f"The appeal about {proposal.code} has no judge", "at": at,
        "key": f"no-judge-{_last(proposal, judges_on(proposal, on))}",
    }  # fmt: skip
    tell([*authors_of(proposal), *handlers_of(proposal, at)], proposal, body=f"{proposal.title}: {NO_JUDGE}", **given)
    for region in regions:
        body = f"An appeal waits for {region.name}. {NO_JUDGE}"
        tell(appointing, proposal, body=body, link=reverse("people_of", args=[region.code]), **given)


def _last(proposal: Proposal, people: Iterable[Person]) -> int | None:
    """The last recusal of some people: what is told of it is told once, and again after another."""
    found = Recusal.objects.filter(proposal=proposal, person__in=list(people), ended_at__isnull=True)
    last: int | None = found.aggregate(last=Max("id"))["last"]
    return last
