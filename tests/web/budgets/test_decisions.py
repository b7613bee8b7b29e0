"""Decisions: proposed by one, judged by another, published by the engine, each a version that sums to the penny."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from tests.web.budgets.rounds import AT, FLAT, HELD, adopted, approved, cast_of, in_force, offered, opened, proposed

from pbc.errors import RefusedInput
from pbc_web.budgets import endings
from pbc_web.budgets.actions import judging, proposals, publishing
from pbc_web.budgets.actions.drafts import ask_for_draft
from pbc_web.budgets.models import Decision, Draft, Offer, Pot, VersionLine
from pbc_web.budgets.queries.listings import decisions_seen_by
from pbc_web.budgets.queries.versions import versions_of
from pbc_web.runs.models import Run

WITHIN = ("ZA0001", "planned_care", -5_000_00), ("ZA0001", "outpatients", 5_000_00)
BETWEEN = ("ZA0001", "planned_care", -5_000_00), ("ZA0002", "planned_care", 5_000_00)


def added(amounts: dict[tuple[str, str], int], *lines: tuple[str, str, int]) -> dict[tuple[str, str], int]:
    now = dict(amounts)
    for code, service, pence in lines:
        now[code, service] += pence
    return now


def test_adoption_makes_the_first_version_and_keeps_what_was_held_back(place: Any) -> None:
    version = adopted(place, opened(place))
    run = Run.everywhere.get()
    assert (run.kind, run.parameters["draft_set_id"]) == ("adopt_budgets", "d1")
    assert (version.number, VersionLine.everywhere.filter(version=version).count()) == (1, 6)
    assert {pot.kind: pot.left_pence for pot in Pot.objects.all()} == HELD
    assert in_force(version.decision, FLAT) == version


def test_budgets_are_adopted_once(place: Any) -> None:
    in_round = opened(place)
    adopted(place, in_round)
    with pytest.raises(RefusedInput, match="adopted already"):
        proposed(place, in_round, "adopt", month="", draft=Draft.everywhere.get())
    with pytest.raises(RefusedInput, match="frozen"):
        offered(place, in_round)


def test_only_a_ready_draft_of_the_year_is_adopted(place: Any) -> None:
    with pytest.raises(RefusedInput, match="worked out"):
        proposed(place, opened(place), "adopt", month="", draft=None)


def test_a_practice_sees_its_own_lines_of_a_decision_about_many(place: Any) -> None:
    in_round = opened(place)
    adopted(place, in_round)
    many = proposed(place, in_round, "in_year", ("ZA0001", "outpatients", 100), ("ZA0002", "outpatients", 200))
    between = proposed(place, in_round, "virement", *BETWEEN)
    seen = {each.id: each.lines.all() for each in decisions_seen_by(place.actor("practice_manager"))}
    assert [line.practice.code for line in seen[many.id]] == ["ZA0001"]
    assert [line.practice.code for line in seen[between.id]] == ["ZA0001", "ZA0002"]
    assert len(decisions_seen_by(place.actor("board_member")).get(id=many.id).lines.all()) == 2


def test_a_virement_moves_money_and_makes_a_version(place: Any) -> None:
    in_round = opened(place)
    adopted(place, in_round)
    decision = approved(place, proposed(place, in_round, "virement", *WITHIN))
    asked = Run.everywhere.get(kind="amend_budgets").parameters
    assert (asked["base_set_id"], [row["amount_pence"] for row in asked["rows"]]) == ("s1", [-5_000_00, 5_000_00])
    in_force(decision, added(FLAT, *WITHIN), set_id="s2")
    held = versions_of(place["ZA0001"], in_round, place.actor("practice_manager"))
    assert [each.change_pence for each in held] == [0, 0]
    assert held[1].changes == {"planned_care": -5_000_00, "outpatients": 5_000_00}
    assert held[0].total_pence == held[1].total_pence == sum(p for (code, _), p in FLAT.items() if code == "ZA0001")


def test_what_was_published_must_be_what_was_approved(place: Any) -> None:
    in_round = opened(place)
    adopted(place, in_round)
    decision = approved(place, proposed(place, in_round, "virement", *WITHIN))
    with pytest.raises(RefusedInput, match="not what was approved"):
        in_force(decision, FLAT, set_id="s2")
    assert Decision.everywhere.get(id=decision.id).state == "approved"


def test_decisions_are_published_one_after_another(place: Any) -> None:
    in_round = opened(place)
    adopted(place, in_round)
    first = approved(place, proposed(place, in_round, "virement", *WITHIN))
    second = approved(place, proposed(place, in_round, "in_year", ("ZA0003", "outpatients", 7)))
    assert Run.everywhere.filter(kind="amend_budgets").count() == 1
    in_force(first, added(FLAT, *WITHIN), set_id="s2")
    assert Run.everywhere.filter(kind="amend_budgets").first().parameters["base_set_id"] == "s2"  # type: ignore[union-attr]
    in_force(second, added(FLAT, *WITHIN, ("ZA0003", "outpatients", 7)), set_id="s3")
    assert [each.state for each in Decision.everywhere.all()] == ["published"] * 3


def test_one_person_does_not_propose_and_decide(place: Any) -> None:
    in_round = opened(place)
    adopted(place, in_round)
    decision = proposed(place, in_round, "virement", *WITHIN)
    board = place.actor("board_member")
    Decision.everywhere.filter(id=decision.id).update(proposed_by_id=board.person_id)
    with pytest.raises(RefusedInput, match="propose and decide"):
        approved(place, Decision.everywhere.get(id=decision.id))
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.everywhere.filter(id=decision.id).update(decided_by_id=board.person_id)


def test_only_the_commissioner_approves_and_a_refusal_has_a_reason(place: Any) -> None:
    in_round = opened(place)
    adopted(place, in_round)
    decision = proposed(place, in_round, "in_year", ("ZA0001", "outpatients", 7))
    for actor in (place.actor("board_member", world="B"), place.actor("practice_manager")):
        with pytest.raises(RefusedInput, match="approved at the commissioner"):
            judging.approve(decision, version=1, answer="", by=actor, at=AT)
        with pytest.raises(RefusedInput, match="not yours"):
            judging.refuse(decision, version=1, answer="No.", by=actor, at=AT)
    with pytest.raises(RefusedInput, match="needs its reason"):
        judging.refuse(decision, version=1, answer=" ", by=place.actor("board_member"), at=AT)
    judging.refuse(decision, version=1, answer="No money.", by=place.actor("board_member"), at=AT)
    with pytest.raises(RefusedInput, match="settled"):
        proposals.withdraw_proposal(decision, version=decision.version, by=place.actor("finance_manager"), at=AT)


def test_practices_consent_to_a_virement_of_their_lines(place: Any) -> None:
    in_round = opened(place)
    adopted(place, in_round)
    decision = proposed(place, in_round, "virement", *BETWEEN)
    first, second = (place.actor("practice_manager", place[code]) for code in ("ZA0001", "ZA0002"))
    judging.consent(decision, version=1, by=first, at=AT)
    assert decision.state == "proposed"
    with pytest.raises(RefusedInput, match="of its own lines"):
        judging.consent(decision, version=1, by=place.actor("practice_manager", place["ZA0003"]), at=AT)
    judging.consent(decision, version=1, by=second, at=AT)
    assert (decision.state, decision.decided_by_id) == ("approved", second.person_id)


def test_a_practice_refuses_a_virement_and_whoever_proposes_does_not_consent(place: Any) -> None:
    in_round = opened(place)
    adopted(place, in_round)
    decision = proposed(place, in_round, "virement", *WITHIN)
    manager = place.actor("practice_manager")
    Decision.everywhere.filter(id=decision.id).update(proposed_by_id=manager.person_id)
    with pytest.raises(RefusedInput, match="does not consent"):
        judging.consent(Decision.everywhere.get(id=decision.id), version=1, by=manager, at=AT)
    judging.refuse(
        Decision.everywhere.get(id=decision.id), version=1, answer="We need it.", by=place.actor("gp"), at=AT
    )
    assert Decision.everywhere.get(id=decision.id).state == "refused"


def test_pools_give_what_they_hold_and_no_more(place: Any) -> None:
    in_round = opened(place)
    adopted(place, in_round)
    approved(place, proposed(place, in_round, "risk_pool", ("ZA0001", "planned_care", 20_000_00)))
    too_much = proposed(place, in_round, "risk_pool", ("ZA0002", "planned_care", 10_000_01))
    with pytest.raises(RefusedInput) as refused:
        approved(place, too_much)
    assert refused.value.expected == "at most £10,000.00"
    approved(place, proposed(place, in_round, "risk_pool", ("ZA0003", "planned_care", -5_000_00)))
    assert Pot.objects.get(kind="risk_pool").left_pence == 15_000_00


def test_a_line_gives_what_it_holds_and_no_more_with_all_that_waits(place: Any) -> None:
    in_round = opened(place)
    adopted(place, in_round)
    takes = ("ZA0003", "outpatients", -50_000_00), ("ZA0003", "planned_care", 50_000_00)
    approved(place, proposed(place, in_round, "virement", *takes))
    with pytest.raises(RefusedInput, match="more than the line holds"):
        approved(place, proposed(place, in_round, "virement", *takes))


def test_what_cannot_be_published_says_why_is_tried_again_or_given_up(place: Any) -> None:
    in_round = opened(place)
    adopted(place, in_round)
    finance = place.actor("finance_manager")
    decision = approved(place, proposed(place, in_round, "top_slice", ("ZA0001", "outpatients", 10_000_00)))
    publishing.fail(decision, fault="This month has been stated.", at=AT)
    judging.retry(decision, version=decision.version, by=finance, at=AT)
    assert Run.everywhere.filter(kind="amend_budgets").count() == 2
    publishing.fail(Decision.everywhere.get(id=decision.id), fault="This month has been stated.", at=AT)
    assert Pot.objects.get(kind="top_slice").left_pence == 0
    judging.give_up(held := Decision.everywhere.get(id=decision.id), version=held.version, by=finance, at=AT)
    assert (held.state, Pot.objects.get(kind="top_slice").left_pence) == ("refused", 10_000_00)


def test_who_holds_budgets_is_a_version_with_the_same_money(place: Any) -> None:
    in_round = opened(place)
    offer = offered(place, in_round, "ZA0001")[0]
    adopted(place, in_round)
    decision = approved(place, proposed(place, in_round, "holder", ("ZA0001", "", 0), new_holder=place["ZCA1"]))
    assert Offer.everywhere.get(id=offer.id).holder == place["ZCA1"]
    assert Offer.everywhere.get(id=offer.id).version == offer.version + 1
    held = versions_of(place["ZA0001"], in_round, place.actor("practice_manager"))
    assert ([each.change_pence for each in held], held[1].version.decision) == ([0, 0], decision)


def test_a_protected_saving_goes_into_later_drafts(place: Any) -> None:
    in_round = opened(place)
    more = {"protected_years": 2, "month": ""}
    approved(place, proposed(place, in_round, "saving_protected", ("ZA0001", "outpatients", 900_00), **more))
    draft = ask_for_draft(in_round, name="Next", basis="historic", choices={}, by=place.actor("finance_manager"), at=AT)
    assert draft.run is not None
    told = draft.run.parameters["protections"][0]
    assert (told["practice_code"], told["amount_pence"], told["years_count"], told["first_year"]) == (
        "ZA0001",
        900_00,
        2,
        "2009-10",
    )
    with pytest.raises(RefusedInput, match="of this name"):
        ask_for_draft(in_round, name="next", basis="historic", choices={}, by=place.actor("finance_manager"), at=AT)


def test_endings_note_a_draft_and_a_plan(place: Any) -> None:
    draft = ask_for_draft(
        opened(place), name="Next", basis="historic", choices={}, by=place.actor("finance_manager"), at=AT
    )
    run = Run.everywhere.get()
    run.set_name, run.set_id = "budget-drafts/2009-10/x", "d7"
    endings.drafts.note_drafted(run)
    draft.refresh_from_db()
    assert (draft.state, draft.set_id) == ("ready", "d7")
    endings.drafts.note_undrafted(run)
    draft.refresh_from_db()
    assert draft.state == "failed"
    endings.note_shared(run)


def test_a_failed_run_fails_its_decision_in_words(place: Any) -> None:
    in_round = opened(place)
    adopted(place, in_round)
    decision = approved(place, proposed(place, in_round, "virement", *WITHIN))
    run = Run.everywhere.get(kind="amend_budgets")
    run.fault, run.ended_at = (
        {"what": "This month has been stated.", "where": "amendment 1", "found": "", "remedy": ""},
        AT,
    )
    endings.note_unpublished(run)
    decision = Decision.everywhere.get(id=decision.id)
    assert (decision.state, decision.fault) == ("failed", "This month has been stated. amendment 1")


REFUSED = [
    ("virement", [("ZA0001", "outpatients", 5)], {}, "sum to nothing"),
    ("virement", [("ZA0001", "outpatients", 0), ("ZA0001", "planned_care", 0)], {}, "of nothing"),
    ("virement", [("ZA0001", "outpatients", 5), ("ZA0001", "outpatients", -5)], {}, "stands twice"),
    ("virement", [("ZA0001", "dentistry", 5), ("ZA0001", "outpatients", -5)], {}, "no such line"),
    ("top_slice", [("ZA0001", "outpatients", -5)], {}, "only adds"),
    ("in_year", [("ZA0001", "outpatients", 5)], {"month": "2010-07"}, "another year"),
    ("in_year", [], {}, "Nothing is changed"),
    ("saving_protected", [("ZA0001", "outpatients", 0)], {}, "above nothing"),
]


@pytest.mark.parametrize("kind, lines, more, words", REFUSED)
def test_what_could_never_be_approved_is_refused_when_proposed(
    place: Any, kind: str, lines: Any, more: dict[str, str], words: str
) -> None:
    in_round = opened(place)
    adopted(place, in_round)
    with pytest.raises(RefusedInput, match=words):
        proposed(place, in_round, kind, *lines, **more)
    assert Decision.everywhere.filter(kind=kind).count() == 0


def test_proposals_need_a_reason_a_source_and_an_agreed_budget(place: Any) -> None:
    in_round = opened(place)
    with pytest.raises(RefusedInput, match="no agreed budget"):
        proposed(place, in_round, "virement", *WITHIN)
    adopted(place, in_round)
    lines = [proposals.Line(place["ZA0001"], "outpatients", 5)]
    finance = place.actor("finance_manager")
    for proposal, words in (
        (proposals.Proposal("in_year", " ", lines, "reserve", "2009-07"), "needs its reason"),
        (proposals.Proposal("in_year", "So.", lines, "", "2009-07"), "from elsewhere"),
    ):
        with pytest.raises(RefusedInput, match=words):
            proposals.propose(in_round, proposal, by=finance, at=AT)
    assert cast_of(place).finance == finance
    decision = proposed(place, in_round, "in_year", ("ZA0001", "outpatients", 5))
    assert proposals.withdraw_proposal(decision, version=1, by=finance, at=AT).state == "withdrawn"
