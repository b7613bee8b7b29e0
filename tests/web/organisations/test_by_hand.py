"""What is said of organisations by hand: dated, never overwriting, and of the right kinds."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from tests.web.accounts.test_appointments import box
from tests.web.conftest import AT, TESTS

from pbc.errors import RefusedInput
from pbc_web.audit.models import Entry
from pbc_web.organisations.actions import add_organisation, add_relation, end_relation, record_succession
from pbc_web.organisations.kinds import BY_HAND, KINDS, RELATIONS, UPWARD
from pbc_web.organisations.models import Organisation, Relation
from pbc_web.organisations.queries import as_now, members_of, parents_of

MOVE = date(2009, 10, 1)
BY = {"by": TESTS, "at": AT}


def cluster_on(practice: Organisation, day: date) -> list[str]:
    return [each.code for each in parents_of(practice, on=day, relations=("practice_cluster",))]


def test_kinds_and_relations_said_by_hand_are_known_ones() -> None:
    assert set(BY_HAND) <= set(KINDS)
    assert {relation for each in UPWARD.values() for relation in each} <= set(RELATIONS)


@pytest.mark.parametrize("kind", BY_HAND)
def test_an_organisation_of_no_register_is_added(kind: str, place: Any) -> None:
    made = add_organisation(code="ZNEW1", kind=kind, name="New body", opened_on=None, **BY)
    assert made.source == "entered by hand"
    assert Entry.objects.filter(verb="add_organisation").count() == 1


def test_what_comes_from_a_register_is_not_added_by_hand_nor_any_code_twice(place: Any) -> None:
    with pytest.raises(RefusedInput, match="come from a register"):
        add_organisation(code="ZNEW1", kind="practice", name="New", opened_on=None, **BY)
    with pytest.raises(RefusedInput, match="code is taken"):
        add_organisation(code="ZA0001", kind="supplier", name="New", opened_on=None, **BY)


def test_a_practice_that_moves_in_mid_year_is_of_the_old_cluster_before_and_the_new_one_after(place: Any) -> None:
    practice = place["ZA0001"]
    add_relation(practice, relation="practice_cluster", parent=place["ZCA2"], starts_on=MOVE, **BY)
    assert cluster_on(practice, date(2009, 9, 30)) == ["ZCA1"]
    assert cluster_on(practice, MOVE) == ["ZCA2"]
    assert practice not in members_of(place["ZCA1"], on=MOVE)


def test_a_relation_is_between_the_right_kinds_and_not_before_one_said_already(place: Any) -> None:
    practice = place["ZA0001"]
    with pytest.raises(RefusedInput, match="do not belong together"):
        add_relation(practice, relation="practice_cluster", parent=place["ZPA"], starts_on=MOVE, **BY)
    with pytest.raises(RefusedInput, match="do not belong together"):
        add_relation(place["ZHA"], relation="practice_cluster", parent=place["ZCA1"], starts_on=MOVE, **BY)
    add_relation(practice, relation="practice_cluster", parent=place["ZCA2"], starts_on=MOVE, **BY)
    with pytest.raises(RefusedInput, match="later day already"):
        add_relation(practice, relation="practice_cluster", parent=place["ZCA1"], starts_on=date(2009, 9, 1), **BY)


def test_a_relation_ends_after_a_day_on_which_it_held(place: Any) -> None:
    relation = Relation.objects.get(member=place["ZA0001"], relation="practice_cluster")
    for day in (date(2004, 3, 31), date(9999, 12, 31)):
        with pytest.raises(RefusedInput, match="on which it held"):
            end_relation(relation, on=day, **BY)
    assert end_relation(relation, on=date(2009, 9, 30), **BY).last_day == date(2009, 9, 30)
    assert cluster_on(place["ZA0001"], MOVE) == []


def test_a_code_that_succeeds_a_code_answers_for_it_now_and_it_closes(place: Any) -> None:
    old, new = place["ZA0001"], place["ZA0002"]
    record_succession(old, successor=new, on=MOVE, share=Decimal(1), **BY)
    old.refresh_from_db()
    assert (old.closed_on, old.is_open_on(date(2009, 9, 30)), old.is_open_on(MOVE)) == (date(2009, 9, 30), True, False)
    assert cluster_on(old, date(2009, 9, 30)) == ["ZCA1"]
    assert cluster_on(old, MOVE) == []
    assert as_now(old, on=date(2009, 9, 30)) == [old]
    assert as_now(old, on=MOVE) == [new]


def test_one_split_in_two_closes_when_all_of_it_is_taken_over(place: Any) -> None:
    old = place["ZA0001"]
    record_succession(old, successor=place["ZA0002"], on=MOVE, share=Decimal("0.6"), **BY)
    old.refresh_from_db()
    assert old.closed_on is None
    with pytest.raises(RefusedInput, match="More than the whole"):
        record_succession(old, successor=place["ZA0003"], on=MOVE, share=Decimal("0.5"), **BY)
    record_succession(old, successor=place["ZA0003"], on=MOVE, share=Decimal("0.4"), **BY)
    assert {each.code for each in as_now(old, on=MOVE)} == {"ZA0002", "ZA0003"}


def test_a_succession_is_among_a_kind_said_once_and_never_a_circle(place: Any) -> None:
    old, new = place["ZA0001"], place["ZA0002"]
    with pytest.raises(RefusedInput, match="another of its kind"):
        record_succession(old, successor=place["ZCA1"], on=MOVE, share=Decimal(1), **BY)
    with pytest.raises(RefusedInput, match="another of its kind"):
        record_succession(old, successor=old, on=MOVE, share=Decimal(1), **BY)
    record_succession(old, successor=new, on=MOVE, share=Decimal("0.5"), **BY)
    with pytest.raises(RefusedInput, match="said already"):
        record_succession(old, successor=new, on=MOVE, share=Decimal("0.5"), **BY)
    with pytest.raises(RefusedInput, match="taken over the other"):
        record_succession(new, successor=old, on=MOVE, share=Decimal(1), **BY)


# --- the pages -----------------------------------------------------------------------------------------------------------------
def test_the_page_shows_as_then_and_as_now(sign_in: Callable[..., Client], place: Any) -> None:
    add_relation(place["ZA0001"], relation="practice_cluster", parent=place["ZCA2"], starts_on=MOVE, **BY)
    record_succession(place["ZA0003"], successor=place["ZA0002"], on=MOVE, share=Decimal(1), **BY)
    client = sign_in("practice_nurse")
    page = reverse("organisations:organisation", args=["ZA0001"])
    then = client.get(page, box("on", date(2009, 9, 1))).text
    assert "As then, on 1 September 2009" in then
    assert "Cluster A1" in then
    assert "Cluster A2" not in then
    assert "Cluster A2" in client.get(page).text
    gone = client.get(reverse("organisations:organisation", args=["ZA0003"])).text
    assert "As now, " in gone
    assert "took over all of Practice A3 on 1 October 2009" in gone
    assert "It took over all of" in client.get(reverse("organisations:organisation", args=["ZA0002"])).text
    assert "Practice A1" in client.get(reverse("organisations:organisation", args=["ZCA2"])).text


def test_organisations_are_found_by_name_code_and_kind(sign_in: Callable[..., Client], place: Any) -> None:
    client, page = sign_in("practice_nurse"), reverse("organisations:listing")
    assert "Practice B2" in client.get(page, {"words": "practice b2"}).text
    by_code = client.get(page, {"words": "zha"}).text
    assert ("Hospital A" in by_code, "Hospital B" in by_code) == (True, False)
    assert "2 organisations" in client.get(page, {"kind": "sha"}).text
    assert "No organisation is like that" in client.get(page, {"words": "nothing"}).text
    assert "This service" not in client.get(page).text


def test_a_keeper_says_by_form_what_no_register_says(sign_in: Callable[..., Client], place: Any) -> None:
    client = sign_in("information_manager")
    with time_machine.travel(AT, tick=False):
        added = client.post(
            reverse("organisations:add"), {"kind": "supplier", "code": " zsup9 ", "name": "New supplier"}
        )
        assert added.url == reverse("organisations:organisation", args=["ZSUP9"])
        said = {"relation": "practice_cluster", "parent": "zca2", **box("starts_on", MOVE)}
        assert client.post(reverse("organisations:relate", args=["ZA0001"]), said).status_code == 302
        relation = Relation.objects.get(member__code="ZA0001", parent__code="ZCA2")
        ended = client.post(reverse("organisations:end", args=[relation.id]), box("on", date(2010, 3, 31)))
        assert ended.status_code == 302
        said = {"successor": "ZA0002", "share_percent": "100", **box("on", date(2010, 4, 1))}
        assert client.post(reverse("organisations:succeed", args=["ZA0001"]), said).status_code == 302
    assert list(Entry.objects.exclude(role="process").exclude(verb="sign_in").values_list("verb", flat=True)) == [
        "add_organisation", "add_relation", "end_relation", "record_succession",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "view, code, said, told",
    [
        ("add", None, {"kind": "supplier", "code": "ZA0001", "name": "X"}, "Code is taken"),
        ("add", None, {"kind": "supplier", "code": "<b>", "name": "X"}, "2 to 20 letters and digits"),
        ("relate", "ZA0001", {"relation": "practice_cluster", "parent": "ZNONE"}, "No organisation has the code ZNONE"),
        ("relate", "ZA0001", {"relation": "practice_cluster", "parent": "ZPA"}, "PCT A is a primary care trust"),
        ("succeed", "ZA0001", {"successor": "", "share_percent": "101"}, "less than or equal to 100"),
    ],
)
def test_a_mistake_is_told_at_its_field(
    view: str, code: str | None, said: dict[str, str], told: str, sign_in: Callable[..., Client]
) -> None:
    page = sign_in("information_manager").post(reverse(f"organisations:{view}", args=[code] if code else []), said)
    assert page.status_code == 400
    assert told in page.text


def test_what_belongs_nowhere_has_no_page_to_say_where(sign_in: Callable[..., Client], place: Any) -> None:
    assert sign_in("administrator").get(reverse("organisations:relate", args=["ZHA"])).status_code == 404


def test_the_listing_asks_as_much_for_many_as_for_few(
    sign_in: Callable[..., Client], place: Any, django_assert_num_queries: Any
) -> None:
    client = sign_in("practice_nurse")
    client.get(reverse("organisations:listing"))
    for words in ("a1", ""):
        with django_assert_num_queries(6):  # one of them counts the notices not read
            assert client.get(reverse("organisations:listing"), {"words": words}).status_code == 200


# --- a commissioner does not choose who watches it -----------------------------------------------------------------------------
def test_a_commissioner_leaves_its_region_neither_by_moving_nor_ending_nor_closing(place: Any) -> None:
    manager = {"by": place.actor("information_manager"), "at": AT}
    held = Relation.objects.get(member=place["ZPA"], relation="commissioner_region")
    with pytest.raises(RefusedInput, match="said by an administrator"):
        add_relation(place["ZPA"], relation="commissioner_region", parent=place["ZSHB"], starts_on=MOVE, **manager)
    with pytest.raises(RefusedInput, match="said by an administrator"):
        end_relation(held, on=MOVE, **manager)
    with pytest.raises(RefusedInput, match="said by an administrator"):
        record_succession(place["ZPA"], successor=place["ZPB"], on=MOVE, share=Decimal(1), **manager)
    assert [each.code for each in parents_of(place["ZPA"], on=MOVE)] == ["ZSHA"]
    administrator = {"by": place.actor("administrator"), "at": AT}
    add_relation(place["ZPA"], relation="commissioner_region", parent=place["ZSHB"], starts_on=MOVE, **administrator)
    assert [each.code for each in parents_of(place["ZPA"], on=MOVE)] == ["ZSHB"]


def test_its_pages_offer_a_commissioner_no_such_thing(sign_in: Callable[..., Client], place: Any) -> None:
    held = Relation.objects.get(member=place["ZPA"], relation="commissioner_region")
    relate, succeed = (reverse(f"organisations:{view}", args=["ZPA"]) for view in ("relate", "succeed"))
    end, page = reverse("organisations:end", args=[held.id]), reverse("organisations:organisation", args=["ZPA"])
    for role, status in (("information_manager", 404), ("administrator", 200)):
        client = sign_in(role)
        assert [client.get(address).status_code for address in (relate, succeed, end)] == [status] * 3
        assert [address in client.get(page).text for address in (relate, succeed, end)] == [status == 200] * 3
    said = {"relation": "commissioner_region", "parent": "ZSHB", **box("starts_on", MOVE)}
    assert sign_in("information_manager").post(relate, said).status_code == 404
    assert sign_in("information_manager").get(reverse("organisations:relate", args=["ZA0001"])).status_code == 200
