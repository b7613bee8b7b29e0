"""Budgets' pages: what each sees of a round, the clock, and the words every shadow budget carries."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from tests.web.budgets.rounds import AT, adopted, asked, offered, opened, proposed

from pbc.errors import RefusedInput
from pbc.periods import FinancialYear
from pbc_web.accounts.tasks import tasks_for
from pbc_web.budgets import rules
from pbc_web.budgets.actions import escalating, offers, rounds
from pbc_web.budgets.actions.rounds import open_round
from pbc_web.budgets.models import Delegation, Offer, Round
from pbc_web.budgets.queries.payable import NOT_PAYABLE, watermark
from pbc_web.budgets.queries.standing import holders_of, standings_of, tally
from pbc_web.budgets.tasks import budget_standing
from pbc_web.budgets.watch import watch_rounds
from pbc_web.notices.actions import answer_escalation
from pbc_web.notices.models import Escalation, Notice
from pbc_web.organisations.models import Organisation, Relation


def to(view: str, *args: object) -> str:
    return reverse(f"budgets:{view}", args=args)


def read(answer: Any) -> str:
    return str(answer.content.decode())


def accept(offer: Offer, by: Any) -> None:
    offers.accept_offers([offer], versions={offer.id: offer.version}, by=by, at=AT)


def supported(place: Any, in_round: Round, code: str) -> None:
    rounds.record_support(
        in_round, organisation=place[code], agreed_on=date(2009, 4, 20), what="A designated accountant.",
        by=place.actor("finance_manager"), at=AT,
    )  # fmt: skip


def test_standings_say_whose_turn_it_is_and_who_is_late(place: Any) -> None:
    in_round = opened(place)
    first, second, _ = offered(place, in_round)
    accept(first, place.actor("practice_manager"))
    supported(place, in_round, "ZCA1")
    offers.receive_offer(second, by=place.actor("practice_manager", place["ZA0002"]), at=AT)
    before, after = (standings_of(in_round, on=date(2009, 5, day)) for day in (1, 2))
    assert [each.is_late for each in before] == [False] * 3
    assert [(each.is_late, each.turn, each.words) for each in after] == [
        (False, "nobody", "Agreed"), (True, "holder", "Received"), (True, "holder", "Offered"),
    ]  # fmt: skip
    assert [each.missing for each in after] == ["", "no agreed budget", "no agreed budget and no support agreed"]
    assert (tally(after).agreed, tally(after).supported, tally(after).late) == (1, 2, 2)


def test_groups_answer_where_groups_hold_budgets(place: Any) -> None:
    in_round = opened(place, held_at="cluster")
    holders = holders_of(in_round, [place["ZA0001"], place["ZA0003"]])
    assert [each.code for each in holders.values()] == ["ZCA1", "ZCA2"]
    Relation.objects.filter(member=place["ZA0003"], relation="practice_cluster").update(ends_before=date(2005, 1, 1))
    assert holders_of(in_round, [place["ZA0003"]]) == {place["ZA0003"]: place["ZA0003"]}


def test_a_cluster_accepts_all_it_holds_in_one_act(place: Any, sign_in: Callable[..., Client]) -> None:
    in_round = opened(place, held_at="cluster")
    offered(place, in_round, "ZA0001", "ZA0002", holder="ZCA1")
    client, made = sign_in("cluster_lead"), list(Offer.everywhere.all())
    assert "agreed there" in read(sign_in("practice_manager").get(to("accept", made[0].id)))
    assert "for 2 practices" in read(client.get(to("accept", made[0].id)))
    client.post(to("accept", made[0].id), {"seen": [f"{each.id}:{each.version}" for each in made]})
    agreed = Offer.everywhere.filter(state="accepted")
    assert (agreed.count(), len({each.reference for each in agreed})) == (2, 1)
    assert "no budget here that can be agreed now" in read(client.get(to("accept", made[0].id)))


def test_the_clock_puts_what_is_late_to_the_region_once_and_closes_it(place: Any) -> None:
    found = offered(place, opened(place))
    region = place.actor("performance_manager")
    watch_rounds(AT)
    assert not Escalation.everywhere.exists()
    late = AT + timedelta(days=12)
    watch_rounds(late)
    watch_rounds(late + timedelta(days=3))
    assert sorted(Escalation.everywhere.values_list("cause", flat=True)) == ["budget_not_agreed", "support_not_agreed"]
    assert Notice.objects.filter(person_id=region.person_id, kind="escalation").count() == 2
    assert all("Practice A1, Practice A2, Practice A3" in each.words for each in Escalation.everywhere.all())
    for offer in found:
        accept(offer, place.actor("practice_manager", offer.practice))
    watch_rounds(late + timedelta(days=4))
    held = {each.cause: each.is_open for each in Escalation.everywhere.all()}
    assert held == {"budget_not_agreed": False, "support_not_agreed": True}


def test_what_stays_late_after_its_answer_is_put_to_the_region_again(place: Any) -> None:
    found, late = offered(place, opened(place)), AT + timedelta(days=12)
    watch_rounds(late)
    held = Escalation.everywhere.get(cause="budget_not_agreed")
    answer_escalation(held, words="By the end of May.", by=place.actor("performance_manager"), at=late)
    budgets = Escalation.everywhere.filter(cause__startswith="budget_not_agreed")
    watch_rounds(late + timedelta(days=14))  # as long as an answer may take
    assert budgets.count() == 1
    for days in (15, 16, 60):
        watch_rounds(late + timedelta(days=days))
    assert [each.cause for each in budgets.order_by("id")] == ["budget_not_agreed", "budget_not_agreed, time 2"]
    again = budgets.latest("id")
    assert (again.is_open, budgets.earliest("id").answer) == (True, "By the end of May.")
    for offer in found:
        accept(offer, place.actor("practice_manager", offer.practice))
    watch_rounds(late + timedelta(days=61))
    watch_rounds(late + timedelta(days=99))
    assert [each.is_open for each in budgets] == [False, False]


def test_a_local_agreement_sets_the_rules_of_the_sites_own_regime_alone(settings: Any, tmp_path: Path) -> None:
    """Three days for an answer by a paper of the PCT, under whose rules the site is; a board's rounds keep fourteen."""
    paper = tmp_path / "agreement.yaml"
    paper.write_text(
        "budgets.query_answer_days:\n  values:\n"
        "    - {from: 2004-04-01, value: 3, status: local_agreement, source: 'Paper 7'}\n"
    )
    settings.PBC_STORE, settings.PBC_REGIME, settings.PBC_POLICY = tmp_path / "store", "england-2005", [str(paper)]
    assert rules.answer_due_on("england-2005", date(2009, 5, 1)) == date(2009, 5, 4)
    assert rules.answer_due_on("england-2025", date(2026, 5, 1)) == date(2026, 5, 15)


