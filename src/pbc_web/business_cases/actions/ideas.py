"""An idea is put to a commissioner, and answered by somebody there: taken up it becomes a draft, or it is said why not."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from pbc.errors import RefusedInput
from pbc.periods import FinancialYear
from pbc_web.accounts.actor import Actor
from pbc_web.accounts.models import Person
from pbc_web.accounts.roles import Duty
from pbc_web.audit.actions import record
from pbc_web.business_cases.actions.drafting import Named, make_draft
from pbc_web.business_cases.models import Idea, SectionVersion
from pbc_web.business_cases.permissions import may_handle_proposals, may_propose
from pbc_web.business_cases.states import IDEA_MOVES
from pbc_web.notices.actions import notify
from pbc_web.notices.queries import people_with
from pbc_web.organisations.models import Organisation
from pbc_web.shell.clock import day_of
from pbc_web.shell.moves import moved


@transaction.atomic
def put_idea(*, title: str, words: str, commissioner: Organisation, by: Actor, at: datetime) -> Idea:
    """Put an idea to one's commissioner; whoever sees proposals through there is told. Sent twice, one that waits stands once."""
    if not may_propose(by) or commissioner.id not in by.reach.either:
        raise RefusedInput(
            "Practices and their groups put ideas to their own commissioner.", found=by.organisation_name,
            expected=f"a practice or group of {commissioner.name}",
        )  # fmt: skip
    given: dict[str, Any] = {"title": title, "words": words, "commissioner": commissioner}
    given |= {"owner": by.organisation, "by_id": by.person_id}
    Organisation.objects.select_for_update().get(id=commissioner.id)  # a form sent twice meets here
    before = Idea.everywhere.filter(state="waiting", **given).first()
    if before is not None:
        return before
    made = Idea.everywhere.create(at=at, **given)
    record(by=by, verb="put_idea", about=("idea", made.id), at=at, told=_told(made))
    said = f"{made.owner.name} has an idea: {made.title}. Take it up, or say why not."
    for person in people_with(Duty.HANDLE_PROPOSALS, organisations=[commissioner], on=day_of(at)):
        _tell(made, person, f"An idea from {made.owner.name}", said, "put", at)
    return made


@transaction.atomic
def answer_idea(idea: Idea, *, move: str, answer: str, by: Actor, at: datetime) -> Idea:
    """Take up an idea, which begins a draft for whoever had it, or decline it with a reason."""
    held = Idea.everywhere.select_for_update().get(id=idea.id)
    if not may_handle_proposals(by) or held.commissioner_id != by.organisation.id:
        raise RefusedInput("An idea is answered by the commissioner it was put to.", expected=held.commissioner.name)
    held.state = moved(IDEA_MOVES, held.state, move, what="idea")
    if held.state == "declined" and not answer.strip():
        raise RefusedInput("It does not say why.", expected="a reason")
    held.answer, held.answered_by_id, held.answered_at = answer, by.person_id, at
    if held.state == "taken_up":
        named = Named(held.title, FinancialYear.of(day_of(at)))
        held.proposal = make_draft("case", named, held.owner, held.commissioner, person_id=held.by_id, at=at)
        SectionVersion.objects.create(
            proposal=held.proposal, section="proposal", number=1, answers={"what": held.words}, by_id=held.by_id, at=at
        )
    held.save()
    told = _told(held) | {"code": held.proposal.code if held.proposal else ""}
    record(by=by, verb=f"{move}_idea", about=("idea", held.id), at=at, told=told)
    begun = f" It is begun as {held.proposal.code}; write it, and submit it." if held.proposal else f" {answer}"
    said = f"{held.title}: {held.get_state_display().lower()} by {by.name}.{begun}"
    _tell(held, held.by, f"Your idea is answered: {held.title}", said, "answered", at)
    return held


def _told(idea: Idea) -> dict[str, str]:
    return {"owner": idea.owner.name, "commissioner": idea.commissioner.name}


def _tell(idea: Idea, person: Person, subject: str, words: str, what: str, at: datetime) -> None:
    link = f"/proposals/ideas/{idea.id}/"
    notify(person, kind="idea", subject=subject, body=words, link=link, key=f"idea-{idea.id}-{what}", at=at)
