"""What statements look at each minute: who is still to be told of a month, and which answers are due."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from pbc.errors import Fault
from pbc_web.accounts.roles import Duty
from pbc_web.notices.actions import notify
from pbc_web.notices.queries import people_with
from pbc_web.organisations.kinds import GROUPS, IN_GROUP
from pbc_web.organisations.models import Organisation
from pbc_web.organisations.queries import parents_of
from pbc_web.shell.clock import day_of
from pbc_web.statements import shown
from pbc_web.statements.letters import words_for_group, words_for_practice, words_of_query
from pbc_web.statements.models import FigureQuery, Publication

LOG = logging.getLogger("pbc.statements")


def tell_of_publications(now: datetime) -> None:
    """Tell everybody a publication in force is for, once; what was replaced before anybody was told is told no more.

    One whose results cannot be read keeps nobody waiting for another's.
    """
    waiting = Publication.everywhere.filter(state="published", told_at__isnull=True)
    for publication in waiting.select_related("commissioner", "comment_by"):
        try:
            with transaction.atomic():
                tell(publication, now)
                publication.told_at = now
                publication.save(update_fields=["told_at"])
        except Fault:
            LOG.exception("nobody could be told of publication %d", publication.id)


def tell(publication: Publication, now: datetime) -> None:
    """Send each practice and each group its own letter. A practice that declined still gets its statement."""
    practices = Organisation.objects.filter(kind="practice", code__in=shown.practices_listed(publication))
    inside = [each for each in practices if _is_paid_by(each, publication, now)]
    for practice in inside:
        page = shown.practice_page(publication, practice.code)
        words = words_for_practice(publication, practice, page.view, page.restated)
        _send(publication, practice, words, reverse("statements:practice", args=[publication.id, practice.code]), now)
    groups = Organisation.objects.filter(kind__in=GROUPS, downward__member__in=inside, downward__relation__in=IN_GROUP)
    for group in groups.distinct():
        view = shown.cluster_page(publication, group.code, names_practices=True)
        if view is not None:
            address = reverse("statements:group", args=[publication.id, group.code])
            _send(publication, group, words_for_group(publication, group, view), address, now)


def _is_paid_by(practice: Organisation, publication: Publication, now: datetime) -> bool:
    payers = parents_of(practice, on=day_of(now), relations=("practice_commissioner",))
    return payers.filter(id=publication.commissioner_id).exists()


def _send(publication: Publication, to: Organisation, words: str, link: str, now: datetime) -> None:
    again = f", version {publication.version}" if publication.is_restated else ""
    subject = f"Statement for {publication.period.title}{again}: {to.name}"
    for person in people_with(Duty.ACKNOWLEDGE_STATEMENT, organisations=[to], on=day_of(now)):
        notify(
            person, kind="statement", subject=subject[:200], body=words, link=link,
            key=f"publication-{publication.id}-{to.code}", at=now,
        )  # fmt: skip


def tell_of_queries(now: datetime) -> None:
    """Tell those who answer of a query asked, and once when its answer is overdue; tell who asked of the answer."""
    today = day_of(now)
    related = ("practice", "publication", "publication__commissioner", "asked_by", "answered_by")
    for query in FigureQuery.everywhere.filter(is_settled=False).select_related(*related):
        if query.state == "open":
            _tell_those_who_answer(query, "asked", f"A figure is queried: {query.practice.name}", now)
            if query.answer_due_on < today:
                _tell_those_who_answer(query, "overdue", f"An answer is overdue: {query.practice.name}", now)
            continue
        if query.state == "answered":
            _tell(query, [query.asked_by], "answered", f"Your query is answered: {query}", now)
        query.is_settled = True
        query.save(update_fields=["is_settled"])


def _tell_those_who_answer(query: FigureQuery, what: str, subject: str, now: datetime) -> None:
    people = people_with(Duty.ANSWER_QUERIES, organisations=[query.publication.commissioner], on=day_of(now))
    _tell(query, people, what, subject, now)


def _tell(query: FigureQuery, people: list, what: str, subject: str, now: datetime) -> None:
    for person in people:
        notify(
            person, kind="figure_query", subject=subject[:200], body=words_of_query(query),
            link=reverse("statements:figure_query", args=[query.id]), key=f"figure-query-{query.id}-{what}", at=now,
        )  # fmt: skip
