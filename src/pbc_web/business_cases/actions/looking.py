"""Looking for ties before an act, so that what is found stands though the act is refused; and once a day at all that waits."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import wraps
from typing import Any

from django.db import transaction

from pbc_web.accounts.actor import Actor
from pbc_web.business_cases.actions.nobody_left import tell_nobody_left
from pbc_web.business_cases.actions.recusing import find_conflicts
from pbc_web.business_cases.models import Proposal
from pbc_web.business_cases.permissions import may_declare
from pbc_web.business_cases.queries.conflicts import still_decided
from pbc_web.notices.models import LastTick
from pbc_web.shell.clock import day_of

DAILY = "ties"
Act = Callable[..., Any]
Also = Callable[[Proposal, datetime], Iterable[int]]


def nobody(proposal: Proposal, at: datetime) -> tuple[int, ...]:
    """Nobody beside those who are considered anyway."""
    return ()


def after_looking(also: Also = nobody) -> Callable[[Act], Act]:
    """This returns the act on a proposal, or on a row of one, in a transaction of its own; in one before it whoever is tied to the
    proposal is kept away: of those who are always considered, whoever acts, and `also`."""

    def of(act: Act) -> Act:
        @wraps(act)
        def looked(about: Any, *said: Any, by: Actor, at: datetime, **more: Any) -> Any:
            proposal = about if isinstance(about, Proposal) else about.proposal
            people = (by.person_id,) if may_declare(by) else ()  # of a practice's people nobody decides
            look_first(proposal, at=at, people=(*people, *also(proposal, at)))
            with transaction.atomic():
                return act(about, *said, by=by, at=at, **more)

        return looked

    return of


def look_first(proposal: Proposal, *, at: datetime, people: tuple[int, ...]) -> None:
    """Find conflicts in a proposal while it, or an appeal about it, waits."""
    if still_decided().filter(id=proposal.id).exists():
        find_conflicts(proposal, at=at, people=people)


def look_daily(now: datetime) -> None:
    """Look once a London day at all that waits: an interest or a role may begin or end, and nobody act, on a day after it was told."""
    last = LastTick.objects.filter(name=DAILY).first()
    if last is not None and day_of(last.at) >= day_of(now):
        return
    for proposal in still_decided().order_by("id"):
        find_conflicts(proposal, at=now)
        tell_nobody_left(proposal, now)
    LastTick.objects.update_or_create(name=DAILY, defaults={"at": now})
