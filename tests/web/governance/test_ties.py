"""Who is tied to an organisation or a party on a day: what was declared, roles, and organisations that were taken over."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.web.conftest import AT, TESTS
from tests.web.governance.matrix import BEGAN, TODAY, interest_of, person_of

from pbc_web.governance.actions import InterestFacts, declare_interest, move_interest
from pbc_web.governance.models import Party
from pbc_web.governance.ties import interests_in
from pbc_web.organisations.models import Relation

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def tie(place: Any, holder: Any, kind: str, about: Any, since: date = BEGAN) -> Any:
    """A tie between organisations, as the keeper writes it down."""
    by = place.actor("commissioning_manager")
    facts = InterestFacts("financial", kind, about, "As its accounts say.", since)
    return declare_interest(facts, holder=holder, register=place["ZPA"], declared_on=TODAY, by=by, at=AT)


def words_of(place: Any, *codes: str, on: date = TODAY) -> list[str]:
    return [each.words for each in interests_in([place[code] for code in codes], on=on) if "is GP at" not in each.words]


def test_a_shareholder_of_a_partner_of_a_hospital_is_tied_to_the_hospital(place: Any) -> None:
    gp = place.actor("gp")
    interest_of(gp, place["ZPA"], percent=Decimal("30.00"))
    company = Party.objects.get()
    tie(place, company, "partner", place["ZHA"])
    tie(place, place["ZHA"], "shareholder", "Alpha Care Limited")  # a circle, and another way to write the name
    found = interests_in([place["ZHA"]], on=TODAY)
    assert [each.words for each in found] == [
        "GP ZA0001 holds shares (30%) in Alpha Care Ltd, which is a partner in Hospital A.",
        "Alpha Care Ltd is a partner in Hospital A.",
    ]
    assert [each.person_id for each in found] == [gp.person_id, None]
    assert [each.words for each in interests_in([], [company], on=TODAY)] == [
        "GP ZA0001 holds shares (30%) in Alpha Care Ltd.",
        "Hospital A holds shares in Alpha Care Ltd.",
    ]


def test_ties_hold_on_their_days_alone_and_not_once_taken_off(place: Any) -> None:
    gp = place.actor("gp")
    held = interest_of(
        gp, place["ZPA"], place["ZHA"], kind="indirect", tie="employer", through="spouse", ends_before=TODAY + DAY
    )
    said = "GP ZA0001 through husband, wife or partner is employed by Hospital A."
    assert words_of(place, "ZHA") == [said]
    assert words_of(place, "ZHA", on=BEGAN - DAY) == words_of(place, "ZHA", on=TODAY + DAY) == []
    facts = InterestFacts("indirect", "employer", place["ZHA"], held.words, BEGAN, through="spouse")
    move_interest(held, move="withdraw", facts=facts, since=BEGAN, declared_on=TODAY, reason="Never was.", by=gp, at=AT)
    assert words_of(place, "ZHA") == []


def test_roles_and_who_was_taken_over_are_ties_too(place: Any) -> None:
    place.actor("gp")
    assert [each.words for each in interests_in([place["ZA0001"]], on=TODAY)] == ["GP ZA0001 is GP at Practice A1."]
    manager = place.actor("practice_manager")
    interest_of(manager, place["ZPA"], place["ZHB"], tie="adviser")
    Relation.objects.create(
        member=place["ZHA"], parent=place["ZHB"], relation="succeeds", starts_on=TODAY, source=TESTS.audit_name
    )
    assert words_of(place, "ZHA", on=TODAY - DAY) == []
    assert words_of(place, "ZHA") == [
        "Practice manager ZA0001 advises Hospital B, which was taken over by Hospital A.",
        "Hospital B was taken over by Hospital A.",
    ]


def test_somebody_forgotten_is_told_without_a_name(place: Any) -> None:
    gp = place.actor("gp")
    interest_of(gp, place["ZPA"], place["ZHA"], tie="other")
    person = person_of(gp)
    person.name = ""
    person.save()
    assert words_of(place, "ZHA") == ["Somebody who was forgotten has a tie to Hospital A."]


def test_how_many_are_asked_about_costs_no_more_queries(place: Any, django_assert_num_queries: Any) -> None:
    for n, role in enumerate(("gp", "practice_manager", "cluster_lead")):
        interest_of(place.actor(role), place["ZPA"], f"Company {n} Ltd")
    interest_of(place.actor("gp"), place["ZPA"], place["ZHA"])
    parties = list(Party.objects.all())
    for asked in (parties[:1], parties):
        with django_assert_num_queries(6):
            assert len(interests_in([place["ZHA"]], asked, on=TODAY)) == len(asked) + 1
