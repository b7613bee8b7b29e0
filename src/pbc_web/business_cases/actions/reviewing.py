"""Reviewing: who is asked to score, the scores with reasons, questions to the authors and their answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max

from pbc.errors import RefusedInput
from pbc_web.accounts.actor import Actor
from pbc_web.accounts.models import Person
from pbc_web.accounts.roles import Duty
from pbc_web.business_cases.actions.deciding import ask_second
from pbc_web.business_cases.actions.looking import after_looking
from pbc_web.business_cases.actions.taking import locked, require_fair, require_handler, told
from pbc_web.business_cases.models import Proposal, Question, Review, Score
from pbc_web.business_cases.permissions import may_review_proposals
from pbc_web.business_cases.queries.conflicts import recusal_of, wrote
from pbc_web.business_cases.queries.in_sight import is_author
from pbc_web.business_cases.queries.sections import asked_about
from pbc_web.business_cases.rules import rules_of
from pbc_web.business_cases.telling import authors_of, tell
from pbc_web.notices.queries import people_with
from pbc_web.organisations.kinds import COMMISSIONERS
from pbc_web.shell.clock import day_of
from pbc_web.shell.words import day


@after_looking()
def assign(proposal: Proposal, *, person: Person, by: Actor, at: datetime) -> Review:
    """Ask somebody of the commissioner to score a proposal; refused for an author, and for whoever is or now has to be kept away."""
    held, today = locked(proposal, "submitted"), day_of(at)
    require_handler(by, held)
    require_fair(by, held)
    able = people_with(Duty.REVIEW_PROPOSALS, organisations=[held.commissioner], on=today)
    if person.id not in {each.id for each in able}:
        raise RefusedInput("This is nobody who reviews for the commissioner.", where=held.code, found=person.name)
    if wrote(person.id, held) or recusal_of(person.id, held) is not None:
        raise RefusedInput(
            "Whoever wrote a proposal, or is kept away from it, does not review it.", where=held.code, found=person.name,
            remedy="Ask somebody else.",
        )  # fmt: skip
    due = today + timedelta(days=rules_of(held.commissioner, on=today).whole("review_days"))
    try:
        with transaction.atomic():
            made = Review.objects.create(
                proposal=held, person=person, asked_by_id=by.person_id, at=at, due_on=min(due, held.due_on)
            )
    except IntegrityError as refusal:
        raise RefusedInput("They were asked already.", where=held.code, found=person.name) from refusal
    told(held, "ask_for_review", by=by, at=at, person=str(person.number))
    tell(
        [person], held, subject=f"Score {held.code} by {day(made.due_on)}", key=f"review-{made.id}", at=at,
        body=f"You are asked to score {held.title}, of {held.owner.name}. Before you open it you are asked what you have to declare.",
    )  # fmt: skip
    return made


@after_looking()
def score(review: Review, *, marks: Mapping[str, tuple[int, str]], words: str = "", by: Actor, at: datetime) -> Review:
    """Score a proposal once, for every criterion a mark with its reason."""
    held = locked(review.proposal, "submitted")
    found = Review.objects.select_for_update().get(id=review.id)
    if found.person_id != by.person_id or not may_review_proposals(by):
        raise RefusedInput("A review is given by whoever was asked for it.", where=held.code, found=by.name)
    if found.done_at is not None:
        raise RefusedInput("You have scored it already.", where=held.code)
    require_fair(by, held)
    rules = rules_of(held.commissioner, on=day_of(at))
    weights, most = rules.weights, rules.whole("most_mark")
    if set(marks) != set(weights) or any(not 0 <= mark <= most or not why.strip() for mark, why in marks.values()):
        raise RefusedInput(
            "Every criterion has a mark and its reason.", where=held.code, expected=f"whole marks from 0 to {most}"
        )
    for name, (mark, why) in marks.items():
        Score.objects.create(
            review=found, proposal=held, person_id=by.person_id, criterion=name, mark=mark, most=most, weight=weights[name],
            reason=why, at=at,
        )  # fmt: skip
    found.done_at, found.words = at, words
    found.save(update_fields=["done_at", "words"])
    told(held, "score_proposal", by=by, at=at)
    ask_second(held, at=at)
    return found


@transaction.atomic
def ask(proposal: Proposal, *, section: str = "", words: str, by: Actor, at: datetime) -> Question:
    """Ask the authors something, of a section or of all of it; its version is kept, so that the answer shows what changed since."""
    held = locked(proposal, "submitted")
    if not may_review_proposals(by) or by.organisation.kind not in COMMISSIONERS:
        raise RefusedInput("Questions are asked by whoever reviews proposals.", where=held.code, found=by.name)
    require_fair(by, held)
    if not words.strip():
        raise RefusedInput("Say what you ask.", where=held.code)
    there = {each.code: each.title for each in asked_about(held)}
    if section and section not in there:
        raise RefusedInput(
            "It has no such section.", where=held.code, found=section, expected=", ".join(there.values()),
            remedy="Ask about one of these, or about all of it.",
        )  # fmt: skip
    asked = Question.objects.filter(
        proposal=held, section=section, words=words, asked_by=by.person_id, answered_at__isnull=True
    ).first()
    if asked is not None:  # pressed twice, it is asked once
        return asked
    last = held.sections.filter(section=section).aggregate(last=Max("number"))["last"] or 0
    made = Question.objects.create(
        proposal=held, section=section, number_then=last, words=words, asked_by_id=by.person_id, asked_at=at
    )
    told(held, "ask_author", by=by, at=at)
    tell(
        authors_of(held), held, subject=f"{held.commissioner.name} asks about {held.code}", body=f"{held.title}: {words}",
        key=f"question-{made.id}", at=at,
    )  # fmt: skip
    return made


@transaction.atomic
def answer(question: Question, *, words: str, by: Actor, at: datetime) -> Question:
    """Answer a question, as an author, once."""
    held = locked(question.proposal, "submitted")
    found = Question.objects.select_for_update().select_related("asked_by").get(id=question.id)
    if not is_author(by, held):
        raise RefusedInput("Questions are answered by an author.", where=held.code, found=by.name)
    if found.answered_at is not None:
        raise RefusedInput("This was answered already.", where=held.code)
    if not words.strip():
        raise RefusedInput("Say what you answer.", where=held.code)
    found.answer, found.answered_by_id, found.answered_at = words, by.person_id, at
    found.save()
    told(held, "answer_question", by=by, at=at)
    tell(
        [found.asked_by], held, subject=f"Answered: your question about {held.code}", body=f"{held.title}: {words}",
        key=f"question-{found.id}-answered", at=at,
    )  # fmt: skip
    return found
