"""A round of world A with a draft worked out, offers made and budgets adopted, as far as a test wants to go."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from pbc.periods import FinancialYear
from pbc_web.accounts.actor import Actor
from pbc_web.budgets.actions import judging, proposals, publishing, queries
from pbc_web.budgets.actions.offers import issue_offers
from pbc_web.budgets.actions.proposals import Line, Proposal
from pbc_web.budgets.actions.rounds import open_round
from pbc_web.budgets.models import Decision, Draft, Offer, Query, Round, Version

YEAR = FinancialYear(2009)
AT = datetime(2009, 4, 20, 9, 0, tzinfo=UTC)
AMOUNTS = {
    "ZA0001": {"planned_care": 400_000_00, "outpatients": 100_000_01},
    "ZA0002": {"planned_care": 300_000_00, "outpatients": 90_000_02},
    "ZA0003": {"planned_care": 200_000_00, "outpatients": 80_000_03},
}
HELD = {"risk_pool": 30_000_00, "top_slice": 10_000_00}
FLAT = {(code, service): pence for code, lines in AMOUNTS.items() for service, pence in lines.items()}


@dataclass
class Cast:
    """Who acts: finance drafts and offers, the board approves, the practice accepts."""

    finance: Actor
    board: Actor
    practice: Actor
    cluster: Actor


def cast_of(place: Any) -> Cast:
    return Cast(
        *(place.actor(role) for role in ("finance_manager", "board_member", "practice_manager", "cluster_lead"))
    )


def opened(place: Any, *, held_at: str = "practice", at: datetime = AT) -> Round:
    made = open_round(place["ZPA"], year=YEAR, by=place.actor("finance_manager"), at=at)
    made.held_at = held_at
    made.save()
    return made


def drafted(place: Any, in_round: Round, name: str = "First") -> Draft:
    return Draft.everywhere.create(
        round=in_round, name=name, basis="historic", state="ready", set_name="budget-drafts/2009-10/first", set_id="d1",
        asked_by_id=place.actor("finance_manager").person_id, asked_at=AT,
    )  # fmt: skip


def offered(
    place: Any, in_round: Round, *codes: str, waits_for: str = "", holder: str = "", draft: Draft | None = None
) -> list[Offer]:
    draft = draft or Draft.everywhere.filter(round=in_round).first() or drafted(place, in_round)
    holders = {place[code]: place[holder or code] for code in codes or AMOUNTS}
    return issue_offers(
        draft, holders=holders, amounts=AMOUNTS, waits_for=waits_for, by=place.actor("finance_manager"), at=AT
    )


def asked(place: Any, offer: Offer, words: str = "Why so little?") -> Query:
    return queries.ask(offer, service="outpatients", words=words, by=place.actor("practice_manager"), at=AT)


def proposed(place: Any, in_round: Round, kind: str, *amounts: tuple[str, str, int], **more: Any) -> Decision:
    lines = [Line(place[code], service, pence) for code, service, pence in amounts]
    sources = {"virement": "practices", "in_year": "reserve", "risk_pool": "risk_pool", "top_slice": "top_slice"}
    proposal = Proposal(kind, "A clinic moved.", lines, sources.get(kind, ""), more.pop("month", "2009-07"), more)
    return proposals.propose(in_round, proposal, by=place.actor("finance_manager"), at=AT)


def approved(place: Any, decision: Decision) -> Decision:
    return judging.approve(decision, version=decision.version, answer="Agreed.", by=place.actor("board_member"), at=AT)


def adopted(place: Any, in_round: Round) -> Version:
    decision = proposed(place, in_round, "adopt", month="", draft=drafted(place, in_round, "Chosen"))
    return in_force(approved(place, decision), FLAT)


def in_force(decision: Decision, amounts: dict[tuple[str, str], int], *, set_id: str = "s1") -> Version:
    decision = Decision.everywhere.get(id=decision.id)
    return publishing.publish(decision, set_name="budgets/2009-10", set_id=set_id, amounts=amounts, held=HELD, at=AT)


def on(day: int, month: int = 4) -> date:
    return date(2009, month, day)
