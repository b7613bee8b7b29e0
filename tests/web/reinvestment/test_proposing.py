"""A use of a pot names its pot, says what it is for, and is refused where freed-up money may not be spent on that."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.web.business_cases.matrix import draft_of, submitted_by, write_all
from tests.web.reinvestment.matrix import AT, SAID, decider, drafted, pot_of, sent_in

from pbc.errors import RefusedInput
from pbc.policy import load_policy
from pbc_web.accounts.tasks import tasks_for
from pbc_web.business_cases.actions.submitting import seen_of, submit
from pbc_web.business_cases.actions.writing import save_section
from pbc_web.business_cases.models import ClockEvent, Proposal, Recusal
from pbc_web.business_cases.queries.sections import latest_of
from pbc_web.business_cases.sections import choices_of, section_of
from pbc_web.reinvestment import queries
from pbc_web.reinvestment.actions.proposing import keep_as_submitted, name_pot
from pbc_web.reinvestment.actions.spending import agree_to_carry
from pbc_web.reinvestment.lent import pot_part
from pbc_web.reinvestment.models import UseOfPot
from pbc_web.reinvestment.rules import require_permitted, uses_of
from pbc_web.reinvestment.states import USES

pytestmark = pytest.mark.django_db
BEFORE, AFTER = date(2006, 11, 27), date(2006, 11, 28)


def test_what_a_pot_may_be_spent_on_follows_the_guidance_of_the_day(place: Any) -> None:
    then = uses_of(place["ZPA"], date(2005, 4, 1))
    assert list(then) == ["services", "equipment", "premises", "staff"]
    assert "management_costs" in uses_of(place["ZPA"], date(2006, 4, 1))
    with pytest.raises(RefusedInput, match="no permitted use"):
        require_permitted("social_support", place["ZPA"], BEFORE)
    require_permitted("social_support", place["ZPA"], AFTER)
    with pytest.raises(RefusedInput, match="never anybody's personal income"):
        require_permitted("personal_income", place["ZPA"], AFTER)
    section = section_of("use_of_pot", "use")
    assert section is not None
    assert choices_of(section.question("use"), on=AFTER) == uses_of(place["ZPA"], AFTER)
    for regime in ("england-2005", "england-2025"):
        value = load_policy(regime).value("savings.permitted_uses", on=date(2024, 4, 1))
        assert set(value.value) <= set(USES) - {"personal_income"}


def test_a_use_is_begun_from_the_pot_and_its_pot_chosen_anew(place: Any, sign_in: Callable[..., Client]) -> None:
    pot, other = pot_of(place, confirmed=40_000), pot_of(place, year="2007-08")
    manager = sign_in("practice_manager")
    begin = reverse("reinvestment:begin", args=[pot.id])
    assert begin in manager.get(reverse("statements:pot", args=[pot.id])).content.decode()
    assert "£400 of it is free for new uses" in manager.get(begin).content.decode()
    assert manager.post(begin, {}).status_code == 400
    for _ in range(2):  # pressed twice
        answer = manager.post(begin, {"title": "A scanner"}, follow=True).content.decode()
    assert "Pot of Practice A1 from 2008/09" in answer
    use = UseOfPot.everywhere.select_related("proposal").get()
    choose = reverse("reinvestment:choose", args=[use.proposal.code])
    assert choose in answer
    assert "£0 free for new uses" in manager.get(choose).content.decode()
    assert manager.post(choose, {}).status_code == 400
    assert manager.post(choose, {"pot": str(other.id)}).status_code == 302
    use.refresh_from_db()
    assert (use.pot, use.pence, use.use) == (other, 0, "")
    assert manager.get(reverse("reinvestment:choose", args=["ZPA-2009-999"])).status_code == 404
    lead = sign_in("cluster_lead").get(reverse("statements:pot", args=[pot.id])).content.decode()
    assert begin not in lead


def test_a_draft_without_a_pot_asks_for_one_and_is_not_submitted(place: Any, sign_in: Callable[..., Client]) -> None:
    by = place.actor("practice_manager")
    draft = draft_of(by, place["ZPA"], "use_of_pot", title="A scanner")
    write_all(draft, by, **SAID | {"amount": 30_000})
    page = sign_in("practice_manager").get(f"/proposals/{draft.code}/").content.decode()
    assert "No pot is chosen yet" in page
    choose = sign_in("practice_manager").get(reverse("reinvestment:choose", args=[draft.code])).content.decode()
    assert "No pot of your practice or group is declared yet" in choose
    with pytest.raises(RefusedInput, match="which pot it is paid from"):
        submit(draft, seen=seen_of(latest_of(draft)), by=by, at=AT)


def test_no_other_proposal_and_nothing_submitted_chooses_a_pot(place: Any, sign_in: Callable[..., Client]) -> None:
    manager, case = sign_in("practice_manager"), draft_of(place.actor("practice_manager"), place["ZPA"])
    assert "The pot and its money" not in manager.get(f"/proposals/{case.code}/").content.decode()
    sent = sent_in(place, pot_of(place, confirmed=30_000))
    for each in (case, sent):
        assert manager.get(reverse("reinvestment:choose", args=[each.code])).status_code == 404


def test_whose_pot_it_is_and_what_kind_of_proposal(place: Any) -> None:
    by, pot = place.actor("practice_manager"), pot_of(place)
    case, use = draft_of(by, place["ZPA"]), draft_of(by, place["ZPA"], "use_of_pot", title="A scanner")
    with pytest.raises(RefusedInput, match="Only the use of a pot"):
        name_pot(case, pot, by=by, at=AT)
    with pytest.raises(RefusedInput, match="by the practice or group whose it is"):
        name_pot(use, pot_of(place, unit="ZA0002"), by=by, at=AT)
    with pytest.raises(RefusedInput, match="not among those who write this"):
        name_pot(use, pot, by=place.actor("gp"), at=AT)
    keep_as_submitted(case, AT)  # no business of ours
    assert not UseOfPot.everywhere.exists()


def test_what_is_submitted_is_kept_with_its_use_and_amount(place: Any) -> None:
    pot = pot_of(place, confirmed=30_000)
    sent = sent_in(place, pot, pence=12_345)
    use = queries.use_of(sent)
    assert use is not None
    assert (use.pot, use.use, use.pence, use.reserved_pence) == (pot, "services", 12_345, 0)
    by = place.actor("practice_manager")
    with pytest.raises(RefusedInput, match="cannot be changed now"):
        name_pot(sent, pot, by=by, at=AT)
    for answers, match in (
        ({"use": "personal_income"}, "never anybody's personal income"), ({"pence": 0}, "spends something"),
    ):  # fmt: skip
        draft = drafted(place, pot, **answers)
        with pytest.raises(RefusedInput, match=match):
            submit(draft, seen=seen_of(latest_of(draft)), by=by, at=AT)


def test_more_than_the_pot_has_free_is_said_before_and_refused(place: Any, sign_in: Callable[..., Client]) -> None:
    draft = drafted(place, pot_of(place, confirmed=20_000), pence=9_000_000)
    page, client = f"/proposals/{draft.code}/", sign_in("practice_manager")
    for address in (page, f"{page}check/", f"{page}sections/use/"):
        assert "£200.00, against £90,000.00 asked for: more than is free" in client.get(address).content.decode()
    assert "against" not in client.get(f"{page}sections/fit/").content.decode()
    assert "£90,000 once is from" in client.get(f"{page}check/").content.decode()
    answer = client.post(f"{page}check/", {"seen": seen_of(latest_of(draft))})
    assert (answer.status_code, f'href="{page}"' in answer.content.decode()) == (409, True)
    by, said = place.actor("practice_manager"), latest_of(draft)["use"]
    answers = said.answers | {"amount": 20_000, "recurrent": "every_year"}
    save_section(draft, section="use", answers=answers, is_done=True, over=said.number, by=by, at=AT)
    sent = submit(draft, seen=seen_of(latest_of(draft)), by=by, at=AT)
    assert sent.route_reasons == ["£200 a year is below £50,000."]
    decider(place, sent)
    assert "£200.00, against £200.00 asked for" in sign_in("commissioning_manager").get(page).content.decode()


def test_what_came_back_is_paid_from_the_pot_it_named_before(place: Any) -> None:
    pot, by = pot_of(place, confirmed=30_000), place.actor("practice_manager")
    first = sent_in(place, pot)
    Proposal.everywhere.filter(id=first.id).update(state="withdrawn")
    ClockEvent.objects.create(proposal=first, event="withdrawn_by_author", happened_on=AT.date(), at=AT)
    answers = SAID | {"amount": 20_000}
    again = submitted_by(by, place["ZPA"], at=AT, kind="use_of_pot", answers=answers, title="A scanner", earlier=first)
    use = queries.use_of(again)
    assert use is not None
    assert (use.pot, use.pence) == (pot, 20_000)


def test_whoever_is_kept_away_without_papers_finds_no_use_on_the_page_of_the_pot(place: Any) -> None:
    pot, kept, other = (
        pot_of(place, confirmed=30_000),
        place.actor("finance_manager"),
        place.actor("commissioning_manager"),
    )
    sent = sent_in(place, pot)
    assert [each.proposal for each in queries.uses_for(kept, pot)] == [sent]
    Recusal.objects.create(
        proposal=sent, person_id=kept.person_id, level="no_papers", source="chair", reason="A tie.", at=AT
    )
    assert queries.uses_for(kept, pot) == []
    assert queries.links_for(kept, pot) == {}
    part = pot_part(kept, pot, AT.date())
    assert part["uses"] is None
    assert "Not yet" in [row[1] for row in part["stages"].rows if row[0] == "A use proposed"]
    assert [each.proposal for each in queries.uses_for(other, pot)] == [sent]
    assert queries.uses_for(place.actor("gp", place["ZA0002"]), pot) == []


def test_a_practice_is_asked_what_its_confirmed_money_is_for(place: Any) -> None:
    manager, on = place.actor("practice_manager"), datetime(2010, 6, 1, tzinfo=UTC).date()

    def waits() -> list[tuple[str, date | None]]:
        return [(each.title, each.due_on) for each in tasks_for(manager, on) if "pot" in each.title]

    pot = pot_of(place, confirmed=40_000)
    assert waits() == [("Propose what the pot from 2008/09 is spent on", date(2011, 3, 31))]
    late_on = date(2011, 4, 1)
    assert [each.is_late for each in tasks_for(manager, late_on) if "the pot" in each.title] == [True]
    agree_to_carry(pot, words="The builder was late.", by=place.actor("finance_manager"), at=AT)
    assert waits() == [("Propose what the pot from 2008/09 is spent on", date(2012, 3, 31))]
    assert [each.is_late for each in tasks_for(manager, late_on) if "the pot" in each.title] == [False]
    pot.reserved_pence = 40_000
    pot.save()
    assert waits() == []
    assert not [each for each in tasks_for(place.actor("finance_manager"), on) if "Propose" in each.title]
