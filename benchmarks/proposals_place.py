"""A place with many proposals, filled and measured: `proposals.py` alone starts it, in the environment of a service.

usage: python -m benchmarks.proposals_place COUNTS ROUNDS CASES      prints what was measured, as JSON
"""

# ruff: noqa: E402 Django is made ready before its models are imported
from __future__ import annotations

import json
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from statistics import median
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "pbc_web.config.settings"
import django

django.setup()

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pbc.errors import RefusedInput
from pbc_web.accounts.actions import appoint
from pbc_web.accounts.actor import Actor, Process
from pbc_web.accounts.models import Person
from pbc_web.accounts.queries import STRONG, acting_as
from pbc_web.audit.models import Entry
from pbc_web.business_cases.actions.deciding import Verdict, decide_as_officer
from pbc_web.business_cases.actions.recusing import declare
from pbc_web.business_cases.demonstration import submitted
from pbc_web.business_cases.demonstration_words import HEART
from pbc_web.business_cases.models import Decision, Proposal
from pbc_web.business_cases.queries.conflicts import declaration_of
from pbc_web.organisations.actions import import_organisations
from pbc_web.organisations.models import Organisation
from pbc_web.shell import clock

BY, DECIDERS, PRACTICES = Process("bench"), 20, 50
YES = Verdict("approved", "Made up: it meets a need.")
NO = Verdict("refused", "Made up: the price is not held.", "Made up: an offer that holds.")
PAGES = (  # what is read, by whom, where
    ("an author's home", "practice_manager", "/"),
    ("an author's list", "practice_manager", "/proposals/"),
    ("an author's proposal", "practice_manager", "/proposals/{own}/"),
    ("the handler's home", "commissioning_manager", "/"),
    ("the handler's list", "commissioning_manager", "/proposals/"),
    ("what is due, and when", "commissioning_manager", "/proposals/due/"),
    ("a proposal that waits", "commissioning_manager", "/proposals/{waits}/"),
    ("the library, searched", "practice_manager", "/proposals/library/?words=heart"),
    ("the public page", "practice_manager", "/proposals/public/ZP1/"),
    ("times of decisions", "commissioning_manager", "/mobilisation/times/"),
)


def somebody(role: str, organisation: Organisation, number: int = 0) -> Actor:
    """A person who acts in a role."""
    person = Person.objects.create_user(
        f"{role}.{organisation.code}.{number}@example.invalid".lower(), name=f"{role} {number}"
    )
    appoint(
        person, role_code=role, organisation=organisation, starts_on=clock.today() - timedelta(days=400), by=BY, at=clock.now()
    )  # fmt: skip
    actor = acting_as(person, {})
    assert actor is not None
    return actor


def settle() -> tuple[list[Actor], list[Actor]]:
    """A commissioner with its officers, and practices with their managers: this returns managers and officers."""
    for command in ("migrate", "collectstatic"):  # as `pbc serve` begins
        call_command(command, interactive=False, verbosity=0)
    codes = [f"Z{number:05d}" for number in range(PRACTICES)]
    rows = [
        {"organisation_code": code, "organisation_kind": kind, "organisation_name": f"Made up {code}", "opened_on": None, "closed_on": None}
        for code, kind in (("ZS1", "sha"), ("ZP1", "pct"), *((code, "practice") for code in codes))
    ]  # fmt: skip
    belongs = [("ZP1", "commissioner_region", "ZS1"), *((code, "practice_commissioner", "ZP1") for code in codes)]
    memberships = [
        {"member_code": member, "relation": relation, "parent_code": parent, "starts_on": date(1998, 4, 1), "ends_before": date(9999, 12, 31)}
        for member, relation, parent in belongs
    ]  # fmt: skip
    import_organisations(rows, memberships, source="bench", by=BY, at=clock.now())
    held = {each.code: each for each in Organisation.objects.all()}
    officers = [somebody("commissioning_manager", held["ZP1"], number) for number in range(DECIDERS)]
    return [somebody("practice_manager", held[code]) for code in codes], officers


def timed(act: Callable[[], Any], into: list[float]) -> Any:
    """This returns what an act returns, and keeps its milliseconds."""
    begun = time.perf_counter()
    made = act()
    into.append((time.perf_counter() - begun) * 1000)
    return made


