"""Budgets of the demonstration: last year's, most agreed in time, one late and escalated, one asked about, one provisional; and
next year's, drafted twice and not yet offered."""

from __future__ import annotations

from datetime import UTC, date, datetime

from pbc.periods import FinancialYear
from pbc_web.accounts.actor import Actor
from pbc_web.accounts.demonstration import somebody
from pbc_web.budgets import readings
from pbc_web.budgets.actions import judging, proposals, queries, rounds
from pbc_web.budgets.actions.drafts import ask_for_draft
from pbc_web.budgets.actions.offers import accept_offers, issue_offers
from pbc_web.budgets.actions.proposals import Line, Proposal
from pbc_web.budgets.models import Draft, Offer, Round
from pbc_web.budgets.queries.standing import holders_of, standings_of
from pbc_web.budgets.watch import watch_rounds
from pbc_web.notices.actions import answer_escalation
from pbc_web.notices.models import Escalation
from pbc_web.runs.worker import work_off

DRAFTS = (("By past activity", "historic"), ("Fair shares", "fair_shares"))


def fill(at: datetime) -> None:
    """Open last year and next year, and have people draft, offer, ask, agree and decide."""
    finance, next_year = somebody("finance_manager"), FinancialYear.of(at.date())
    in_round = _opened(finance, next_year.plus(-1))
    draft = _drafted(in_round, finance)
    if draft is not None:
        _agree(in_round, draft, finance)
        _decide(in_round, draft, finance)
    _drafted(rounds.open_round(finance.organisation, year=next_year, by=finance, at=_before(next_year)), finance)


def _before(year: FinancialYear) -> datetime:
    """When the budgets of a year are opened."""
    return datetime(year.starts_in, 3, 2, 9, 0, tzinfo=UTC)


def _day(in_round: Round, month: int, day: int) -> datetime:
    return datetime(in_round.financial_year.starts_in, month, day, 9, 0, tzinfo=UTC)


def _opened(finance: Actor, year: FinancialYear) -> Round:
    starts_in = year.starts_in
    at = _before(year)
    in_round = rounds.open_round(finance.organisation, year=year, by=finance, at=at)
    dated = {"contract": (date(starts_in, 3, 31), None), "tariff": (date(starts_in, 2, 27), date(starts_in, 2, 27)),
             "list": (date(starts_in, 4, 6), date(starts_in, 4, 3))}  # fmt: skip
    for each in in_round.dependencies.all():
        promised_on, met_on = dated[each.kind]
        rounds.date_dependency(each, promised_on=promised_on, met_on=met_on, by=finance, at=at)
    return in_round


def _drafted(in_round: Round, finance: Actor) -> Draft | None:
    for name, basis in DRAFTS:
        ask_for_draft(in_round, name=name, basis=basis, choices={}, by=finance, at=_day(in_round, 4, 7))
    work_off(at=_day(in_round, 4, 7))
    return Draft.everywhere.filter(round=in_round, name=DRAFTS[-1][0], state="ready").select_related("round").first()


def _agree(in_round: Round, draft: Draft, finance: Actor) -> None:
    """All are offered; the last three by name are late, asked about and provisional; the rest agree before the day."""
    practices = [each.practice for each in standings_of(in_round, on=in_round.agreed_by)]
    rest = practices[-3:] if len(practices) > 3 else []
    agreeing, late, asking, waiting = practices[: len(practices) - len(rest)], rest[:1], rest[1:2], rest[2:]
    amounts = readings.by_practice(
        readings.amounts_of(draft.set_name, draft.set_id, frozenset(each.code for each in practices))
    )
    for chosen, waits_for in (([*agreeing, *late, *asking], ""), (waiting, "the contract with the general hospital")):
        holders = holders_of(in_round, chosen)
        if holders:
            issue_offers(
                draft, holders=holders, amounts=amounts, waits_for=waits_for, by=finance, at=_day(in_round, 4, 10)
            )
    offers = {each.practice_id: each for each in Offer.everywhere.filter(round=in_round).select_related(
        "practice", "holder", "commissioner", "round__commissioner"
    )}  # fmt: skip
    for practice in agreeing:
        offer = offers[practice.id]
        accept_offers([offer], versions={offer.id: offer.version}, by=_answers(offer), at=_day(in_round, 4, 24))
        rounds.record_support(
            in_round, organisation=practice, agreed_on=date(in_round.financial_year.starts_in, 4, 24), by=finance,
            what="Management allowance, a named accountant, and two training days.", at=_day(in_round, 4, 24),
        )  # fmt: skip
    for practice in asking:
        words = "Our list grew by a new estate in January. Does the budget know of it?"
        queries.ask(
            offers[practice.id], service="", words=words, by=_answers(offers[practice.id]), at=_day(in_round, 4, 28)
        )
    watch_rounds(_day(in_round, 5, 2))
    for escalation in Escalation.everywhere.filter(cause="budget_not_agreed", closed_at=None):
        words = "The budgets of the practices named are to be settled by the end of May. Tell us when they are."
        answer_escalation(
            escalation, words=words, by=somebody("performance_manager", escalation.region), at=_day(in_round, 5, 12)
        )


def _answers(offer: Offer) -> Actor:
    role = "practice_manager" if offer.holder.kind == "practice" else "cluster_lead"
    return somebody(role, offer.holder)


def _decide(in_round: Round, draft: Draft, finance: Actor) -> None:
    """The draft is adopted by the board; the protection of a saving waits for its answer."""
    adopt = Proposal("adopt", "The draft most practices have agreed.", more={"draft": draft})
    decision = proposals.propose(in_round, adopt, by=finance, at=_day(in_round, 5, 18))
    judging.approve(
        decision,
        version=decision.version,
        answer="Agreed at the May meeting.",
        by=somebody("board_member"),
        at=_day(in_round, 5, 20),
    )
    work_off(at=_day(in_round, 5, 20))
    first = standings_of(in_round, on=in_round.agreed_by)[0].practice
    saving = Proposal(
        "saving_protected", "Fewer follow-up visits, shown over two years.", [Line(first, "outpatients", 12_000_00)],
        more={"protected_years": 3},
    )  # fmt: skip
    proposals.propose(in_round, saving, by=finance, at=_day(in_round, 5, 26))
