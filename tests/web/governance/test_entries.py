"""Declaring, changing, ending, correcting and taking off: each a version, by whoever may, within the time or told as late."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from tests.web.conftest import AT
from tests.web.governance.matrix import BEGAN, TODAY, boxes, gift_of, interest_of, person_of, sent

from pbc.errors import RefusedInput
from pbc_web.audit.models import Entry
from pbc_web.governance.actions import (
    GiftFacts,
    InterestFacts,
    confirm,
    declare_interest,
    move_gift,
    move_interest,
    party_named,
)
from pbc_web.governance.models import Confirmation, Gift, Interest, Party
from pbc_web.governance.states import GIFT_MOVES, MOVES, STATES
from pbc_web.organisations.models import OPEN_END
from pbc_web.shell import clock

pytestmark = pytest.mark.django_db
FACTS = InterestFacts("financial", "shareholder", "Alpha Care Ltd", "Shares.", BEGAN)


def test_somebody_declares_changes_and_ends_an_interest_on_pages(sign_in: Callable[..., Client], place: Any) -> None:
    gp, today = sign_in("gp"), clock.today()
    assert "You have not declared to PCT A yet" in gp.get(reverse("governance:mine")).content.decode()
    assert gp.get(reverse("governance:declare")).status_code == 200
    answer = gp.post(reverse("governance:declare"), sent(percent="12.5"), follow=True).content.decode()
    assert "Alpha Care Ltd is in no register this service knows" in answer
    assert "Holds shares (12.5%)" in answer
    entry = Interest.everywhere.get().entry
    move = {name: reverse("governance:move_interest", args=[entry, name]) for name in MOVES["standing"]}
    assert all(gp.get(each).status_code == 200 for each in move.values())
    changed = sent(percent="40", words="More of them.", number=1) | boxes(since=today)
    assert gp.post(move["change"], changed).status_code == 302
    assert (
        gp.post(move["correct"], sent(number=2, where="ZHA", percent="40", reason="Bought by it.")).status_code == 302
    )
    assert gp.post(move["end"], {"number": 3} | boxes(last_day=today)).status_code == 302
    history = gp.get(reverse("governance:interest", args=[entry])).content.decode()
    for said in ("12.5%", "40%", "More of them.", "Hospital A", "Bought by it.", "Ended", "so since"):
        assert said in history
    last = Interest.everywhere.order_by("-number")[0]
    assert (last.number, last.state, last.last_day, last.since) == (4, "ended", today, today + timedelta(days=1))
    assert gp.get(move["change"]).status_code == 404
    assert gp.post(move["withdraw"], {"number": 4, "reason": "It never was."}).status_code == 302
    assert gp.get(move["correct"]).status_code == 404
    verbs = Entry.objects.filter(subject_kind="interest").order_by("number").values_list("verb", flat=True)
    assert list(verbs) == [f"{each}_interest" for each in ("declare", "change", "correct", "end", "withdraw")]


def test_somebody_declares_corrects_and_takes_off_a_gift_on_pages(sign_in: Callable[..., Client], place: Any) -> None:
    gp = sign_in("gp")
    assert "£25.00 or more" in gp.get(reverse("governance:declare_gift")).content.decode()
    given = {
        "kind": "hospitality",
        "where": "ZHA",
        "words": "Lunch.",
        "worth": "30.50",
        "is_accepted": "no",
        "why": "Too dear.",
    }
    given |= boxes(offered_on=clock.today())
    assert gp.post(reverse("governance:declare_gift"), given).status_code == 302
    entry = Gift.everywhere.get().entry
    correct, withdraw = (reverse("governance:move_gift", args=[entry, move]) for move in GIFT_MOVES["standing"])
    assert gp.post(correct, given | {"worth": "45", "number": 1, "reason": "The bill came."}).status_code == 302
    assert (
        gp.post(correct, given | {"number": 1, "reason": "Again."}).status_code == 409
    )  # somebody saw the first version
    page = gp.get(reverse("governance:gift", args=[entry])).content.decode()
    assert "£30.50" in page
    assert "£45.00" in page
    assert gp.post(withdraw, {"number": 2, "reason": "Another's."}).status_code == 302
    assert gp.get(correct).status_code == 404
    assert [(each.worth_pence, each.state) for each in Gift.everywhere.order_by("number")] == [
        (3050, "standing"), (4500, "standing"), (4500, "withdrawn"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "more, said",
    [
        ({"kind": ""}, "Choose the kind of interest"),
        ({"where": ""}, "Enter the organisation"),
        ({"where": "Hospital"}, "ZHA for Hospital A; ZHB for Hospital B"),
        ({"words": "Flat at SW1A 1AA"}, "Take out the postcode"),
        ({"kind": "indirect"}, "Say through whom"),
        ({"through": "spouse"}, "Say through whom"),
        ({"tie": "household"}, "is an indirect interest"),
        ({"tie": "director", "percent": "5"}, "Only shares have a percentage"),
        ({"percent": "0"}, "Only shares have a percentage"),
        (boxes(last_day=date(2009, 1, 1)), "The last day is before the first"),
    ],
)
def test_a_form_with_a_mistake_says_so_and_declares_nothing(
    more: Any, said: str, sign_in: Callable[..., Client]
) -> None:
    answer = sign_in("gp").post(reverse("governance:declare"), sent(**more))
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert not Interest.everywhere.exists()


def test_a_name_like_others_stands_once_somebody_says_it_is_none_of_them(
    sign_in: Callable[..., Client], place: Any
) -> None:
    gp = sign_in("gp")
    assert gp.post(reverse("governance:declare"), sent(where="Hospital", is_other="on")).status_code == 302
    assert gp.post(reverse("governance:declare"), sent(where="hospital a")).status_code == 302
    assert {(each.organisation, str(each.party or "")) for each in Interest.everywhere.all()} == {
        (None, "Hospital"),
        (place["ZHA"], ""),
    }


def test_a_party_stands_once_for_each_commissioner_however_it_is_written(place: Any) -> None:
    first = party_named("Alpha Care Ltd.", place["ZPA"])
    assert party_named(" ALPHA care, Limited", place["ZPA"]) == first
    assert party_named("Alpha Care Ltd.", place["ZPB"]) != first
    with pytest.raises(RefusedInput, match="not a name"):
        party_named("...", place["ZPA"])


@pytest.mark.parametrize("after, late", [(28, 0), (29, 1)])
def test_what_is_declared_after_its_days_is_told_as_late(after: int, late: int, place: Any) -> None:
    gp = place.actor("gp")
    assert interest_of(gp, place["ZPA"], starts_on=TODAY - timedelta(days=after)).days_late == late
    assert gift_of(gp, place["ZPA"], offered_on=TODAY - timedelta(days=after)).days_late == late


def test_what_somebody_had_before_their_first_role_counts_from_it(place: Any) -> None:
    gp = place.actor("gp")
    held = person_of(gp).appointments.get()
    held.starts_on = TODAY - timedelta(days=30)
    held.save()
    assert interest_of(gp, place["ZPA"], starts_on=date(1990, 1, 1)).days_late == 2


def test_a_late_change_is_late_and_a_correction_keeps_how_late_it_was(place: Any) -> None:
    gp, register = place.actor("gp"), place["ZPA"]
    first = interest_of(gp, register)
    told = {"by": gp, "at": AT, "declared_on": TODAY}
    second = move_interest(first, move="change", facts=FACTS, since=TODAY - timedelta(days=40), **told)
    third = move_interest(second, move="correct", facts=FACTS, since=BEGAN, reason="Words.", **told)
    assert [each.days_late for each in (first, second, third)] == [0, 12, 12]
    with pytest.raises(RefusedInput, match="Somebody else changed"):
        move_interest(first, move="change", facts=FACTS, since=TODAY, **told)
    taken = move_interest(third, move="withdraw", facts=FACTS, since=BEGAN, reason="No.", **told)
    with pytest.raises(RefusedInput, match="cannot be changed"):
        move_interest(taken, move="end", facts=FACTS, since=TODAY, **told)


@pytest.mark.parametrize(
    "more, said",
    [
        ({"ends_before": BEGAN}, "ends before it begins"),
        ({"through": "spouse"}, "is indirect"),
        ({"kind": "indirect"}, "is indirect"),
        ({"tie": "household"}, "is indirect"),
        ({"tie": "director", "percent": Decimal(5)}, "Only shares"),
        ({"percent": Decimal(101)}, "Only shares"),
    ],
)
def test_facts_that_do_not_go_together_are_refused(more: dict[str, Any], said: str, place: Any) -> None:
    with pytest.raises(RefusedInput, match=said):
        interest_of(place.actor("gp"), place["ZPA"], **more)


def test_nobody_declares_ahead_of_the_day_or_for_somebody_else(place: Any) -> None:
    gp, other = place.actor("gp"), place.actor("gp", world="B")
    with pytest.raises(RefusedInput, match="still to come"):
        declare_interest(
            FACTS, holder=person_of(gp), register=place["ZPA"], declared_on=TODAY + timedelta(days=1), by=gp, at=AT
        )
    for by, holder, register in (
        (other, person_of(gp), place["ZPA"]),
        (gp, person_of(gp), place["ZPB"]),
        (gp, place["ZHA"], place["ZPA"]),
        (place.actor("commissioning_manager", world="B"), person_of(gp), place["ZPA"]),
        (place.actor("supplier"), person_of(place.actor("supplier")), place["ZPA"]),
    ):
        with pytest.raises(RefusedInput, match="their own interests"):
            declare_interest(FACTS, holder=holder, register=register, declared_on=TODAY, by=by, at=AT)
    assert not Party.objects.exists()


def test_anothers_entry_is_not_found_and_stays_as_it_was(sign_in: Callable[..., Client], place: Any) -> None:
    gp = place.actor("gp")
    held, given = interest_of(gp, place["ZPA"]), gift_of(gp, place["ZPA"])
    facts = GiftFacts("gift", "Alpha", "A pen.", 100, True, "None.", BEGAN)
    for client in (
        sign_in("practice_manager"),
        sign_in("finance_manager"),
        sign_in("commissioning_manager", world="B"),
    ):
        for address in (
            reverse("governance:interest", args=[held.entry]), reverse("governance:gift", args=[given.entry]),
            reverse("governance:move_interest", args=[held.entry, "withdraw"]),
            reverse("governance:move_gift", args=[given.entry, "withdraw"]),
        ):  # fmt: skip
            assert client.get(address).status_code == 404
            assert client.post(address, {"number": 1, "reason": "Mine."}).status_code in (404, 405)
    assert sign_in("supplier").post(reverse("governance:declare"), sent()).status_code == 403
    with pytest.raises(RefusedInput, match="their own interests"):
        move_gift(given, move="correct", facts=facts, reason="Mine.", by=place.actor("practice_manager"), at=AT)
    assert (Interest.everywhere.count(), Gift.everywhere.count()) == (1, 1)


@pytest.mark.database
def test_the_database_refuses_to_change_or_remove_what_was_declared(place: Any) -> None:
    gp = place.actor("gp")
    interest_of(gp, place["ZPA"])
    gift_of(gp, place["ZPA"])
    confirm(person=person_of(gp), register=place["ZPA"], says="complete", declared_on=TODAY, by=gp, at=AT)
    for table in (each._meta.db_table for each in (Interest, Gift, Confirmation, Party)):
        deeds = [f"UPDATE {table} SET id = id", f"DELETE FROM {table}"]
        if connection.vendor == "sqlite":
            deeds.append(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
        for deed in deeds:
            with (
                pytest.raises(DatabaseError, match="only added to"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(deed)


def test_every_state_is_reached_and_leads_only_to_states() -> None:
    for table in (MOVES, GIFT_MOVES):
        assert {state for moves in table.values() for state in moves.values()} <= set(table) <= set(STATES)
    assert OPEN_END > TODAY
