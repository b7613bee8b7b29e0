"""Statements of the demonstration: a year published month by month, one re-issued, the wronged practice asking; the last waits."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

import polars as pl

from pbc.money import pounds
from pbc.periods import FinancialYear, Month
from pbc.policy import gain_share
from pbc.reference.activity import SERVICES
from pbc_web.accounts.actor import Actor
from pbc_web.accounts.demonstration import somebody
from pbc_web.organisations.models import Organisation
from pbc_web.runs.actions import WORKER, ask
from pbc_web.runs.gain_readings import gain_share_of
from pbc_web.runs.reading import site_store
from pbc_web.runs.statement_reading import month_made, year_end_made
from pbc_web.runs.worker import work_off
from pbc_web.shell.clock import day_of
from pbc_web.statements.actions.asking import answer_figure_query, query_figure
from pbc_web.statements.actions.gain_shares import Paper, draft_agreement, sign_agreement
from pbc_web.statements.actions.publishing import Results, prepare, publish, sign_comment
from pbc_web.statements.actions.reading import acknowledge
from pbc_web.statements.actions.year_ends import publish_position
from pbc_web.statements.models import Publication
from pbc_web.statements.watches import tell_of_publications, tell_of_queries

PARTIAL = "Made up: some data of this month never came and are left out of budget and cost alike. We tell what changes when they come."
CHANGED = "Made up: months already reported changed, as data came late or were sent again. Your page tells your own."
AGAIN = "Made up: this month is re-issued, because a hospital sent its file again. Compare it with the first version and ask us."
GAIN_TERMS: dict[str, Any] = {  # made up; what a real paper says is for its signatories
    gain_share.SHARE: 0.6, gain_share.GATE: "outside_chance", gain_share.FLOOR: 0.8, gain_share.SCALES: True, gain_share.CAP: 0.1,
    gain_share.SIDE: "savings_only", gain_share.PARTNERS: {"Neighbourhood provider": 0.8, "Community trust": 0.2},
}  # fmt: skip
ANSWER_DAYS = 28
# Days after a month's end: its statement is made, as the console's was, and published; one whose file was sent again is re-issued.
MADE, PUBLISHED, REISSUED = 14, 16, 40


def fill(at: datetime) -> None:
    """Publish the year's months in their time but the last, which is prepared; close the year before in its positions."""
    finance, year = somebody("finance_manager"), FinancialYear.of(day_of(at)).plus(-1)
    *months, last = year.months()
    published = [found for month in months if (found := _publish(month, finance))]
    _prepare(last, finance)
    if published:
        _read_and_ask(published[-1], at)
    changed = sorted({month for each in published for month in each.changed_in})
    sent_again = str(_planted("restated_month").get("activity_month", ""))
    if changed:
        _reissue(Month.parse(sent_again if sent_again in changed else changed[0]), finance)
    _close(year.plus(-1), finance, at)
    _agree_gain_share(year.plus(1), at)
    ask(
        "weigh_prescribing",
        parameters={"year": year.slug},
        organisation=finance.organisation,
        by=finance,
        at=at,
        key="demonstration",
    )


def told_months() -> dict[str, str]:
    """This returns which months of the demonstration to look at, in words: one told of data that came late, one re-issued."""
    late = Publication.everywhere.exclude(left_out="").exclude(version=None).order_by("month").first()
    again = Publication.everywhere.filter(version__gt=1).order_by("month").first()
    return {
        "late": f"{late.period.next.title} tells what came late of {late.period.title}"
        if late
        else "a month came late",
        "reissued": f"{again.period.title} was re-issued" if again else "a month was re-issued",
    }


def _on(month: Month, days: int) -> datetime:
    return datetime.combine(month.end + timedelta(days=days), time(9), UTC)


def _prepare(month: Month, finance: Actor) -> Publication | None:
    made = month_made(month)
    if made is None:
        return None
    results = Results.of(str(month), *made)
    when = _on(month, MADE)
    return prepare(finance.organisation, results, by=WORKER, for_person_id=finance.person_id, at=when)


