"""Statements of the demonstration: a year published month by month, one told anew, the wronged practice asking; the last waits."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from pbc.periods import FinancialYear, Month
from pbc_web.accounts.actor import Actor
from pbc_web.accounts.demonstration import somebody
from pbc_web.organisations.models import Organisation
from pbc_web.runs.actions import WORKER, ask
from pbc_web.runs.reading import site_store
from pbc_web.runs.statement_reading import month_made, year_end_made
from pbc_web.runs.worker import work_off
from pbc_web.shell.clock import day_of
from pbc_web.statements.actions.asking import answer_figure_query, query_figure
from pbc_web.statements.actions.publishing import Results, prepare, publish, sign_comment
from pbc_web.statements.actions.reading import acknowledge
from pbc_web.statements.actions.year_ends import publish_position
from pbc_web.statements.models import Publication
from pbc_web.statements.watches import tell_of_publications, tell_of_queries

USUAL = (
    "Made up: the year is going as planned on the whole. Please look at your hospital lines first.",
    "Made up: emergency care is where most practices stand over budget. We are working on it with the hospitals.",
)
PARTIAL = "Made up: some data of this month never came and are left out of budget and cost alike. We tell what changes when they come."
CHANGED = "Made up: months already reported changed, as data came late or were sent again. Your page tells your own."
AGAIN = (
    "Made up: this month is told anew, because its data were sent again. Compare it with the first version and ask us."
)
ANSWER_DAYS = 28


def fill(at: datetime) -> None:
    """Publish the year's months in their time but the last, which is prepared; close the year before in two positions."""
    finance, year = somebody("finance_manager"), FinancialYear.of(day_of(at)).plus(-1)
    *months, last = year.months()
    published = [found for number, month in enumerate(months) if (found := _publish(month, finance, at, number))]
    _prepare(last, finance, at)
    if published:
        _read_and_ask(published[-1], at)
    changed = sorted({month for each in published for month in each.changed_in})
    if changed:
        _tell_anew(Month.parse(changed[0]), finance, at - timedelta(days=120))
    _close(year.plus(-1), finance, at)


def _prepare(month: Month, finance: Actor, at: datetime) -> Publication | None:
    made = month_made(month)
    if made is None:
        return None
    results = Results.of(str(month), *made)
    return prepare(finance.organisation, results, by=WORKER, for_person_id=finance.person_id, at=at)


def _publish(month: Month, finance: Actor, at: datetime, number: int) -> Publication | None:
    """Published on the twentieth of the second month after, as agreed, or today if that has not come."""
    due = month.plus(2).start
    when = min(at - timedelta(hours=1), at.replace(year=due.year, month=due.month, day=20))
    prepared = _prepare(month, finance, when - timedelta(days=2))
    if prepared is None:
        return None
    usual = USUAL[number % len(USUAL)]
    return _sign_and_publish(
        prepared, PARTIAL if prepared.left_out else CHANGED if prepared.changed_in else usual, finance, when
    )


def _sign_and_publish(prepared: Publication, words: str, finance: Actor, when: datetime) -> Publication:
    sign_comment(prepared, words=words, by=finance, at=when - timedelta(days=1))
    done = publish(prepared, by=finance, at=when)
    tell_of_publications(when)
    return done


def _tell_anew(month: Month, finance: Actor, at: datetime) -> None:
    """State a month again on what is held now, and publish it as a second version where that differs."""
    given = {"month": str(month), "leaves_out": True}
    ask(
        "state_month",
        parameters=given,
        organisation=finance.organisation,
        by=finance,
        at=at,
        key=f"demonstration-{month}",
    )
    work_off(at=at)
    again = Publication.everywhere.filter(month=str(month), state="prepared").first()
    if again is not None:
        _sign_and_publish(again, AGAIN, finance, at)


def _close(year: FinancialYear, finance: Actor, at: datetime) -> None:
    """Close a year in its first two positions and publish them; where its deliveries do not allow it, not."""
    for position, days in (("closing_estimate", 300), ("frozen", 200)):
        given, when = {"year": year.slug, "position": position}, at - timedelta(days=days)
        key = f"demonstration-{year.slug}-{position}"
        ask("close_year", parameters=given, organisation=finance.organisation, by=finance, at=when, key=key)
        work_off(at=when)
        made = year_end_made(year, position)
        if made is not None:
            publish_position(
                finance.organisation, financial_year=year.slug, position=position, set_name=made.name, set_id=made.set_id,
                by=finance, at=when,
            )  # fmt: skip


def _read_and_ask(publication: Publication, at: datetime) -> None:
    """All but the first and last practices have read it; the practice charged for strangers asked, and has one answer."""
    _, reader, *others, _ = Organisation.objects.filter(kind="practice").order_by("code")
    for practice in (reader, *others):
        acknowledge(publication, practice, by=somebody("practice_manager", practice), at=at)
    wronged = Organisation.objects.filter(kind="practice", code=_charged_for_strangers()).first() or reader
    for words, answer in (
        (
            "Some patients we were charged for are not ours. Which practice are they registered with?",
            "Made up: the hospital sent them in your name; the register puts them with a neighbour. Your statement counts "
            "none of them.",
        ),
        ("Why did outpatients rise so much in the autumn?", ""),
    ):
        query = query_figure(
            publication, wronged, words=words, by=somebody("practice_manager", wronged), at=at - timedelta(days=9),
            answer_days=ANSWER_DAYS,
        )  # fmt: skip
        if answer:
            answer_figure_query(query, words=answer, by=somebody("finance_manager"), at=at - timedelta(days=4))
    tell_of_queries(at)


def _charged_for_strangers() -> str:
    """The practice whose name was used for others' patients, as the made-up world tells of itself; nothing if it does not."""
    path = site_store().path.parent / "deliveries" / "truths.json"
    truths = json.loads(path.read_text(encoding="utf-8")).get("planted", {}) if path.exists() else {}
    return str(truths.get("charged_wrongly", {}).get("charged_practice_code", ""))