def grow(numbers: Iterator[int], upto: int, managers: list[Actor], officer: Actor) -> dict[str, dict[str, float]]:
    """Write, submit and decide until there are so many: this returns the milliseconds of a submission and of a decision."""
    wrote: list[float] = []
    decided: list[float] = []
    while Proposal.everywhere.count() < upto:
        number = next(numbers)
        at = clock.now() - timedelta(days=50 - number % 40)
        author = managers[number % PRACTICES]
        made = timed(
            lambda at=at, author=author, number=number: submitted(
                "case", f"Heart clinic {number}", HEART, by=author, at=at
            ),
            wrote,
        )
        if number % 3:
            declare(made, says="nothing", by=officer, at=at)
            verdict, when = (NO if number % 4 == 0 else YES), at + timedelta(days=5)
            timed(
                lambda made=made, verdict=verdict, when=when: decide_as_officer(made, verdict, by=officer, at=when),
                decided,
            )
    return {"written and submitted": {"ms": median(wrote)}, "decided": {"ms": median(decided)}}


def client_of(actor: Actor) -> Client:
    """Somebody signed in, as if a second factor had been asked for."""
    client = Client(headers={"host": "localhost"})
    client.force_login(
        Person.objects.get(id=actor.person_id), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    session = client.session
    session[STRONG] = True
    session.save()
    return client


def read(managers: list[Actor], officer: Actor, rounds: int) -> dict[str, dict[str, float]]:
    """This returns milliseconds and queries of each page."""
    waits = Proposal.everywhere.filter(state="submitted").order_by("id")[0]
    if declaration_of(officer.person_id, waits) is None:
        declare(waits, says="nothing", by=officer, at=clock.now())
    own = Proposal.everywhere.filter(owner__code="Z00000").order_by("id")[0]
    clients = {"practice_manager": client_of(managers[0]), "commissioning_manager": client_of(officer)}
    found = {}
    for name, role, address in PAGES:
        path, took = address.format(own=own.code, waits=waits.code), list[float]()
        for _ in range(rounds + 1):
            with CaptureQueriesContext(connection) as asked:
                answer = timed(lambda path=path, role=role: clients[role].get(path), took)
            assert answer.status_code == 200, (path, answer.status_code)
        found[name] = {"ms": median(took[1:]), "queries": float(len(asked))}
    return found


def race(officers: list[Actor], author: Actor, cases: int) -> float:
    """This returns the milliseconds until twenty who decide one case at once were all answered: one decision, nineteen refusals."""
    took: list[float] = []
    for number in range(cases):
        waits = submitted("case", f"Decided by twenty {number}", HEART, by=author, at=clock.now() - timedelta(days=9))
        for each in officers:
            declare(waits, says="nothing", by=each, at=clock.now())
        ends: list[str] = []
        gate = threading.Barrier(DECIDERS + 1)

        def act(
            officer: Actor, waits: Proposal = waits, ends: list[str] = ends, gate: threading.Barrier = gate
        ) -> None:
            gate.wait()
            try:
                decide_as_officer(Proposal.everywhere.get(id=waits.id), YES, by=officer, at=clock.now())
                ends.append("done")
            except RefusedInput:
                ends.append("refused")
            finally:
                connection.close()

        threads = [threading.Thread(target=act, args=(each,)) for each in officers]
        for each in threads:
            each.start()
        gate.wait()
        timed(lambda threads=threads: [each.join() for each in threads], took)
        assert sorted(ends) == ["done"] + ["refused"] * (DECIDERS - 1), ends
    return median(took)


def main(counts: list[int], rounds: int, cases: int) -> dict[str, Any]:
    """This returns all that is measured, and what the place holds in the end."""
    logging.disable(logging.INFO)
    managers, officers = settle()
    numbers, at = iter(range(10**6)), {}
    for count in counts:
        acts = grow(numbers, count, managers, officers[0])
        at[count] = acts | read(managers, officers[0], rounds)
    held = {"proposals": Proposal.everywhere.count(), "decisions": Decision.objects.count()}
    held |= {"refused": Decision.objects.filter(outcome="refused").count(), "audit entries": Entry.objects.count()}
    return {"at": at, "holds": held, "race": race(officers, managers[0], cases)}


if __name__ == "__main__":
    print(json.dumps(main([int(each) for each in sys.argv[1].split(",")], int(sys.argv[2]), int(sys.argv[3]))))
