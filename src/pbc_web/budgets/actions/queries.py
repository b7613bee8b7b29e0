"""Queries of a line: asked, answered by a day, asked further, closed. An offer is queried while any waits for an answer."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pbc.errors import RefusedInput
from pbc_web.accounts.actor import Actor
from pbc_web.audit.actions import record
from pbc_web.budgets import rules
from pbc_web.budgets.actions.claims import claim
from pbc_web.budgets.actions.offers import first_receipt
from pbc_web.budgets.models import Offer, Query, Remark
from pbc_web.budgets.states import OFFER, QUERY, move
from pbc_web.budgets.telling import tell_answered, tell_asked
from pbc_web.shell.clock import day_of


@transaction.atomic
def ask(offer: Offer, *, service: str, words: str, by: Actor, at: datetime) -> Query:
    """Ask about a line of an offer, or with no service about all of it; the answer is due by a day the rules set."""
    _require_side(offer, by)
    if service and not offer.lines.filter(service=service).exists():
        raise RefusedInput("This budget has no such line.", where=offer.place, found=service)
    _turn(offer, "query", **first_receipt(offer, by, at))
    due = rules.query_due_on(offer.round, day_of(at))
    query = Query.objects.create(offer=offer, service=service, answer_by=due)
    _say(query, "question", words, by, at)
    _record(query, "query_budget", by, at)
    tell_asked(query, at=at)
    return query


@transaction.atomic
def answer(query: Query, *, version: int, words: str, by: Actor, at: datetime) -> Query:
    """Answer a query; once none waits the offer can be accepted again."""
    _change(query, "answer", version)
    _say(query, "answer", words, by, at)
    _record(query, "answer_budget_query", by, at)
    tell_answered(query, at=at)
    _settle(query.offer)
    return query


@transaction.atomic
def follow_up(query: Query, *, version: int, words: str, by: Actor, at: datetime) -> Query:
    """Ask further about an answer; a new day is set by which it is answered."""
    _require_side(query.offer, by)
    due = rules.query_due_on(query.offer.round, day_of(at))
    _turn(query.offer, "query")
    _change(query, "follow_up", version, answer_by=due)
    _say(query, "follow_up", words, by, at)
    _record(query, "follow_up_budget_query", by, at)
    tell_asked(query, at=at)
    return query


@transaction.atomic
def close(query: Query, *, version: int, by: Actor, at: datetime) -> Query:
    """Close a query: whoever asked is content, or no longer asks."""
    _require_side(query.offer, by)
    _change(query, "close", version)
    _record(query, "close_budget_query", by, at)
    _settle(query.offer)
    return query


def _require_side(offer: Offer, by: Actor) -> None:
    if by.organisation.id not in (offer.practice_id, offer.holder_id):
        raise RefusedInput(
            "A budget is queried by who it is offered to.",
            where=offer.place,
            found=f"somebody acting for {by.organisation_name}",
        )


def _change(query: Query, verb: str, version: int, **more: object) -> None:
    where = f"query {query.id} of {query.offer.place}"
    claim(query, version=version, where=where, state=move(QUERY, verb, query.state, where=where), **more)


def _turn(offer: Offer, verb: str, **more: object) -> None:
    state = move(OFFER, verb, offer.state, where=offer.place)
    claim(offer, version=offer.version, where=offer.place, state=state, **more)


def _settle(offer: Offer) -> None:
    if offer.state == "queried" and not offer.queries.filter(state="asked").exists():
        _turn(offer, "settle")


def _say(query: Query, kind: str, words: str, by: Actor, at: datetime) -> None:
    Remark.objects.create(
        query=query, kind=kind, words=words, said_by_id=by.person_id, said_for=by.organisation, said_at=at
    )


def _record(query: Query, verb: str, by: Actor, at: datetime) -> None:
    told = {"practice": query.offer.practice.name, "line": query.service.replace("_", " ") or "the whole budget"}
    record(by=by, verb=verb, about=("offer", query.offer_id), at=at, told=told)
