"""How proposals of the demonstration are decided: one on a condition, one refused and appealed, one before the panel, one late."""

from __future__ import annotations

from datetime import datetime, timedelta

from pbc_web.accounts.actor import Actor
from pbc_web.accounts.demonstration import somebody
from pbc_web.accounts.models import Person
from pbc_web.business_cases.actions import afterwards, clock, deciding, meetings, recusing, reviewing
from pbc_web.business_cases.actions.deciding import Verdict
from pbc_web.business_cases.demonstration import submitted
from pbc_web.business_cases.demonstration_words import HEART
from pbc_web.business_cases.models import Decision, Proposal
from pbc_web.business_cases.queries.meetings import meetings_for
from pbc_web.business_cases.rules import CRITERIA
from pbc_web.organisations.models import Organisation
from pbc_web.shell.clock import day_of

YES = Verdict("approved", "Made up: it meets a need, and pays for itself within the year.")
NO = Verdict(
    "refused", "Made up: the price of the room is not held.", "Made up: an offer in writing that holds for a year."
)
MARKS = (5, 4, 3, 4, 2)


def fill(at: datetime) -> None:
    """Decide some, leave some: by the officer, before the panel, on appeal, late."""
    officer = somebody("commissioning_manager")
    _approved(officer, at)
    _refused(officer, at)
    waits = {
        each.title: each for each in Proposal.everywhere.filter(state="submitted", commissioner=officer.organisation)
    }
    _asked_about(waits["Echo in the health centre"], officer, at)
    _late(waits["Close the evening clinic"], officer, at)
    _before_the_panel(waits["Our year: hearts and care homes"], officer, at)


def _approved(officer: Actor, at: datetime) -> None:
    gp = somebody("gp")
    made = submitted("case", "Minor surgery in the practice", HEART, by=gp, at=at - timedelta(days=100))
    _declare(made, officer, at=at - timedelta(days=98))
    condition = ("Made up: a rota for the first three months.", day_of(at) + timedelta(days=10))
    verdict = Verdict(YES.outcome, YES.reasons, conditions=(condition,))
    deciding.decide_as_officer(made, verdict, by=officer, at=at - timedelta(days=90))


def _refused(officer: Actor, at: datetime) -> None:
    manager = somebody("practice_manager")
    made = submitted("case", "Skin clinic on Saturdays", HEART, by=manager, at=at - timedelta(days=40))
    _declare(made, officer, at=at - timedelta(days=39))
    decision = deciding.decide_as_officer(made, NO, by=officer, at=at - timedelta(days=30))
    assert isinstance(decision, Decision)  # below the threshold one person decides
    afterwards.appeal(
        decision, words="Made up: the room was offered at a price that holds.", by=manager, at=at - timedelta(days=10)
    )


def _asked_about(proposal: Proposal, officer: Actor, at: datetime) -> None:
    """A hospital it takes work from is named: whoever is tied to it is kept away by the register. Somebody asks, and is answered."""
    reviewer, author = somebody("public_health"), somebody("practice_manager")
    hospital = Organisation.objects.filter(kind="provider").order_by("code")[0]
    recusing.name_concerned(proposal, about=hospital, how="rivals", by=author, at=at - timedelta(days=7))
    _declare(proposal, officer, reviewer, at=at - timedelta(days=6))
    asked = reviewing.ask(
        proposal, section="need", words="Made up: who was not asked?", by=reviewer, at=at - timedelta(days=5)
    )
    reviewing.answer(
        asked, words="Made up: people at work by day; we ask them this month.", by=author, at=at - timedelta(days=4)
    )


def _late(proposal: Proposal, officer: Actor, at: datetime) -> None:
    _declare(proposal, officer, at=at - timedelta(days=68))
    clock.stop(proposal, missing_item="the plan for patients without a car", by=officer, at=at - timedelta(days=60))
    clock.resume(proposal, by=somebody("gp"), at=at - timedelta(days=50))
    clock.defer(proposal, reason="Made up: the agenda was full.", by=officer, at=at - timedelta(days=20))


def _before_the_panel(proposal: Proposal, officer: Actor, at: datetime) -> None:
    reviewer = somebody("public_health")
    _declare(proposal, officer, reviewer, at=at - timedelta(days=45))
    person = Person.objects.get(id=reviewer.person_id)
    review = reviewing.assign(proposal, person=person, by=officer, at=at - timedelta(days=44))
    marks = {
        name: (mark, "Made up: for the reasons in its sections.") for name, mark in zip(CRITERIA, MARKS, strict=True)
    }
    reviewing.score(review, marks=marks, by=reviewer, at=at - timedelta(days=35))
    for meeting in meetings_for(proposal, day_of(at))[:1]:
        meetings.put_on_agenda(proposal, meeting=meeting, by=officer, at=at - timedelta(days=1))


def _declare(proposal: Proposal, *actors: Actor, at: datetime) -> None:
    for actor in actors:
        recusing.declare(proposal, says="nothing", by=actor, at=at)