def test_offers_of_a_year_that_is_over_lapse_and_nothing_more(place: Any) -> None:
    offered(place, opened(place), "ZA0001")
    books_close = datetime(2010, 6, 30, 12, tzinfo=UTC)
    watch_rounds(books_close)
    assert Offer.everywhere.get().state == "issued"
    Escalation.everywhere.all().delete()
    watch_rounds(books_close + timedelta(days=1))
    watch_rounds(books_close + timedelta(days=2))
    assert (Offer.everywhere.get().state, Escalation.everywhere.exists()) == ("lapsed", False)


def test_without_a_region_the_clock_tells_nobody_and_a_practice_is_told_so(place: Any) -> None:
    in_round = opened(place)
    Relation.objects.filter(relation="commissioner_region").update(ends_before=date(2005, 1, 1))
    watch_rounds(AT + timedelta(days=12))
    assert not Escalation.everywhere.exists()
    with pytest.raises(RefusedInput, match="nobody to escalate to"):
        escalating.escalate(in_round, words="Late.", by=place.actor("practice_manager"), at=AT)


def test_a_practice_calls_on_the_region_and_sees_the_answer(place: Any, sign_in: Callable[..., Client]) -> None:
    in_round, client = opened(place), sign_in("practice_manager")
    client.post(to("escalate", in_round.id), {"words": "We were promised an offer in March."})
    escalation = Escalation.everywhere.get()
    answer_escalation(escalation, words="You will have it on Friday.", by=place.actor("performance_manager"), at=AT)
    assert "You will have it on Friday." in read(client.get(to("round", in_round.id)))
    other = sign_in("practice_manager", place["ZA0003"])
    assert "promised an offer" not in read(other.get(to("round", in_round.id)))
    assert "promised an offer" in read(sign_in("performance_manager").get(to("round", in_round.id)))


