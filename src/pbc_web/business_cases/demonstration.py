"""The proposals of the demonstration, by real actions: half written, waiting, soon due, late, withdrawn, back again; and ideas."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from pbc.periods import FinancialYear
from pbc_web.accounts.actor import Actor
from pbc_web.accounts.demonstration import somebody
from pbc_web.business_cases.actions.appraising import ask_appraisal
from pbc_web.business_cases.actions.coming_back import bring_back, withdraw
from pbc_web.business_cases.actions.drafting import Named, begin, put_aside
from pbc_web.business_cases.actions.ideas import answer_idea, put_idea
from pbc_web.business_cases.actions.submitting import seen_of, submit
from pbc_web.business_cases.actions.writing import save_section
from pbc_web.business_cases.demonstration_words import CLOSING, HEART, PLAN, POT, Said
from pbc_web.business_cases.models import Proposal
from pbc_web.business_cases.queries.listings import commissioners_of
from pbc_web.business_cases.queries.sections import latest_of
from pbc_web.organisations.models import Organisation
from pbc_web.runs.case_readings import markets_known
from pbc_web.shell.clock import day_of

HALF = ("need", "proposal", "options")


def fill(at: datetime) -> None:
    """Write and submit a handful; what is decided of them, others decide."""
    manager, gp, lead = (somebody(role) for role in ("practice_manager", "gp", "cluster_lead"))
    plan = submitted("plan", "Our year: hearts and care homes", PLAN, by=lead, at=at - timedelta(days=50))
    half = _begun("case", "Heart clinic in practices", by=manager, at=at - timedelta(days=3))
    _write(half, {name: HEART[name] for name in HALF}, by=manager, at=at - timedelta(days=2))
    submitted("case", "Echo in the health centre", HEART, by=manager, at=at - timedelta(days=8), is_quick_win=True)
    submitted("case", "Close the evening clinic", CLOSING, by=gp, at=at - timedelta(days=70))
    use = _begun("use_of_pot", "A blood pressure monitor", by=manager, at=at - timedelta(days=20))
    _write(use, POT, by=manager, at=at - timedelta(days=20))  # it is submitted once its pot is chosen
    changed = _with_changes(at)
    taken_back = submitted(
        "case", "Heart clinic for the cluster", changed, by=lead, at=at - timedelta(days=30), parent=plan
    )
    withdraw(taken_back, reason="The rent of the room was wrong.", by=lead, at=at - timedelta(days=25))
    back = bring_back(taken_back, by=lead, at=at - timedelta(days=24))
    if back.commissioner.kind == "pct":  # of whose year the demonstration holds prices and contracts
        ask_appraisal(back, by=lead, at=at - timedelta(days=23))
    submit(back, seen=seen_of(latest_of(back)), by=lead, at=at - timedelta(days=22))
    aside = _begun("case", "A second evening clinic", by=gp, at=at - timedelta(days=12))
    put_aside(aside, move="discard", by=gp, at=at - timedelta(days=11))
    _ideas(manager, gp, at)


def _ideas(manager: Actor, gp: Actor, at: datetime) -> None:
    to, sponsor = commissioners_of(gp)[0], somebody("commissioning_manager")
    put_idea(
        title="Feet of people with diabetes", words="A podiatrist once a week in the practice would save most of the visits to hospital.",
        commissioner=to, by=gp, at=at - timedelta(days=16),
    )  # fmt: skip
    rehab = put_idea(
        title="Breathing classes", words="Rehabilitation for people with COPD in the leisure centre, with its trainers.",
        commissioner=to, by=manager, at=at - timedelta(days=40),
    )  # fmt: skip
    answer_idea(rehab, move="take_up", answer="Good. I sponsor it.", by=sponsor, at=at - timedelta(days=31))
    parking = put_idea(
        title="More parking",
        words="Patients cannot park at the hospital.",
        commissioner=to,
        by=gp,
        at=at - timedelta(days=35),
    )
    answer_idea(
        parking,
        move="decline",
        answer="It is the trust's to decide; we told them.",
        by=sponsor,
        at=at - timedelta(days=33),
    )


def submitted(
    kind: str, title: str, said: Said, *, by: Actor, at: datetime, is_quick_win: bool = False, parent: Proposal | None = None
) -> Proposal:  # fmt: skip
    """Write one whole and submit it."""
    made = _begun(kind, title, by=by, at=at - timedelta(days=6), is_quick_win=is_quick_win, parent=parent)
    return finished(made, said, by=by, at=at)


def finished(draft: Proposal, said: Said, *, by: Actor, at: datetime) -> Proposal:
    """Write a draft to its end, and submit it."""
    _write(draft, said, by=by, at=at)
    return submit(draft, seen=seen_of(latest_of(draft)), by=by, at=at)


def _begun(
    kind: str, title: str, *, by: Actor, at: datetime, is_quick_win: bool = False, parent: Proposal | None = None
) -> Proposal:  # fmt: skip
    named = Named(title, FinancialYear.of(day_of(at)), parent, is_quick_win)
    return begin(kind, named, commissioner=commissioners_of(by)[0], by=by, at=at)


def _write(proposal: Proposal, said: Said, *, by: Actor, at: datetime) -> None:
    market = {"market": markets_known(day_of(at))[0]}  # each regime has its own
    for section, answers in _dated(said, at).items():
        save_section(
            proposal,
            section=section,
            answers=answers | (market if section == "route_to_market" else {}),
            is_done=True,
            over=0,
            by=by,
            at=at,
        )


def _dated(said: Any, at: datetime) -> Any:
    """What is said, in the years of the demonstration instead of 2010."""
    if isinstance(said, dict):
        return {name: _dated(each, at) for name, each in said.items()}
    if isinstance(said, list):
        return [_dated(each, at) for each in said]
    return (
        said.replace("2010-11", FinancialYear(at.year).slug).replace("2010", str(at.year))
        if isinstance(said, str)
        else said
    )


def _with_changes(at: datetime) -> Said:
    """The heart clinic with activity it takes from the first hospital, for the engine to price."""
    hospital = Organisation.objects.filter(kind="provider").order_by("code")[0]
    change = {
        "option": "B",
        "hospital": hospital.code,
        "kind_of_activity": "OPFA",
        "change_a_year": "-250",
        "from": f"{at.year}-06",
    }
    return HEART | {"activity_and_money": HEART["activity_and_money"] | {"changes": [change]}}
