"""A commissioner's register: what is published and until when, found, handed out, and kept by whoever keeps it."""

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.web.conftest import AT
from tests.web.governance.matrix import BEGAN, TODAY, boxes, gift_of, interest_of, person_of, sent

from pbc_web.audit.models import Entry
from pbc_web.audit.sentences import told_as
from pbc_web.governance import queries
from pbc_web.governance.actions import InterestFacts, move_gift, move_interest
from pbc_web.governance.forms import gift_of as facts_of_gift
from pbc_web.governance.models import Confirmation, Gift, Interest, Party
from pbc_web.governance.queries import Asked
from pbc_web.governance.rules import rules_of
from pbc_web.organisations.models import Relation
from pbc_web.shell import clock

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
PAGE = "/interests/register/ZPA/"


def published(place: Any, on: date, asked: Asked | None = None, role: str = "gp") -> list[str]:
    """The words of the interests that somebody sees on a day."""
    told = {"on": on, "rules": rules_of(place["ZPA"], on=on)}
    found = queries.interests_shown(place.actor(role), place["ZPA"], asked or Asked(), **told)
    return [each.words for each in found]


def test_an_interest_is_published_until_six_months_after_its_end(place: Any) -> None:
    interest_of(place.actor("gp"), place["ZPA"], ends_before=date(2009, 4, 16), words="Ended on 15 April.")
    last = date(2009, 10, 15)
    assert published(place, last) == ["Ended on 15 April."]
    assert published(place, last + DAY) == []
    assert published(place, last + DAY, Asked(past=True)) == []
    assert published(place, last + DAY, Asked(past=True), role="commissioning_manager") == ["Ended on 15 April."]


def test_what_somebody_had_who_left_counts_as_ended_with_their_last_role(place: Any) -> None:
    gp = place.actor("gp")
    interest_of(gp, place["ZPA"], words="Open.")
    reader = place.actor("practice_manager")
    assert published(place, TODAY, role="practice_manager") == ["Open."]
    person_of(gp).appointments.update(ends_before=date(2009, 6, 1))
    told = {"on": date(2009, 12, 2), "rules": rules_of(place["ZPA"], on=TODAY)}
    assert list(queries.interests_shown(reader, place["ZPA"], Asked(), **told)) == []


def test_what_was_taken_off_is_seen_by_whoever_keeps_the_register_alone(place: Any) -> None:
    gp = place.actor("gp")
    held, given = interest_of(gp, place["ZPA"], words="Never was."), gift_of(gp, place["ZPA"])
    facts = InterestFacts("financial", "shareholder", "Alpha Care Ltd", "Never was.", BEGAN)
    move_interest(held, move="withdraw", facts=facts, since=BEGAN, declared_on=TODAY, reason="Wrong.", by=gp, at=AT)
    move_gift(given, move="withdraw", facts=facts_of_gift({}, given), reason="Wrong.", by=gp, at=AT)
    assert published(place, TODAY) == []
    told = {"on": TODAY, "rules": rules_of(place["ZPA"], on=TODAY)}
    keeper = place.actor("commissioning_manager")
    assert published(place, TODAY, Asked(past=True), role="commissioning_manager") == ["Never was."]
    assert not queries.gifts_shown(gp, place["ZPA"], Asked(), **told)
    assert len(queries.gifts_shown(keeper, place["ZPA"], Asked(past=True), **told)) == 1
    assert list(queries.interests_held(gp.person_id, place["ZPA"], on=TODAY)) == []


def test_a_gift_is_published_for_a_year(place: Any) -> None:
    gift_of(place.actor("gp"), place["ZPA"])
    for on, count in ((date(2010, 3, 31), 1), (date(2010, 4, 1), 0)):
        told = {"on": on, "rules": rules_of(place["ZPA"], on=on)}
        assert len(queries.gifts_shown(place.actor("gp"), place["ZPA"], Asked(), **told)) == count


def test_the_register_is_found_by_who_and_by_where(place: Any) -> None:
    interest_of(place.actor("gp"), place["ZPA"], place["ZHA"], words="In the hospital.")
    interest_of(place.actor("practice_manager"), place["ZPA"], words="In the company.")
    for asked, found in (
        (Asked(), ["In the hospital.", "In the company."]),
        (Asked(who="gp za"), ["In the hospital."]),
        (Asked(where="zha"), ["In the hospital."]),
        (Asked(where="alpha"), ["In the company."]),
        (Asked(who="gp", where="alpha"), []),
    ):
        assert published(place, TODAY, asked) == found
    gift_of(place.actor("gp"), place["ZPA"])
    told = {"on": TODAY, "rules": rules_of(place["ZPA"], on=TODAY)}
    assert not queries.gifts_shown(place.actor("gp"), place["ZPA"], Asked(who="Nobody"), **told)


def test_its_page_says_what_is_empty_and_files_are_in_the_trail(place: Any, sign_in: Callable[..., Client]) -> None:
    gp, keeper = sign_in("gp"), sign_in("commissioning_manager")
    assert "No interest is declared yet" in gp.get(PAGE).content.decode()
    assert "No interest is like that" in gp.get(f"{PAGE}?who=Nobody").content.decode()
    assert "No interest is declared yet" in gp.get(f"{PAGE}?who={'x' * 200}").content.decode()
    assert gp.post(reverse("governance:declare"), sent()).status_code == 302
    entry = reverse("governance:interest", args=[Interest.everywhere.get().entry])
    assert entry in keeper.get(PAGE).content.decode()
    shown = gp.get(PAGE).content.decode()
    assert entry not in shown
    assert "Alpha Care Ltd" in shown
    csv = gp.get(f"{PAGE}download/csv/?table=interests&who=GP").content.decode()
    assert "GP ZA0001" in csv
    assert "Made-up data" in csv
    book = openpyxl.load_workbook(BytesIO(keeper.get(f"{PAGE}download/xlsx/").content))
    assert any(cell == "Alpha Care Ltd" for sheet in book for row in sheet.values for cell in row)
    assert Entry.objects.filter(verb="export").count() == 2
    assert gp.get(f"{PAGE}download/pdf/").status_code == 404


