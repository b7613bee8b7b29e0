"""What the clock looks at: rounds past their day are put to the region, again while they stay late after its answer; matters put
right are closed, old offers lapse.

Everything is worked out from stored dates: a tick missed loses nothing, a tick twice does nothing more.
"""

from __future__ import annotations

from datetime import date, datetime

from pbc.periods import Month
from pbc_web.accounts.actor import Process
from pbc_web.budgets import rules
from pbc_web.budgets.actions.escalating import ABOUT, escalate_late
from pbc_web.budgets.actions.offers import lapse_offers
from pbc_web.budgets.models import Offer, Round
from pbc_web.budgets.queries.standing import Standing, standings_of
from pbc_web.budgets.states import OPEN
from pbc_web.notices.actions import close_escalation
from pbc_web.notices.models import Escalation
from pbc_web.shell.clock import day_of
from pbc_web.shell.words import count_of, day

CLOCK = Process("clock")
AGAIN = ", time "  # the cause of one put again: budget_not_agreed, time 2
CAUSES = {"budget_not_agreed": "without an agreed budget", "support_not_agreed": "without support agreed"}


def watch_rounds(now: datetime) -> None:
    """Look at every round whose day has passed; once a year's books close, three months after it, its open offers lapse."""
    today = day_of(now)
    for in_round in Round.everywhere.filter(agreed_by__lt=today).select_related("commissioner"):
        if today > Month.of(in_round.financial_year.end).plus(3).end:
            still_open = Offer.everywhere.filter(round=in_round, state__in=OPEN).select_related("practice", "round")
            lapse_offers(still_open, by=CLOCK, at=now)
        else:
            _watch(in_round, today, now)


def _watch(in_round: Round, today: date, now: datetime) -> None:
    standings = standings_of(in_round, on=today)
    late = {
        "budget_not_agreed": [each for each in standings if not each.is_agreed],
        "support_not_agreed": [each for each in standings if each.support is None],
    }
    about = Escalation.everywhere.filter(about_kind=ABOUT, about_key=str(in_round.id))
    for cause, waiting in late.items():
        put = [each for each in about if each.cause.partition(AGAIN)[0] == cause]
        last = max(put, key=lambda each: each.id, default=None)
        if waiting and (last is None or _is_due_again(last, in_round, today)):
            title, words = _told(in_round, cause, waiting)
            key = f"{cause}{AGAIN}{len(put) + 1}" if put else cause
            escalate_late(in_round, cause=key, title=title, words=words, by=CLOCK, at=now)
        elif not waiting and last is not None and last.is_open:
            close_escalation(last, by=CLOCK, at=now)


def _is_due_again(last: Escalation, in_round: Round, today: date) -> bool:
    """Whether what was answered or closed had as long to be put right as an answer may take."""
    return last.closed_at is not None and today > rules.answer_due_on(in_round.regime, day_of(last.closed_at))


def _told(in_round: Round, cause: str, waiting: list[Standing]) -> tuple[str, str]:
    count = count_of(len(waiting), "practice")
    title = f"{in_round.commissioner.name}: {count} {CAUSES[cause]} for {in_round.financial_year}"
    names = ", ".join(each.practice.name for each in waiting)
    return title[:200], f"The day was {day(in_round.agreed_by)}. {count.capitalize()} {CAUSES[cause]}: {names}."