def test_a_round_shows_no_amounts_and_offers_open_to_those_they_concern(
    place: Any, sign_in: Callable[..., Client]
) -> None:
    in_round = opened(place)
    offered(place, in_round)
    for role in ("performance_manager", "public_health", "practice_manager"):
        page = read(sign_in(role).get(to("round", in_round.id)))
        assert "£390,000" not in page
        assert "Practice A2" in page
    other = Offer.everywhere.get(practice=place["ZA0002"])
    assert sign_in("practice_manager").get(to("offer", other.id)).status_code == 404


@pytest.fixture
def board(place: Any) -> Organisation:
    """An integrated care board in place of PCT A; roles held in a PCT are held in a board alike."""
    Organisation.objects.filter(code="ZPA").update(kind="icb")
    found = Organisation.objects.get(code="ZPA")
    place.organisations["ZPA"] = found
    return found


def test_todays_budgets_are_marked_not_payable_until_delegated(
    board: Organisation, place: Any, sign_in: Callable[..., Client]
) -> None:
    with time_machine.travel("2026-04-20", tick=False):
        in_round = open_round(board, year=FinancialYear(2026), by=place.actor("finance_manager", board), at=AT)
        assert (in_round.is_deadline_assumed, in_round.held_at) == (True, "cluster")
        offer = offered(place, in_round, "ZA0001")[0]
        adopted(place, in_round)
        manager = sign_in("practice_manager")
        pages = [to("round", in_round.id), to("offer", offer.id), to("versions", in_round.id, "ZA0001")]
        files = [to("offer_file", offer.id, "csv"), to("versions_file", in_round.id, "ZA0001", "csv")]
        for address in pages:
            assert NOT_PAYABLE in read(manager.get(address))
        assert "local target: assumption" in read(manager.get(pages[0]))
        for address in files:
            assert all(NOT_PAYABLE in line for line in manager.get(address).content.decode().splitlines()[1:])
        book = openpyxl.load_workbook(BytesIO(manager.get(to("offer_file", offer.id, "xlsx")).content))
        assert (book["Cover"]["A2"].value, book["Budget"]["A2"].value) == (NOT_PAYABLE, NOT_PAYABLE)
        sent = {"organisation": place["ZA0001"].id, "document": "Scheme 4", "decided_by": "Board, 2 April",
                "starts_on-day": "1", "starts_on-month": "4", "starts_on-year": "2026"}  # fmt: skip
        assert sign_in("board_member", board).post(to("delegation", in_round.id), sent).status_code == 302
        assert NOT_PAYABLE in read(manager.get(pages[1]))  # one person alone lifts nothing
        judged = to("judge_delegation", Delegation.everywhere.get().id)
        assert sign_in("board_member", board).post(judged, {"outcome": "approve"}).status_code == 409
        assert sign_in("non_executive", board).post(judged, {"outcome": "approve"}).status_code == 302
        assert NOT_PAYABLE not in read(manager.get(pages[1]))
        assert NOT_PAYABLE not in manager.get(files[0]).content.decode()
        assert watermark(in_round, holders=[place["ZA0002"]], on=date(2026, 4, 20)) == NOT_PAYABLE
        assert watermark(in_round, holders=[place["ZA0001"]], on=date(2026, 3, 31)) == NOT_PAYABLE


