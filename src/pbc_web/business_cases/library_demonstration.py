"""What the demonstration opens of its decided proposals, and the commissioner's plan it makes of an approved one."""

from __future__ import annotations

from datetime import datetime, timedelta

from pbc.periods import FinancialYear
from pbc_web.accounts.actor import Actor
from pbc_web.accounts.demonstration import somebody
from pbc_web.business_cases.actions import deciding, intentions, library, recusing
from pbc_web.business_cases.actions.intentions import Intended
from pbc_web.business_cases.actions.library import Opened
from pbc_web.business_cases.deciding_demonstration import YES
from pbc_web.business_cases.demonstration import submitted
from pbc_web.business_cases.demonstration_words import PLAN
from pbc_web.business_cases.models import Proposal
from pbc_web.business_cases.queries.intentions import calendar_of, waiting_lines
from pbc_web.shell.clock import day_of

SMALL = PLAN | {
    "money": {
        "lines": [
            {"line": "Foot checks in the practice", "pounds": "9,000"}, {"line": "Breathing classes", "pounds": "11,000"},
            {"line": "A second scanner", "pounds": "8,000", "why": "The first one is busy"},
        ],
        "sources": "Freed-up money of last year.",
    },
    "management": {"items": [{"item": "Data", "pounds": "2,000"}], "paid_by": "Us."},
}  # fmt: skip


def fill(at: datetime) -> None:
    """Open an approval to everybody and a refusal without its author's name; answer some lines of a plan, and leave one waiting."""
    officer = somebody("commissioning_manager")
    known = {each.title: each for each in Proposal.everywhere.filter(commissioner=officer.organisation)}
    won, lost = known["Minor surgery in the practice"], known["Skin clinic on Saturdays"]
    whole = Opened(is_open=True, sections=("need", "proposal", "options"), is_agreed=True)
    library.set_opening(won, whole, by=somebody("gp"), at=at - timedelta(days=60))
    library.show_to_anyone(won, by=officer, at=at - timedelta(days=59))
    unnamed = Opened(is_open=True, sections=("need",), is_anonymous=True, is_agreed=True)
    library.set_opening(lost, unnamed, by=somebody("practice_manager"), at=at - timedelta(days=9))
    library.show_to_anyone(lost, by=officer, at=at - timedelta(days=8))
    _year(officer, at)


def _year(officer: Actor, at: datetime) -> None:
    """A plan begun on the first day of the year, for the demonstration begins on its twentieth."""
    made = submitted("plan", "Our year: feet and breath", SMALL, by=somebody("gp"), at=at - timedelta(days=13))
    recusing.declare(made, says="nothing", by=officer, at=at - timedelta(days=12))
    deciding.decide_as_officer(made, YES, by=officer, at=at - timedelta(days=10))
    of, year = officer.organisation, FinancialYear.parse(made.financial_year)
    feet, breath, scanner = waiting_lines(officer, of, year)
    said = Intended("Made up: foot checks for people with diabetes in every practice.", "community", feet.pence)
    written = intentions.write_intention(of, year, said, [feet], by=officer, at=at - timedelta(days=8))
    intentions.move_intention(written, "agree", by=officer, at=at - timedelta(days=6))
    intentions.leave_out(
        scanner, reason="Made up: the first one is free on Fridays.", by=officer, at=at - timedelta(days=4)
    )
    assert breath in waiting_lines(officer, of, year)  # it is left to whoever looks at the demonstration
    for step in calendar_of(of, year)[:2]:
        done_on = min(step.due_on, day_of(at))
        intentions.tick_step(of, year, step.code, done_on=done_on, by=officer, at=at)