def _publish(month: Month, finance: Actor) -> Publication | None:
    """Published two days after it was made."""
    prepared = _prepare(month, finance)
    if prepared is None:
        return None
    words = PARTIAL if prepared.left_out else CHANGED if prepared.changed_in else comment_on(_totals(prepared))
    return _sign_and_publish(prepared, words, finance, _on(month, PUBLISHED))


def _totals(publication: Publication) -> dict[str, tuple[int, int]]:
    """What all practices spent and were to spend to date, in pence: of each service, and in all under no name."""
    stated = site_store().at(f"statement/{publication.month}", publication.set_id).frame("budget_statements")
    to_date = stated.filter((pl.col("period") == "year_to_date") & pl.col("cut").is_in(["total", "service"]))
    whole = pl.when(pl.col("cut") == "total").then(pl.lit("")).otherwise(pl.col("item"))
    sums = to_date.group_by(whole.alias("item")).agg(pl.col("actual_pence", "budget_pence").sum()).sort("item")
    return {item: (actual, budget) for item, actual, budget in sums.iter_rows()}


def comment_on(totals: Mapping[str, tuple[int, int]]) -> str:
    """This returns the commissioner's two sentences on a month, written from its figures.

    >>> comment_on({"": (1_100_00, 1_000_00), "outpatients": (700_00, 500_00), "prescribing": (400_00, 500_00)})
    'Made up: our practices together are £100 over budget so far. Outpatients is the line furthest over: please look at it first.'
    """
    actual, budget = totals[""]
    side = "over" if actual > budget else "under"
    over = {item: spent - planned for item, (spent, planned) in totals.items() if item}
    furthest = max(over, key=lambda item: over[item])
    title = SERVICES[furthest].title
    line = (
        f"{title} is the line furthest over: please look at it first." if over[furthest] > 0
        else f"No line is over; {title.lower()} is nearest to it."
    )  # fmt: skip
    return f"Made up: our practices together are {pounds(abs(actual - budget))} {side} budget so far. {line}"


def _sign_and_publish(prepared: Publication, words: str, finance: Actor, when: datetime) -> Publication:
    sign_comment(prepared, words=words, by=finance, at=when - timedelta(days=1))
    done = publish(prepared, by=finance, at=when)
    tell_of_publications(when)
    return done


def _reissue(month: Month, finance: Actor) -> None:
    """State a month again on the file that was sent again, and publish it as a second version."""
    given, when = {"month": str(month), "leaves_out": True}, _on(month, REISSUED)
    key = f"demonstration-{month}"
    ask("state_month", parameters=given, organisation=finance.organisation, by=finance, at=when, key=key)
    work_off(at=when)
    again = Publication.everywhere.filter(month=str(month), state="prepared").first()
    if again is not None:
        _sign_and_publish(again, AGAIN, finance, when + timedelta(days=1))


def _close(year: FinancialYear, finance: Actor, at: datetime) -> None:
    """Close a year in its three positions and publish them; where its deliveries do not allow it, not."""
    for position, days in (("closing_estimate", 300), ("frozen", 200), ("final", 60)):
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


def _agree_gain_share(year: FinancialYear, at: datetime) -> None:
    """Where no national rule shares savings: next year's agreement drafted, signed by the commissioner, and waiting for its partner."""
    if not gain_share_of(year, signed=None, closed=None, named=()).needs_agreement:
        return
    finance, partner = somebody("finance_manager"), somebody("cluster_lead").organisation
    paper = Paper(year.slug, "Made-up compact on savings", GAIN_TERMS)
    drafted = draft_agreement(finance.organisation, partner, paper, by=finance, at=at - timedelta(days=12))
    sign_agreement(drafted, by=somebody("board_member"), at=at - timedelta(days=5))


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
    """The practice whose name was used for others' patients; nothing if the world does not tell."""
    return str(_planted("charged_wrongly").get("charged_practice_code", ""))


def _planted(name: str) -> Mapping[str, Any]:
    """What the made-up world tells of itself that was planted in it under a name."""
    path = site_store().path.parent / "deliveries" / "truths.json"
    truths = json.loads(path.read_text(encoding="utf-8")).get("planted", {}) if path.exists() else {}
    found: Mapping[str, Any] = truths.get(name, {})
    return found
