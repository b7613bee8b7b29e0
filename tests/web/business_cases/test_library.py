"""The library: what decided proposals tell whom, and starting a new one from another."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.web.business_cases.opened import WHOLE, decided, opened, service_changed
from tests.web.business_cases.waiting import on_day, submitted
from tests.web.governance.matrix import interest_of

from pbc.errors import RefusedInput
from pbc.periods import FinancialYear
from pbc_web.audit.models import Entry
from pbc_web.business_cases.actions import afterwards
from pbc_web.business_cases.actions import library as actions
from pbc_web.business_cases.actions.drafting import Named
from pbc_web.business_cases.actions.library import Opened
from pbc_web.business_cases.actions.recusing import find_conflicts
from pbc_web.business_cases.models import Opening, Proposal, StartedFrom
from pbc_web.business_cases.queries import library as queries
from pbc_web.business_cases.queries.library import NOT_SHOWN, Wanted
from pbc_web.business_cases.queries.sections import latest_of
from pbc_web.notices.models import Notice

pytestmark = pytest.mark.django_db
LIST = "/proposals/library/"
ANONYMOUS = Opened(is_open=True, sections=("need",), is_anonymous=True)
NAMED = Named("Ours", FinancialYear(2009))


def found(actor: Any, **wanted: Any) -> list[str]:
    return [each.title for each in queries.entries_in(actor, Wanted(**wanted))]


def read(client: Client, code: str = "") -> str:
    answer = client.get(f"{LIST}{code}/" if code else LIST)
    assert answer.status_code == 200
    return answer.content.decode()


def test_what_was_decided_is_found_by_words_kind_outcome_year_and_in_order(place: Any) -> None:
    manager = place.actor("gp", place["ZA0003"])
    won = decided(place, title="Heart clinic", day=30, is_quick_win=True)
    lost = decided(place, "refused", title="Foot scanner", day=5)
    submitted(place, title="Still waiting")
    assert found(manager) == found(manager, sort="slowest") == ["Heart clinic", "Foot scanner"]
    assert found(manager, sort="oldest") == found(manager, sort="quickest") == ["Foot scanner", "Heart clinic"]
    assert found(manager, words="cheaper") == found(manager, outcome="refused") == ["Foot scanner"]
    assert found(manager, words=won.code) == found(manager, is_quick_win=True) == ["Heart clinic"]
    assert found(manager, words="practice a1") == found(manager, kind="case", year="2009-10") == found(manager)
    assert found(manager, words="kidney") == found(manager, kind="plan") == found(manager, year="2008-09") == []
    service_changed(won, date(2009, 9, 1))
    entries = queries.entries_of(manager, queries.entries_in(manager, Wanted()))
    assert [(each.days_to_decision, each.days_to_change) for each in entries] == [(30, 62), (5, None)]
    assert queries.years_in(manager) == ["2009-10"]
    assert lost.state == "refused"


def test_a_refusal_tells_its_reasons_and_a_section_only_once_it_is_opened(
    place: Any, sign_in: Callable[..., Client]
) -> None:
    case, neighbour = decided(place, "refused", title="Foot scanner"), sign_in("gp", place["ZA0003"])
    page = read(neighbour, case.code)
    assert "Reasons for Foot scanner." in page
    assert "A cheaper scanner." in page
    assert "What we say of" not in page
    assert "Start a new one from this" not in page
    opened(place, case)
    page = read(neighbour, case.code)
    assert "What we say of evidence." in page
    assert "What we say of who answers" not in page
    assert page.count('id="says-') == 2
    assert "Start a new one from this" in page
    assert "Open its papers" not in page
    assert "Open its papers" in read(sign_in("gp"), case.code)


def test_another_commissioner_finds_it_while_it_is_open_and_not_a_moment_longer(
    place: Any, sign_in: Callable[..., Client]
) -> None:
    case, elsewhere = decided(place, title="Heart clinic"), place.actor("practice_manager", world="B")
    client = sign_in("practice_manager", world="B")
    assert found(elsewhere) == []
    assert client.get(f"{LIST}{case.code}/").status_code == 404
    opened(place, case)
    assert found(elsewhere) == ["Heart clinic"]
    start = f"{LIST}{case.code}/start/"
    assert "Copied: need, proposal." in client.get(start).content.decode()
    service_changed(case, date(2009, 9, 1))
    assert "1 September 2009, 82 days later" in read(client, case.code)
    assert "82</td>" in read(client)
    answer = client.post(start, {"title": "Ours", "year": FinancialYear.of(date.today()).slug})  # noqa: DTZ011 the page's own year
    made = Proposal.everywhere.get(title="Ours")
    assert answer.url == f"/proposals/{made.code}/"
    assert (made.kind, made.commissioner.code, made.state) == ("case", "ZPB", "draft")
    latest = latest_of(made)
    assert {name: each.is_done for name, each in latest.items()} == {"need": False, "proposal": False}
    assert latest["need"].answers == latest_of(case)["need"].answers
    assert f"{case.code} Heart clinic</a>, in the library" in client.get(answer.url).content.decode()
    opened(place, case, Opened())
    assert found(elsewhere) == []
    assert client.get(f"{LIST}{case.code}/").status_code == 404
    page = client.get(answer.url).content.decode()
    assert f"{case.code}, which is not open any more" in page
    assert "Heart clinic" not in page
    with pytest.raises(RefusedInput, match="No section of this is open"):
        actions.start_from(case, NAMED, commissioner=place["ZPB"], by=elsewhere, at=on_day(30))
    assert StartedFrom.objects.get().sections == ["need", "proposal"]
    with pytest.raises(DatabaseError, match="only added to"), transaction.atomic():
        StartedFrom.objects.update(sections=[])


def test_an_author_who_asks_for_it_is_not_told_anywhere(place: Any, sign_in: Callable[..., Client]) -> None:
    case = opened(place, decided(place, title="Heart clinic"), ANONYMOUS)
    for who in (place.actor("gp", place["ZA0003"]), place.actor("practice_manager", world="B")):
        assert queries.entry_at(who, case.code).owner == NOT_SHOWN
        assert found(who, words="Practice A1") == []
    assert queries.entry_at(place.actor("commissioning_manager"), case.code).owner == "Practice A1"
    assert found(place.actor("commissioning_manager"), words="Practice A1") == ["Heart clinic"]
    client = sign_in("practice_manager", world="B")
    pages = [
        read(client),
        read(client, case.code),
        *(client.get(f"{LIST}download/csv/").content.decode() for _ in "1"),
    ]
    for page in pages:
        assert "Practice A1" not in page
        assert place.actor("practice_manager").name not in page
    assert "Reasons for Heart clinic." in pages[2]
    neighbour = sign_in("gp", place["ZA0003"])
    for address in ("library/", f"{case.code}/outcome/"):
        page = neighbour.get(f"/proposals/{address}").content.decode()
        assert NOT_SHOWN in page
        assert "Practice A1" not in page


def test_whoever_is_kept_away_sees_outcome_and_reasons_and_no_section(
    place: Any, sign_in: Callable[..., Client]
) -> None:
    kept = place.actor("finance_manager")
    waits = submitted(place, title="Kept from you")
    assert found(kept) == []
    case = opened(place, decided(place, title="Heart clinic"))
    interest_of(kept, place["ZPA"], about=place["ZA0001"])
    find_conflicts(case, at=on_day(0))
    page = read(sign_in("finance_manager"), case.code)
    assert "Reasons for Heart clinic." in page
    assert "What we say of" not in page
    assert "Open its papers" not in page
    assert waits.title not in read(sign_in("finance_manager"))


def test_who_may_open_what_is_judged_by_the_action(place: Any) -> None:
    case, waits = decided(place), submitted(place, title="Waits")
    gp, neighbour = place.actor("gp"), place.actor("practice_manager", place["ZA0002"])
    for who in (neighbour, place.actor("commissioning_manager")):
        with pytest.raises(RefusedInput, match="said by its authors"):
            actions.set_opening(case, WHOLE, by=who, at=on_day(12))
    for section in ("conflicts", "no_such"):
        with pytest.raises(RefusedInput, match="cannot be opened"):
            actions.set_opening(case, Opened(sections=(section,)), by=gp, at=on_day(12))
    with pytest.raises(RefusedInput, match="settled in the meantime"):
        actions.set_opening(waits, WHOLE, by=gp, at=on_day(12))
    actions.set_opening(case, WHOLE, by=gp, at=on_day(12))
    said = Entry.objects.filter(verb="set_opening").latest("number")
    assert said.told["who"] == "the library everywhere, 2 sections; anyone, if the commissioner shows it"
    assert Opening.objects.get().by_id == gp.person_id


def test_anyone_reads_it_by_two_consents_and_each_can_take_theirs_back(place: Any) -> None:
    case, handler, author = decided(place), place.actor("commissioning_manager"), place.actor("practice_manager")
    for what in (None, Opened(is_open=True)):
        if what:
            actions.set_opening(case, what, by=author, at=on_day(12))
        with pytest.raises(RefusedInput, match="has not agreed"):
            actions.show_to_anyone(case, by=handler, at=on_day(13))
        actions.take_off_public_page(case, by=handler, at=on_day(13))
    actions.set_opening(case, WHOLE, by=author, at=on_day(14))
    with pytest.raises(RefusedInput, match="handles the commissioner"):
        actions.show_to_anyone(case, by=place.actor("finance_manager"), at=on_day(15))
    for _ in "12":
        assert actions.show_to_anyone(case, by=handler, at=on_day(15)).is_public
    assert Entry.objects.filter(verb="show_to_anyone").count() == 1
    assert Notice.objects.filter(person=author.person_id, subject__endswith="stands on the public page").count() == 1
    assert actions.set_opening(case, WHOLE, by=author, at=on_day(16)).is_public
    assert not actions.set_opening(case, Opened(is_open=True), by=author, at=on_day(17)).is_public
    actions.set_opening(case, WHOLE, by=author, at=on_day(18))
    actions.show_to_anyone(case, by=handler, at=on_day(19))
    assert not actions.take_off_public_page(case, by=handler, at=on_day(20)).is_public  # type: ignore[union-attr]  # said before
    interest_of(handler, place["ZPA"], about=place["ZA0001"])
    find_conflicts(case, at=on_day(0))
    with pytest.raises(RefusedInput, match="kept away"):
        actions.show_to_anyone(case, by=handler, at=on_day(21))


def test_opening_and_showing_it_on_the_pages(place: Any, sign_in: Callable[..., Client]) -> None:
    case, manager, handler = decided(place), sign_in("practice_manager"), sign_in("commissioning_manager")
    page = f"/proposals/{case.code}/"
    assert "Nobody else does." in manager.get(page).content.decode()
    assert "has not agreed that anyone" in handler.get(f"{page}public/").content.decode()
    assert "No words are changed for you" in manager.get(f"{page}opening/").content.decode()
    assert manager.post(f"{page}opening/", {"sections": "conflicts"}).status_code == 400
    manager.post(f"{page}opening/", {"is_open": "on", "sections": ["need"], "is_anonymous": "on", "is_agreed": "on"})
    told = manager.get(page).content.decode()
    assert "open to practices and commissioners elsewhere, with 1 section." in told
    assert "it does not yet" in told
    shown = handler.get(f"{page}public/").content.decode()
    assert NOT_SHOWN in shown
    assert "Look at the words before you show it" in shown
    handler.post(f"{page}public/", {"move": "show"})
    assert "on the public page, since" in handler.get(page).content.decode()
    assert "Take it off" in handler.get(f"{page}public/").content.decode()
    handler.post(f"{page}public/", {"move": "hide"})
    assert not Opening.objects.get().is_public
    assert "Who may read it" not in sign_in("committee_member").get(page).content.decode()
    waits = submitted(place, title="Waits")
    assert handler.get(f"/proposals/{waits.code}/public/").status_code == 404


def test_the_library_asks_as_often_for_three_as_for_one(place: Any, sign_in: Callable[..., Client]) -> None:
    client, counts = sign_in("gp", place["ZA0003"]), []
    assert "Nothing is decided yet" in read(client)
    for more in (1, 2):
        for number in range(more):
            opened(place, decided(place, title=f"Case {more}{number}"))
        with CaptureQueriesContext(connection) as asked:
            client.get(LIST)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert "Nothing in the library is like that" in client.get(LIST, {"words": "kidney"}).content.decode()
    assert "Case 20" in client.get(LIST, {"sort": "no such order"}).content.decode()
    assert client.get(f"{LIST}download/xlsx/").status_code == 200


@pytest.mark.database
def test_the_database_holds_what_is_public_and_what_was_copied(place: Any) -> None:
    case = opened(place, decided(place), is_public=True)
    with pytest.raises(IntegrityError, match="public_once_author_agreed"), transaction.atomic():
        Opening.objects.update(is_agreed=False)
    made = actions.start_from(case, NAMED, commissioner=place["ZPA"], by=place.actor("gp"), at=on_day(30))
    for change in (StartedFrom.objects.filter(proposal=made).delete, lambda: StartedFrom.objects.update(source=made)):
        with pytest.raises(DatabaseError, match="only added to"), transaction.atomic():
            change()


def test_what_was_replaced_after_its_approval_stays_and_can_be_closed(
    place: Any, sign_in: Callable[..., Client]
) -> None:
    author, neighbour = place.actor("practice_manager"), place.actor("gp", place["ZA0003"])
    old = opened(place, decided(place, title="Heart clinic"), is_public=True)
    waited, better = submitted(place, title="Never decided"), submitted(place, title="Better clinic")
    for each in (old, waited):
        afterwards.supersede(each, replacement=better, by=author, at=on_day(22))
    assert found(neighbour) == found(neighbour, outcome="superseded") == ["Heart clinic"]
    client = sign_in("gp", place["ZA0003"])
    page = read(client, old.code)
    assert "Reasons for Heart clinic." in page
    assert f"/proposals/{old.code}/outcome/" in page
    answer = client.get("/proposals/decided/")
    assert (answer.status_code, answer["Location"]) == (302, LIST)
    shut = actions.set_opening(old, Opened(), by=author, at=on_day(23))
    assert not shut.is_public
    with pytest.raises(RefusedInput, match="never decided"):
        actions.set_opening(waited, Opened(is_open=True), by=author, at=on_day(23))
