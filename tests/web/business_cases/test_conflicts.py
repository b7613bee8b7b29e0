"""Who is kept away from a proposal: found by itself, declared or set; ended only with a reason; held by the database too."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from tests.web.business_cases.sittings import sitting
from tests.web.business_cases.waiting import SUBMITTED, YES, at, declared, handler_of, on_day, person_of, submitted
from tests.web.conftest import TESTS
from tests.web.governance.matrix import interest_of
from tests.web.panels.matrix import panel_in, seated

from pbc.errors import RefusedInput
from pbc_web.accounts.actions import appoint
from pbc_web.accounts.queries import actor_in
from pbc_web.audit.models import Entry
from pbc_web.budgets.models import Delegation, DelegationEnd
from pbc_web.business_cases.actions import deciding, recusing, reviewing
from pbc_web.business_cases.models import Author, Decision, Declaration, Proposal, Recusal, Score
from pbc_web.business_cases.queries.conflicts import concerned_in, must_declare
from pbc_web.business_cases.queries.in_sight import outcomes_for, proposals_for
from pbc_web.business_cases.watches import watch_due_dates
from pbc_web.governance.actions import InterestFacts, declare_interest, party_named
from pbc_web.notices.models import Notice
from pbc_web.organisations.models import OPEN_END, Organisation, Relation
from pbc_web.panels.actions import PanelFacts
from pbc_web.panels.models import Member

DAY = SUBMITTED


def levels(proposal: Proposal) -> dict[str, str]:
    found = Recusal.objects.filter(proposal=proposal, ended_at__isnull=True).select_related("person")
    return {each.person.name: each.level for each in found}


def test_submission_finds_who_is_tied_to_the_owner_and_to_its_group(place: Any) -> None:
    member = place.actor("committee_member")
    interest_of(member, place["ZPA"], about=place["ZA0001"], tie="partner")
    interest_of(place.actor("public_health"), place["ZPA"], about=place["ZA0002"])
    assert levels(submitted(place)) == {member.name: "no_papers"}
    of_cluster = submitted(place, owner=place.actor("cluster_lead"))
    assert set(levels(of_cluster)) == {member.name, place.actor("public_health").name}


def test_somebody_with_a_role_in_the_practice_and_in_the_commissioner_is_found(place: Any) -> None:
    gp = place.appointment("gp")
    appoint(
        gp.person,
        role_code="committee_member",
        organisation=place["ZPA"],
        starts_on=date(2005, 1, 1),
        by=TESTS,
        at=at(DAY),
    )
    waits = submitted(place)
    assert levels(waits) == {gp.person.name: "no_papers"}
    row = Recusal.objects.get(proposal=waits)
    assert row.source == "detected"
    assert row.by is None
    assert "is GP at Practice A1" in row.because[0]
    assert waits in proposals_for(actor_in(gp, on=DAY))  # acting for the practice: it is its own


def test_a_stake_in_a_named_provider_through_a_company_is_found_when_named_and_when_declared(
    place: Any,
) -> None:
    waits, board, officer = submitted(place), place.actor("board_member"), place.actor("contracts_manager")
    declare_interest(
        InterestFacts("financial", "partner", place["ZHA"], "A venture.", date(2009, 4, 1)), by=place.actor("commissioning_manager"),
        holder=party_named("Alpha Care Ltd", place["ZPA"]), register=place["ZPA"], declared_on=date(2009, 4, 20), at=on_day(-40),
    )  # fmt: skip
    interest_of(board, place["ZPA"])
    recusing.name_concerned(waits, about=place["ZHA"], how="provides", by=place.actor("practice_manager"), at=on_day(1))
    recusing.name_concerned(waits, about=place["ZHA"], how="provides", by=place.actor("practice_manager"), at=on_day(1))
    assert levels(waits) == {board.name: "no_papers"}
    interest_of(officer, place["ZPA"])  # declared later: kept away from that moment
    assert set(levels(waits)) == {board.name, officer.name}
    recusing.find_conflicts(waits, at=on_day(2))
    assert Recusal.objects.filter(proposal=waits).count() == 2


def test_the_commissioners_own_services_are_said_and_keep_only_those_away_who_are_tied_otherwise(place: Any) -> None:
    runs, handler = place.actor("contracts_manager"), place.actor("commissioning_manager")
    declare_interest(
        InterestFacts("financial", "part", "ZPA Community Services", "Ours.", date(2009, 4, 1)), by=handler, holder=place["ZPA"],
        register=place["ZPA"], declared_on=date(2009, 4, 20), at=on_day(-40),
    )  # fmt: skip
    interest_of(runs, place["ZPA"], about="ZPA Community Services", tie="director")
    waits = submitted(place)
    declared(waits, handler)
    recusing.name_concerned(waits, about="ZPA Community Services", how="rivals", by=handler, at=on_day(1))
    assert levels(waits) == {runs.name: "no_papers"}
    assert [each.named for each in waits.concerns.all()] == ["ZPA Community Services"]


def test_under_todays_rules_the_group_that_holds_the_budget_is_concerned(place: Any) -> None:
    Organisation.objects.filter(code="ZPA").update(kind="icb")
    Organisation.objects.filter(code="ZCA1").update(kind="pcn")
    Relation.objects.filter(parent__code="ZCA1").update(relation="practice_pcn")
    held = Delegation.everywhere.create(
        commissioner=place["ZPA"], held_by=place["ZCA1"], document="D1", decided_by="Board", starts_on=date(2009, 1, 1),
        ends_before=OPEN_END,
        proposed_by=place.appointment("board_member", place["ZPB"]).person, proposed_at=at(DAY), state="approved",
        judged_by=place.appointment("non_executive", place["ZPB"]).person, judged_at=at(DAY),
    )  # fmt: skip
    waits = submitted(place)
    waits.commissioner = Organisation.objects.get(code="ZPA")
    assert {each.code for each in concerned_in(waits, on=date(2009, 6, 2))[0]} == {"ZA0001", "ZCA1"}
    DelegationEnd.objects.create(
        delegation=held, ends_before=date(2009, 6, 1), reason="Over.", ended_by=held.judged_by, ended_at=at(DAY)
    )
    assert {each.code for each in concerned_in(waits, on=date(2009, 6, 2))[0]} == {"ZA0001"}


def test_declaring_comes_before_the_papers_and_once(place: Any) -> None:
    waits, finance = submitted(place), place.actor("finance_manager")
    assert must_declare(finance, waits)
    assert not must_declare(place.actor("practice_manager"), waits)
    assert not must_declare(place.actor("performance_manager"), waits)
    with pytest.raises(RefusedInput, match="Say what you have"):
        recusing.declare(waits, says="something", by=finance, at=on_day(1))
    recusing.declare(waits, says="something", words="My sister works there.", by=finance, at=on_day(1))
    assert levels(waits) == {finance.name: "leaves"}
    assert not must_declare(finance, waits)
    with pytest.raises(RefusedInput, match="declared already"):
        recusing.declare(waits, says="nothing", by=finance, at=on_day(2))
    with pytest.raises(IntegrityError), transaction.atomic():
        Declaration.objects.filter(proposal=waits).update(says="nothing")


def test_an_author_declares_and_stays_an_author_and_one_already_kept_away_keeps_the_level_found(place: Any) -> None:
    member = place.actor("committee_member")
    interest_of(member, place["ZPA"], about=place["ZA0001"])
    waits, author = submitted(place), place.actor("finance_manager")
    Author.objects.create(proposal=waits, person_id=author.person_id, added_by_id=author.person_id, added_at=at(DAY))
    recusing.declare(waits, says="something", words="I wrote it.", by=author, at=on_day(1))
    recusing.declare(waits, says="something", words="A partner.", by=member, at=on_day(1))
    assert levels(waits) == {member.name: "no_papers"}


def test_a_level_is_set_and_ended_by_handler_or_chair_with_a_reason_and_never_for_oneself(place: Any) -> None:
    waits, member, chair = submitted(place), place.actor("committee_member"), place.actor("non_executive")
    sitting(place)
    handler = handler_of(place, waits)
    declared(waits, chair)
    set_by = {"person_id": member.person_id, "at": on_day(1)}
    made = recusing.keep_away(waits, level="may_speak", reason="Advises the practice.", by=handler, **set_by)
    with pytest.raises(RefusedInput, match="needs its reason"):
        recusing.end_recusal(made, reason="", by=chair, at=on_day(2))
    with pytest.raises(RefusedInput, match="no such level"):
        recusing.keep_away(waits, level="sits_outside", reason="So.", by=handler, **set_by)
    with pytest.raises(RefusedInput, match="chair of the panel"):
        recusing.end_recusal(made, reason="Mine.", by=member, at=on_day(2))
    changed = recusing.keep_away(waits, level="no_papers", reason="Owns part of it.", by=chair, **set_by)
    assert levels(waits) == {member.name: "no_papers"}
    recusing.end_recusal(changed, reason="Sold the shares.", by=handler, at=on_day(3))
    with pytest.raises(RefusedInput, match="ended already"):
        recusing.end_recusal(changed, reason="Again.", by=handler, at=on_day(3))
    assert levels(waits) == {}
    own = recusing.keep_away(
        waits, person_id=chair.person_id, level="leaves", reason="A friend.", by=handler, at=on_day(4)
    )
    with pytest.raises(RefusedInput, match="kept away"):
        recusing.end_recusal(own, reason="It is nothing.", by=chair, at=on_day(4))


def test_a_non_executive_who_does_not_chair_the_panel_that_day_settles_nothing(place: Any, sign_in: Any) -> None:
    waits, chair, member = submitted(place), place.actor("non_executive"), place.actor("committee_member")
    declared(waits, chair)
    given = {"person_id": member.person_id, "level": "leaves", "reason": "A stake.", "by": chair}
    with pytest.raises(RefusedInput, match="chair of the panel"):  # there is no panel yet
        recusing.keep_away(waits, at=on_day(1), **given)
    panel = panel_in(place, facts=PanelFacts("Panel A", 3, on_day(3).date()))
    seated(place, panel, "non_executive", starts_on=on_day(5).date(), is_chair=True)
    for day in (2, 4):  # before there is a panel, and while nobody chairs it
        with pytest.raises(RefusedInput, match="chair of the panel"):
            recusing.keep_away(waits, at=on_day(day), **given)
    with time_machine.travel(on_day(4), tick=False):
        assert "Keep somebody away" not in sign_in("non_executive").get(f"/proposals/{waits.code}/").text
    with time_machine.travel(on_day(5), tick=False):
        assert "Keep somebody away" in sign_in("non_executive").get(f"/proposals/{waits.code}/").text
    made = recusing.keep_away(waits, at=on_day(5), **given)
    Member.objects.update(ends_before=on_day(6).date())
    with pytest.raises(RefusedInput, match="chair of the panel"):
        recusing.end_recusal(made, reason="Sold.", by=chair, at=on_day(6))
    elsewhere = place.actor("non_executive", world="B")
    with pytest.raises(RefusedInput, match="chair of the panel"):
        recusing.end_recusal(made, reason="Sold.", by=elsewhere, at=on_day(5))


def test_what_was_ended_with_a_reason_is_found_again_only_by_a_new_tie(place: Any) -> None:
    member = place.actor("committee_member")
    interest_of(member, place["ZPA"], about=place["ZA0001"])
    waits = submitted(place)
    handler = handler_of(place, waits)
    recusing.end_recusal(Recusal.objects.get(), reason="A tenth of one share.", by=handler, at=on_day(1))
    recusing.find_conflicts(waits, at=on_day(2))
    assert levels(waits) == {}
    interest_of(member, place["ZPA"], about=place["ZA0001"], tie="director")
    assert levels(waits) == {member.name: "no_papers"}


def test_whom_it_concerns_is_named_by_authors_and_a_handler_who_declared(place: Any) -> None:
    waits = submitted(place)
    with pytest.raises(RefusedInput, match="say whom a proposal concerns"):
        recusing.name_concerned(
            waits, about=place["ZHA"], how="rivals", by=place.actor("finance_manager"), at=on_day(1)
        )
    with pytest.raises(RefusedInput, match="before they have declared"):
        recusing.name_concerned(
            waits, about=place["ZHA"], how="rivals", by=place.actor("commissioning_manager"), at=on_day(1)
        )
    Proposal.everywhere.filter(id=waits.id).update(
        state="draft", submitted_at=None, due_on=None, first_submitted_on=None, route=""
    )
    recusing.name_concerned(waits, about=place["ZHA"], how="rivals", by=place.actor("practice_manager"), at=on_day(1))
    assert not Recusal.objects.exists()


@pytest.mark.database
@pytest.mark.parametrize("why", ["undeclared", "kept_away", "author", "fair"])
def test_the_database_itself_refuses_a_score_and_a_decision_of_whoever_takes_no_part(place: Any, why: str) -> None:
    waits, who = submitted(place), place.actor("board_member")
    if why != "undeclared":
        declared(waits, who)
    if why == "kept_away":
        Recusal.objects.create(
            proposal=waits, person_id=who.person_id, level="may_speak", source="chair", reason="So.", at=at(DAY)
        )
    if why == "author":
        Author.objects.create(
            proposal=waits, person_id=who.person_id, added_by_id=who.person_id, added_at=at(DAY), left_at=at(DAY)
        )
    handler = handler_of(place, waits)
    review = waits.reviews.create(person_id=who.person_id, asked_by_id=handler.person_id, at=at(DAY), due_on=DAY)
    given = {"proposal": waits, "at": at(DAY)}
    tries = (
        lambda: Score.objects.create(
            review=review, person_id=who.person_id, criterion="need", mark=1, most=5, weight=1, reason="So.", **given
        ),
        lambda: waits.recommendations.create(how="officer", reasons="So.", by_id=who.person_id, at=at(DAY)),
        lambda: Decision.objects.create(
            outcome="approved", how="officer", reasons="So.", decided_by_id=handler.person_id, seconded_by_id=who.person_id,
            decided_on=DAY, **given,
        ),
    )  # fmt: skip
    for attempt in tries:
        if why == "fair":
            attempt()
            continue
        with pytest.raises(IntegrityError, match="takes no part"), transaction.atomic():
            attempt()


@pytest.mark.database
def test_scores_and_decisions_are_only_added_to(place: Any) -> None:
    waits = submitted(place)
    deciding.decide_as_officer(waits, YES, by=handler_of(place, waits), at=on_day(1))
    for attempt in (
        lambda: Decision.objects.update(outcome="refused"),
        lambda: Decision.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(Exception, match="only added to"), transaction.atomic():
            attempt()


def test_nothing_of_a_proposal_reaches_whoever_sees_no_papers(place: Any, sign_in: Any) -> None:
    """Each channel is looked at by somebody who sees it, so that there is something to leak, and by the one kept away."""
    member, other, finance = (
        place.actor("committee_member"),
        place.actor("board_member"),
        place.actor("finance_manager"),
    )
    waits = submitted(place, title="Quiet title")
    handler = handler_of(place, waits)
    declared(waits, member, other)
    reviewing.assign(waits, person=person_of(member), by=handler, at=on_day(1))
    place.actor("performance_manager")
    watch_due_dates(on_day(57))
    assert Notice.objects.filter(person=member.person_id).exists()
    assert Notice.objects.filter(person=finance.person_id).exists()
    for each in (member, finance):
        recusing.keep_away(
            waits, person_id=each.person_id, level="no_papers", reason="A stake.", by=handler, at=on_day(57)
        )
        assert not Notice.objects.filter(person=each.person_id).exists()
    watch_due_dates(on_day(58))
    addresses = (
        "/",
        "/proposals/",
        "/proposals/?words=Quiet",
        "/proposals/download/csv/",
        "/notices/",
        "/notices/escalations/",
        "/audit/",
    )
    kept, sees = sign_in("committee_member"), sign_in("board_member")
    seen = {address for address in addresses if shows(sees, address)}
    assert {"/proposals/", "/proposals/?words=Quiet", "/audit/"} <= seen
    assert [address for address in addresses if shows(kept, address)] == []
    assert shows(sign_in("commissioning_manager"), "/notices/escalations/")
    assert shows(sign_in("commissioning_manager"), "/notices/")
    money = sign_in("finance_manager")
    assert [address for address in addresses if "audit" not in address and shows(money, address)] == []
    assert kept.get(f"/proposals/{waits.code}/").status_code == 404
    export = [sign_in(role).post("/audit/csv/") for role in ("board_member", "committee_member")]
    assert [waits.code in each.content.decode() for each in export] == [True, False]


def shows(client: Client, address: str) -> bool:
    answer = client.get(address)
    assert answer.status_code in (200, 302, 403), address
    words = (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()
    return "Quiet title" in words or "ZPA-2009-001" in words


def test_an_author_always_sees_it_and_every_practice_the_outcome_whoever_was_kept_away_too(place: Any) -> None:
    member, waits = place.actor("committee_member"), submitted(place)
    handler = handler_of(place, waits)
    recusing.keep_away(
        waits, person_id=member.person_id, level="no_papers", reason="A stake.", by=handler, at=on_day(1)
    )
    assert waits not in proposals_for(member)
    assert waits not in outcomes_for(member)
    deciding.decide_as_officer(waits, YES, by=handler, at=on_day(2))
    assert waits not in proposals_for(member)
    other = place.actor("practice_manager", place["ZA0003"])
    assert waits in outcomes_for(member)
    assert waits in outcomes_for(other)
    assert waits not in proposals_for(other)
    Author.objects.create(proposal=waits, person_id=member.person_id, added_by_id=member.person_id, added_at=at(DAY))
    assert waits in proposals_for(member)
    assert Entry.objects.filter(verb="keep_away", subject=waits.code).exists()
