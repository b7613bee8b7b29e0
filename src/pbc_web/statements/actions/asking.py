"""Queries of figures: asked from the page, answered by a day, seen by both sides."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from pbc.errors import RefusedInput
from pbc_web.accounts.actor import Actor
from pbc_web.audit.actions import record
from pbc_web.organisations.models import Organisation
from pbc_web.shell.clock import day_of
from pbc_web.shell.moves import moved
from pbc_web.statements.models import FigureQuery, Publication
from pbc_web.statements.states import QUERY


@transaction.atomic
def query_figure(
    publication: Publication,
    practice: Organisation,
    *,
    words: str,
    by: Actor,
    at: datetime,
    answer_days: int,
    figure_id: str = "",
    figure_title: str = "",
) -> FigureQuery:
    """Ask about a figure, or about the whole statement; the answer is due so many days from now.

    The same words about the same figure, asked again while unanswered by the same person, are the same query.
    """
    if publication.state not in ("published", "replaced"):
        raise RefusedInput("This statement is not published yet.", where=publication.period.title)
    same = {
        "publication": publication, "practice": practice, "figure_id": figure_id, "words": words,
        "asked_by_id": by.person_id, "state": "open",
    }  # fmt: skip
    Organisation.objects.select_for_update().get(id=practice.id)  # a form sent twice meets here
    query = FigureQuery.everywhere.filter(**same).first()
    if query is None:
        due = day_of(at) + timedelta(days=answer_days)
        query = FigureQuery.everywhere.create(
            **same, figure_title=figure_title, asked_role=by.role.title, asked_at=at, answer_due_on=due
        )
        record(by=by, verb="query_figure", about=("figure_query", query.id), at=at, told=_told(query))
    return query


@transaction.atomic
def answer_figure_query(query: FigureQuery, *, words: str, by: Actor, at: datetime) -> FigureQuery:
    """Answer a query, once."""
    held = _locked(query)
    held.state = moved(QUERY, held.state, "answer", what="query")
    held.answer, held.answered_by_id, held.answered_role, held.answered_at = words, by.person_id, by.role.title, at
    held.save()
    record(by=by, verb="answer_figure_query", about=("figure_query", held.id), at=at, told=_told(held))
    return held


@transaction.atomic
def withdraw_figure_query(query: FigureQuery, *, by: Actor, at: datetime) -> FigureQuery:
    """Take a query back, while it is not answered, by whoever asked it or a colleague of the same practice."""
    held = _locked(query)
    if by.person_id != held.asked_by_id and by.organisation.id != held.practice_id:
        raise RefusedInput(
            "A query is taken back by whoever asked it, or by the practice it is about.", where=str(held.practice)
        )
    held.state = moved(QUERY, held.state, "withdraw", what="query")
    held.save()
    record(by=by, verb="withdraw_figure_query", about=("figure_query", held.id), at=at, told=_told(held))
    return held


def _locked(query: FigureQuery) -> FigureQuery:
    found = FigureQuery.everywhere.select_for_update(of=("self",)).select_related("practice", "publication")
    return found.get(id=query.id)


def _told(query: FigureQuery) -> dict[str, object]:
    return {"practice": query.practice.name, "month": query.publication.period.title}
