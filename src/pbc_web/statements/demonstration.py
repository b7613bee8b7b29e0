"""Statements of the demonstration: a year published month by month, read and queried; the last month waits for its comment."""

from __future__ import annotations

from datetime import datetime, timedelta

from pbc.periods import FinancialYear, Month
from pbc_web.accounts.actor import Actor
from pbc_web.accounts.demonstration import somebody
from pbc_web.organisations.models import Organisation
from pbc_web.runs.actions import WORKER
from pbc_web.runs.statement_reading import month_made, year_end_made
from pbc_web.shell.clock import day_of
from pbc_web.statements.actions.asking import answer_figure_query, query_figure
from pbc_web.statements.actions.publishing import Results, prepare, publish, sign_comment
from pbc_web.statements.actions.reading import acknowledge
from pbc_web.statements.actions.year_ends import publish_position
from pbc_web.statements.models import Publication
from pbc_web.statements.watches import tell_of_publications, tell_of_queries

SENTENCES = "Made up: costs follow the season so far. Please look first at what changed in months already reported."
ANSWER_DAYS = 28


def fill(at: datetime) -> None:
    """Publish the year's months in their time but the last, which is prepared; close the year before in two positions."""
    finance, year = somebody("finance_manager"), FinancialYear.of(day_of(at)).plus(-1)
    *months, last = year.months()
    published = [found for month in months if (found := _publish(month, finance, at))]
    _prepare(last, finance, at)
    if published:
        _read_and_ask(published[-1], finance, at)
    for position, days in (("closing_estimate", 300), ("frozen", 200)):
        made = year_end_made(year.plus(-1))
        if made is not None:
            publish_position(
                finance.organisation, financial_year=year.plus(-1).slug, position=position, set_name=made.name,
                set_id=made.set_id, by=finance, at=at - timedelta(days=days),
            )  # fmt: skip


def _prepare(month: Month, finance: Actor, at: datetime) -> Publication | None:
    made = month_made(month)
    if made is None:
        return None
    results = Results.of(str(month), *made)
    return prepare(finance.organisation, results, by=WORKER, for_person_id=finance.person_id, at=at)


def _publish(month: Month, finance: Actor, at: datetime) -> Publication | None:
    """Published on the twentieth of the second month after, as agreed, or today if that has not come."""
    due = month.plus(2).start
    when = min(at - timedelta(hours=1), at.replace(year=due.year, month=due.month, day=20))
    prepared = _prepare(month, finance, when - timedelta(days=2))
    if prepared is None:
        return None
    sign_comment(prepared, words=SENTENCES, by=finance, at=when - timedelta(days=1))
    done = publish(prepared, by=finance, at=when)
    tell_of_publications(when)
    return done


def _read_and_ask(publication: Publication, finance: Actor, at: datetime) -> None:
    """All but the first and last practices have read it; two asked, and one has its answer."""
    _, reader, *others, _ = Organisation.objects.filter(kind="practice").order_by("code")
    for practice in (reader, *others):
        acknowledge(publication, practice, by=somebody("practice_manager", practice), at=at)
    for practice, words, answer in (
        (
            reader,
            "Why did outpatients rise so much in the autumn?",
            "Made up: a backlog of first visits was seen in October.",
        ),
        (others[0] if others else reader, "We do not know the patient behind this stay. Is he registered with us?", ""),
    ):
        query = query_figure(
            publication, practice, words=words, by=somebody("practice_manager", practice), at=at - timedelta(days=9),
            answer_days=ANSWER_DAYS,
        )  # fmt: skip
        if answer:
            answer_figure_query(query, words=answer, by=finance, at=at - timedelta(days=4))
    tell_of_queries(at)