def test_earlier_budgets_carry_no_mark(place: Any) -> None:
    assert watermark(opened(place), holders=[], on=date(2009, 4, 20)) == ""


def test_tasks_name_what_waits_for_each(place: Any) -> None:
    in_round = opened(place)
    offer, other, _ = offered(place, in_round)
    asked(place, offer)
    adopted(place, in_round)
    proposed(place, in_round, "in_year", ("ZA0002", "outpatients", 5))
    today = date(2009, 5, 20)

    def titles(actor: Any) -> list[str]:
        return [each.title for each in tasks_for(actor, today) if "udget" in each.title or "ecide" in each.title]

    assert titles(place.actor("practice_manager", other.practice)) == ["Agree the budget of Practice A2"]
    assert titles(place.actor("practice_manager")) == []  # it waits for an answer
    assert titles(place.actor("finance_manager")) == ["Answer Practice A1 about its budget"]
    proposed(place, in_round, "virement", ("ZA0002", "outpatients", 5), ("ZA0002", "planned_care", -5))
    assert titles(place.actor("practice_manager", other.practice))[-1].startswith("Decide: virement")
    assert titles(place.actor("board_member"))[0].startswith("Decide: in-year adjustment")
    standing = next(iter(budget_standing(place.actor("performance_manager"), today)))
    assert (standing.figure, standing.words) == ("0 of 3", "3 practices late")
    assert list(budget_standing(place.actor("supplier"), today)) == []


def test_a_decision_says_what_it_does_to_others_and_that_a_year_is_over(
    place: Any, sign_in: Callable[..., Client]
) -> None:
    in_round = opened(place)
    adopted(place, in_round)
    decision = proposed(place, in_round, "virement", ("ZA0002", "outpatients", 5), ("ZA0002", "planned_care", -5))
    board = sign_in("board_member")
    with time_machine.travel(AT, tick=False):
        page = read(board.get(to("decision", decision.id)))
        assert "what one line gets another gives" in read(board.get(to("judge", decision.id)))
    assert "The sum of all budgets stays as it is: what one line gets another gives." in page
    assert ("July 2009" in page, "2009-07" in page, "is over" in page) == (True, False, False)
    with time_machine.travel(datetime(2010, 4, 1, 9, tzinfo=UTC), tick=False):
        board = sign_in("board_member")
        assert "The year 2009/10 is over" in read(board.get(to("decision", decision.id)))


def test_an_administrators_home_promises_no_figures(sign_in: Callable[..., Client]) -> None:
    assert "How are we doing" not in read(sign_in("administrator").get("/"))
    assert "Figures will stand here once" in read(sign_in("practice_manager").get("/"))


def test_support_is_not_agreed_in_the_future_and_dates_are_kept(place: Any, sign_in: Callable[..., Client]) -> None:
    in_round = opened(place)
    with pytest.raises(RefusedInput, match="has not come"):
        rounds.record_support(
            in_round, organisation=place["ZA0001"], agreed_on=date(2009, 4, 21), what="So.", at=AT,
            by=place.actor("finance_manager"),
        )  # fmt: skip
    client = sign_in("finance_manager")
    with time_machine.travel(AT, tick=False):
        client = sign_in("finance_manager")
        day = {"promised_on-day": "31", "promised_on-month": "3", "promised_on-year": "2009"}
        client.post(to("dependency", in_round.id, "contract"), day)
        sent = {"organisation": place["ZCA1"].id, "what": "An accountant.", "agreed_on-day": "20", "agreed_on-month": "4",
                "agreed_on-year": "2009"}  # fmt: skip
        client.post(to("support", in_round.id), sent)
        page = read(client.get(to("round", in_round.id)))
    for words in ("31 March 2009", "Agreed 20 April 2009", "11 days left"):
        assert words in page