def test_more_entries_cost_no_more_queries(place: Any, sign_in: Callable[..., Client]) -> None:
    readers = [(sign_in("gp"), PAGE), (sign_in("commissioning_manager"), f"{PAGE}?past=on")]
    readers += [(sign_in("commissioning_manager"), f"{PAGE}undeclared/"), (sign_in("gp"), "/interests/")]
    counts = []
    for number in (1, 5):
        for n in range(number):
            interest_of(place.actor("gp"), place["ZPA"], f"Company {number} {n}")
            gift_of(place.actor("gp"), place["ZPA"], about=f"Company {number} {n}")
            place.appointment("practice_nurse", place[f"ZA000{n % 3 + 1}"])
        counted = []
        for client, page in readers:
            client.get(page)
            with CaptureQueriesContext(
                connection,
            ) as made:
                assert client.get(page).status_code == 200
            counted.append(len(made))
        counts.append(counted)
    assert counts[0] == counts[1]


def test_a_region_reads_the_registers_of_its_commissioners(place: Any, sign_in: Callable[..., Client]) -> None:
    region = sign_in("performance_manager")
    answer = region.get("/interests/", follow=True)
    assert answer.redirect_chain[-1][0] == PAGE
    assert "declares their own" in answer.content.decode()
    Relation.objects.filter(member=place["ZPB"], relation="commissioner_region").update(parent=place["ZSHA"])
    listed = region.get("/interests/register/").content.decode()
    assert "PCT A" in listed
    assert "PCT B" in listed


def test_a_practice_of_no_commissioner_is_told_that_there_is_no_register(
    place: Any, sign_in: Callable[..., Client]
) -> None:
    Relation.objects.filter(relation="practice_commissioner").delete()
    gp = sign_in("gp")
    assert "belongs to no commissioner" in gp.get("/interests/").content.decode()
    assert "belongs to no commissioner" in gp.get("/interests/register/").content.decode()
    assert gp.post(reverse("governance:declare"), sent()).status_code == 404


def test_the_keeper_writes_down_what_comes_on_paper_and_the_trail_says_so(
    place: Any, sign_in: Callable[..., Client]
) -> None:
    gp, keeper = person_of(place.actor("gp")), sign_in("commissioning_manager")
    paper = boxes(declared_on=clock.today() - 3 * DAY)
    add = f"{PAGE}interest/"
    assert keeper.get(add).status_code == 200
    assert keeper.post(add, sent(person=gp.id, **paper)).status_code == 302
    held = Interest.everywhere.get()
    assert (held.person, held.is_by_keeper, held.declared_on) == (gp, True, clock.today() - 3 * DAY)
    assert "written down by whoever keeps the register" in sign_in("gp").get(PAGE).content.decode()
    entry = Entry.objects.get(verb="declare_interest")
    said = told_as(entry.verb, entry.told, who="Kim", names={str(gp.number): "The GP"})
    assert said.startswith(
        "Kim declared an interest of The GP on the register of ZPA, for them, as keeper of the register"
    )
    assert keeper.post(add, sent(holder="ZHA", tie="part", where="ZPA", **paper)).status_code == 302
    assert keeper.post(add, sent(holder="PCT A services", tie="part", where="ZPA", **paper)).status_code == 302
    assert {each.whose for each in Interest.everywhere.all()} == {gp.name, "Hospital A", "PCT A services"}
    for wrong in ({}, {"person": gp.id, "holder": "ZHA"}, {"holder": "Hospital"}):
        assert keeper.post(add, sent(**wrong, **paper)).status_code == 400
    given = {
        "kind": "gift",
        "where": "ZHA",
        "words": "A pen.",
        "worth": "7",
        "is_accepted": "yes",
        "why": "Given to all.",
    }
    given |= boxes(offered_on=clock.today() - 5 * DAY) | paper
    assert keeper.get(f"{PAGE}gift/").status_code == 200
    assert keeper.post(f"{PAGE}gift/", given).status_code == 400
    assert keeper.post(f"{PAGE}gift/", given | {"person": gp.id}).status_code == 302
    assert Gift.everywhere.get().is_by_keeper
    assert Party.objects.count() == 2


def test_the_keeper_sees_who_has_not_declared_and_confirms_from_paper(
    place: Any, sign_in: Callable[..., Client]
) -> None:
    gp, keeper = person_of(place.actor("gp")), sign_in("commissioning_manager")
    place.actor("cluster_lead")
    place.actor("practice_nurse", world="B")
    page = f"{PAGE}undeclared/"
    missing = keeper.get(page).content.decode()
    assert "3 people have not declared" in missing
    assert "practice_nurse" not in missing
    assert keeper.post(page, {}).status_code == 400
    said = {"person": gp.id, "says": "nothing"} | boxes(declared_on=clock.today())
    assert keeper.post(page, said).status_code == 302
    assert Confirmation.everywhere.get().is_by_keeper
    for each in (place.actor("cluster_lead"), place.actor("commissioning_manager")):
        keeper.post(page, said | {"person": each.person_id})
    assert "Everybody who is to declare has done so" in keeper.get(page).content.decode()
