"""Budgets of the demonstration, in the order of their dates: last year's offered, asked about, agreed and adopted before its months;
next year's drafted twice, two practices told early: one question not answered in time, one offer that waits, a saving to be decided."""

from __future__ import annotations

from datetime import UTC, date, datetime

from pbc.periods import FinancialYear
from pbc_web.accounts.actor import Actor
from pbc_web.accounts.demonstration import somebody
from pbc_web.budgets import readings
from pbc_web.budgets.actions import escalating, judging, proposals, queries, rounds
from pbc_web.budgets.actions.drafts import ask_for_draft
from pbc_web.budgets.actions.offers import accept_offers, issue_offers
from pbc_web.budgets.actions.proposals import Line, Proposal
from pbc_web.budgets.models import Draft, Offer, Round
from pbc_web.budgets.queries.standing import holders_of
from pbc_web.organisations.models import Organisation
from pbc_web.organisations.queries import declined_on, practices_of
from pbc_web.runs.worker import work_off

DRAFTS = (("By past activity", "historic"), ("Fair shares", "fair_shares"))
CONTRACT = "the contract with the general hospital"


def fill(at: datetime) -> None:
    """Open last year and next year, and have people draft, offer, ask, agree and decide."""
    finance, next_year = somebody("finance_manager"), FinancialYear.of(at.date())
    last = _opened(finance, next_year.plus(-1), contract_came=True)
    draft = _drafted(last, finance, _day(last, 4, 7))
    if draft is not None:
        offers = _offered(last, draft, _taking_part(last), finance, _day(last, 4, 10))
        _agree(last, offers, finance)
        _adopt(last, draft, finance)
    coming = _opened(finance, next_year, contract_came=False)
    draft = _drafted(coming, finance, _day(coming, 3, 29))
    if draft is not None:
        _begin(coming, draft, finance)


def _day(in_round: Round, month: int, day: int) -> datetime:
    return datetime(in_round.financial_year.starts_in, month, day, 9, 0, tzinfo=UTC)


def _opened(finance: Actor, year: FinancialYear, *, contract_came: bool) -> Round:
    at = datetime(year.starts_in, 3, 2, 9, 0, tzinfo=UTC)
    in_round = rounds.open_round(finance.organisation, year=year, by=finance, at=at)
    days = {
        "contract": ((3, 20), (3, 20) if contract_came else None), "tariff": ((2, 27), (2, 27)), "list": ((3, 25), (3, 25)),
    }  # fmt: skip
    for each in in_round.dependencies.all():
        promised_on, met_on = (date(year.starts_in, *day) if day else None for day in days[each.kind])
        rounds.date_dependency(each, promised_on=promised_on, met_on=met_on, by=finance, at=_day(in_round, 3, 26))
    return in_round


def _drafted(in_round: Round, finance: Actor, at: datetime) -> Draft | None:
    for name, basis in DRAFTS:
        ask_for_draft(in_round, name=name, basis=basis, choices={}, by=finance, at=at)
    work_off(at=at)
    return Draft.everywhere.filter(round=in_round, name=DRAFTS[-1][0], state="ready").select_related("round").first()


def _taking_part(in_round: Round) -> list[Organisation]:
    practices = list(practices_of(in_round.commissioner, on=in_round.financial_year.start))
    declined = declined_on(in_round.agreed_by, practices)
    return [each for each in practices if each.id not in declined]


def _offered(
    in_round: Round, draft: Draft, practices: list[Organisation], finance: Actor, at: datetime, *, waits_for: str = ""
) -> list[Offer]:  # fmt: skip
    codes = frozenset(each.code for each in practices)
    amounts = readings.by_practice(readings.amounts_of(draft.set_name, draft.set_id, codes))
    issue_offers(
        draft, holders=holders_of(in_round, practices), amounts=amounts, waits_for=waits_for, by=finance, at=at
    )
    made = Offer.everywhere.filter(round=in_round, practice__in=practices).order_by("practice__name", "id")
    return list(made.select_related("practice", "holder", "commissioner", "round__commissioner"))


def _agree(in_round: Round, offers: list[Offer], finance: Actor) -> None:
    """One asked first and was answered; all agreed before the day, each with its support."""
    asking, agreed = offers[-1], _day(in_round, 4, 24)
    words = "Our list grew by a new estate in January. Does the budget know of it?"
    asked = queries.ask(asking, service="", words=words, by=_answers(asking), at=_day(in_round, 4, 14))
    answer = "It does: the list of 1 April was used."
    queries.answer(asked, version=asked.version, words=answer, by=finance, at=_day(in_round, 4, 20))
    for offer in offers:
        offer.refresh_from_db(fields=["version", "state", "received_at"])
        accept_offers([offer], versions={offer.id: offer.version}, by=_answers(offer), at=agreed)
        rounds.record_support(
            in_round, organisation=offer.practice, agreed_on=agreed.date(), by=finance,
            what="Management allowance, a named accountant, and two training days.", at=agreed,
        )  # fmt: skip


def _answers(offer: Offer) -> Actor:
    role = "practice_manager" if offer.holder.kind == "practice" else "cluster_lead"
    return somebody(role, offer.holder)


def _adopt(in_round: Round, draft: Draft, finance: Actor) -> None:
    """The board adopts what was agreed, before a month of the year is stated."""
    adopt = Proposal("adopt", "The draft that practices have agreed.", more={"draft": draft})
    decision = proposals.propose(in_round, adopt, by=finance, at=_day(in_round, 4, 27))
    judging.approve(
        decision, version=decision.version, answer="Agreed at the April meeting.", by=somebody("board_member"),
        at=_day(in_round, 4, 29),
    )  # fmt: skip
    work_off(at=_day(in_round, 4, 29))


def _begin(in_round: Round, draft: Draft, finance: Actor) -> None:
    """Next year has begun: two practices were told first; one asked and has no answer yet, the other's offer waits."""
    *_, asking, waiting = _taking_part(in_round)
    (asked_of,) = _offered(in_round, draft, [asking], finance, _day(in_round, 3, 31))
    _offered(in_round, draft, [waiting], finance, _day(in_round, 3, 31), waits_for=CONTRACT)
    words = "Our list grew again this winter. Was the list of this April used?"
    queries.ask(asked_of, service="", words=words, by=_answers(asked_of), at=_day(in_round, 4, 1))
    for role, day, said in (
        ("cluster_lead", 3, "The contract with the general hospital was promised for 20 March and has not come. Our budgets wait."),
        ("practice_manager", 16, "We asked about our budget on 1 April and have no answer. We cannot agree it without."),
    ):  # fmt: skip
        by = _answers(asked_of) if role == "practice_manager" else somebody(role)
        escalating.escalate(in_round, words=said, by=by, at=_day(in_round, 4, day))
    saving = Proposal(
        "saving_protected", "Fewer follow-up visits, shown over two years.", [Line(_taking_part(in_round)[0], "outpatients", 12_000_00)],
        more={"protected_years": 3},
    )  # fmt: skip
    proposals.propose(in_round, saving, by=finance, at=_day(in_round, 4, 12))
