"""Writing sections: saved unfinished, asked for once called done, nobody's words lost, every version kept with what it changed."""

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.test import Client
from tests.web.business_cases.matrix import AT, draft_of, submitted_by, write_all

from pbc.errors import RefusedInput
from pbc_web.audit.models import Entry
from pbc_web.business_cases.actions.writing import Overtaken, save_section
from pbc_web.business_cases.forms.typed import as_read
from pbc_web.business_cases.models import Author, Proposal, SectionVersion
from pbc_web.business_cases.queries.sections import history_of, latest_of
from pbc_web.business_cases.sections import SECTIONS, asked_of, sections_of
from pbc_web.business_cases.sections.schema import ASKED_ON, DAY, MONTH, YEAR

pytestmark = pytest.mark.django_db
NEED = {"need": "Hearts.", "evidence": "Registers.", "now": "They wait.", "is_done": "no", "number": 0}


def page_of(proposal: Proposal, section: str = "need", more: str = "") -> str:
    return f"/proposals/{proposal.code}/sections/{section}/{more}"


def test_it_is_saved_unfinished_and_what_is_missing_is_told_once_it_is_called_done(
    place: Any, sign_in: Callable[..., Client]
) -> None:
    draft, manager = draft_of(place.actor("practice_manager"), place["ZPA"]), sign_in("practice_manager")
    part = {"need": "Hearts.", "is_done": "no", "number": 0}
    assert "Need is saved." in manager.post(page_of(draft), part, follow=True).content.decode()
    missing = manager.post(page_of(draft), part | {"is_done": "yes", "number": 1})
    assert missing.status_code == 400
    assert "Answer this, or leave the section open: What shows the need?" in missing.content.decode()
    done = manager.post(page_of(draft), NEED | {"is_done": "yes", "number": 1}, follow=True).content.decode()
    assert "Need is saved and done." in done
    assert "Completed" in done
    assert [each.number for each in history_of(draft, "need")] == [2, 1]
    assert Entry.objects.filter(verb="save_section").count() == 2


def test_what_did_not_change_is_not_saved_again(place: Any) -> None:
    manager = place.actor("practice_manager")
    draft = draft_of(manager, place["ZPA"])
    for _ in range(2):
        save_section(draft, section="need", answers={"need": "x"}, is_done=False, over=0, by=manager, at=AT)
    assert SectionVersion.objects.count() == Entry.objects.filter(verb="save_section").count() == 1


def test_a_stale_save_is_refused_and_both_texts_are_kept(place: Any, sign_in: Callable[..., Client]) -> None:
    manager = place.actor("practice_manager")
    draft, gp = draft_of(manager, place["ZPA"]), place.actor("gp")
    Author.objects.create(proposal=draft, person_id=gp.person_id, added_by_id=manager.person_id, added_at=AT)
    sign_in("gp").post(page_of(draft), NEED | {"need": "The GP wrote this."})
    stale = sign_in("practice_manager").post(page_of(draft), NEED | {"need": "The manager wrote that."})
    text = stale.content.decode()
    assert stale.status_code == 409
    assert "The GP wrote this." in text
    assert "The manager wrote that." in text
    assert 'name="number" value="1"' in text
    assert latest_of(draft)["need"].answers["need"] == "The GP wrote this."
    sign_in("practice_manager").post(page_of(draft), NEED | {"need": "Both.", "number": 1})
    assert latest_of(draft)["need"].answers["need"] == "Both."
    changed = sign_in("gp").get(page_of(draft, more="history/")).content.decode()
    assert "<del>" in changed
    assert "Both." in changed


def test_who_comes_between_reading_and_saving_is_told_by_the_database(place: Any, monkeypatch: Any) -> None:
    manager = place.actor("practice_manager")
    draft = draft_of(manager, place["ZPA"])
    made = save_section(draft, section="need", answers={"need": "first"}, is_done=False, over=0, by=manager, at=AT)
    answers = iter([{}, {"need": made}])
    monkeypatch.setattr("pbc_web.business_cases.actions.writing.latest_of", lambda _: next(answers))
    with pytest.raises(Overtaken) as told:
        save_section(draft, section="need", answers={"need": "second"}, is_done=False, over=0, by=manager, at=AT)
    assert told.value.last == made


def test_only_authors_write_and_only_drafts_are_written(place: Any, sign_in: Callable[..., Client]) -> None:
    manager, gp = place.actor("practice_manager"), place.actor("gp")
    draft = draft_of(manager, place["ZPA"])
    with pytest.raises(RefusedInput, match="not among those who write"):
        save_section(draft, section="need", answers={}, is_done=False, over=0, by=gp, at=AT)
    with pytest.raises(RefusedInput, match="no such section"):
        save_section(draft, section="priorities", answers={}, is_done=False, over=0, by=manager, at=AT)
    sent = submitted_by(manager, place["ZPA"])
    with pytest.raises(RefusedInput, match="cannot be changed now"):
        save_section(sent, section="need", answers={}, is_done=False, over=1, by=manager, at=AT)
    assert sign_in("practice_manager").post(page_of(sent), NEED).status_code == 409
    assert sign_in("gp").post(page_of(draft), NEED).status_code == 409
    assert sign_in("practice_manager").get(page_of(draft, "priorities")).status_code == 404
    assert sign_in("practice_manager", place["ZA0002"]).post(page_of(draft), NEED).status_code == 404


@pytest.mark.database
def test_the_database_keeps_every_version(place: Any) -> None:
    draft = draft_of(place.actor("practice_manager"), place["ZPA"])
    write_all(draft, place.actor("practice_manager"))
    for deed in ({"answers": {}}, {"number": 9}):
        with pytest.raises(DatabaseError, match="only added to"), transaction.atomic():
            SectionVersion.objects.filter(proposal=draft).update(**deed)


@pytest.mark.parametrize(
    ("section", "said", "told"),
    [
        ("activity_and_money", {"yearly": "a lot"}, "must be an amount in pounds"),
        ("activity_and_money", {"costs-0-pounds": "some"}, "Row 1, Pounds: Enter an amount in pounds"),
        ("activity_and_money", {"costs-1-kind": "bribes"}, "Choose one of the list"),
        ("options", {"options-0-name": "For 943 476 5919"}, "Take out the NHS number"),
        ("options", {"options-0-hospitals_told_on": "soon"}, "Enter a day, like 1 April 2009"),
        ("activity_and_money", {"changes-0-from": "when ready"}, "Enter a month, like April 2009 or 2009-04"),
        ("activity_and_money", {"changes-0-from": "1 April 2009"}, "Enter a month, like April 2009 or 2009-04"),
        ("activity_and_money", {"costs-0-year": "2009"}, "Enter a financial year, like 2009-10"),
        ("patients_view", {"heard-0-on": "1 May 2999"}, "1 May 2999 has not come yet"),
        ("patients_view", {"heard-0-on": "last week"}, "Enter a day or a month, like 12 February 2009"),
        ("need", {"need": "Mr X, SW1A 1AA"}, "Take out the postcode"),
        ("risks", {"risks": ["none", "stops_a_service"]}, "Tick none of these, or those that are so"),
        ("options", {"is_done": "yes", "options-0-name": "Clinic"}, "Row 1 says nothing under Letter"),
        ("proposal", {"from_day-day": "31", "from_day-month": "2", "from_day-year": "2010"}, "must be a real date"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_beside_its_box(
    section: str, said: dict[str, Any], told: str, place: Any, sign_in: Callable[..., Client]
) -> None:
    draft = draft_of(place.actor("practice_manager"), place["ZPA"])
    answer = sign_in("practice_manager").post(page_of(draft, section), {"is_done": "no", "number": 0} | said)
    assert answer.status_code == 400
    assert told in answer.content.decode()
    assert not SectionVersion.objects.exists()


@pytest.mark.parametrize(
    ("kind", "said", "kept"),
    [
        (MONTH, "October 2010", "2010-10"), (MONTH, "sept 2010", "2010-09"), (MONTH, "4/2009", "2009-04"),
        (MONTH, "200904", "2009-04"), (DAY, "1st April 2009", "2009-04-01"), (DAY, "01/04/2009", "2009-04-01"),
        (DAY, "2009-4-1", "2009-04-01"), (YEAR, "2009/10", "2009-10"), (ASKED_ON, "February 2009", "February 2009"),
        (MONTH, "Aprilish 2009", None), (MONTH, "13/2009", None), (DAY, "31 February 2009", None), (DAY, "April 2009", None),
    ],
)  # fmt: skip
def test_days_months_and_years_are_read_as_people_write_them(kind: str, said: str, kept: str | None) -> None:
    if kept is None:
        with pytest.raises(ValidationError, match="like"):
            as_read(kind, said, on=AT.date())
    else:
        assert as_read(kind, said, on=AT.date()) == kept


def test_a_section_is_not_done_with_rows_that_the_appraisal_cannot_read(
    place: Any, sign_in: Callable[..., Client]
) -> None:
    manager, client = place.actor("practice_manager"), sign_in("practice_manager")
    draft = draft_of(manager, place["ZPA"])
    options = {
        "options": [
            {"option": "A", "name": "None", "do_nothing": "yes"},
            {"option": "B", "name": "Clinic", "do_nothing": "no"},
        ]
    }
    save_section(draft, section="options", answers=options, is_done=False, over=0, by=manager, at=AT)
    page = page_of(draft, "activity_and_money")
    row = {"option": "B", "hospital": "ZHA", "kind_of_activity": "OPFA", "change_a_year": "-12", "from": "April 2009"}

    def answer(**more: str) -> tuple[int, str]:
        said = {f"changes-0-{name}": cell for name, cell in (row | more).items()}
        sent = {"yearly": "100", "basis": "Counts.", "is_done": "yes", "number": 0}
        told = client.post(page, sent | said)
        return told.status_code, unescape(told.content.decode())

    for more, told in (
        ({"option": "C"}, "Row 1, Option: no option has the letter C. The section “Options” has A, B"),
        ({"hospital": ""}, "Row 1, hospital: a hospital's code expected"),
        ({"specialty": "heart"}, "Row 1, specialty: a specialty's three digits like 330, or an empty cell for all expected"),
        ({"change_a_year": "fewer"}, "Row 1, change in a full year:"),
    ):  # fmt: skip
        status, text = answer(**more)
        assert (status, told in text) == (400, True), more
    assert answer()[0] == 302
    assert latest_of(draft)["activity_and_money"].answers["changes"][0]["from"] == "2009-04"


def test_letters_of_options_that_rows_still_name_are_told_as_letters_are_saved(
    place: Any, sign_in: Callable[..., Client]
) -> None:
    manager, client = place.actor("practice_manager"), sign_in("practice_manager")
    draft = draft_of(manager, place["ZPA"])
    write_all(draft, manager, costs=[{"option": "B", "year": "2009-10", "pounds": "100"}], changes=[{"option": "A"}])
    page = page_of(draft, "options")
    rows = {"options-0-option": "A", "options-0-name": "None", "options-0-do_nothing": "yes"}
    rows |= {"options-1-option": "C", "options-1-name": "Clinic", "options-1-do_nothing": "no"}
    sent = rows | {"nothing": "It stays.", "why": "It helps.", "number": 1}
    gone = "Rows of “Activity and money” name B: no option has that letter now"
    told = client.post(page, sent | {"is_done": "yes"})
    assert (told.status_code, f"Error: </span>{gone}" in unescape(told.content.decode())) == (400, True)
    told = client.post(page, sent | {"is_done": "no"}, follow=True)
    assert f"Options is saved. {gone}." in unescape(told.content.decode())
    assert [each["option"] for each in latest_of(draft)["options"].answers["options"]] == ["A", "C"]


def test_rows_are_kept_without_the_empty_ones_and_added_up(place: Any, sign_in: Callable[..., Client]) -> None:
    draft, manager = draft_of(place.actor("practice_manager"), place["ZPA"], kind="plan"), sign_in("practice_manager")
    rows = {
        "items-0-item": "Time of a GP",
        "items-0-pounds": "1,200.50",
        "items-3-item": "Data",
        "items-3-pounds": "-200",
    }
    manager.post(page_of(draft, "management"), rows | {"is_done": "no", "number": 0})
    kept = latest_of(draft)["management"].answers["items"]
    assert kept == [{"item": "Time of a GP", "pounds": "1,200.50"}, {"item": "Data", "pounds": "-200"}]
    assert "Together £1,000.50" in manager.get(f"/proposals/{draft.code}/").content.decode()
    again = manager.get(page_of(draft, "management")).content.decode()
    assert 'value="Time of a GP"' in again


def test_every_section_of_every_kind_opens_and_reads_back(place: Any, sign_in: Callable[..., Client]) -> None:
    manager, client = place.actor("practice_manager"), sign_in("practice_manager")
    for kind in SECTIONS:
        draft = draft_of(manager, place["ZPA"], kind=kind)
        write_all(draft, manager)
        for section in sections_of(kind):
            assert client.get(page_of(draft, section.code)).status_code == 200
        text = unescape(client.get(f"/proposals/{draft.code}/").content.decode())
        assert all(section.title in text for section in sections_of(kind))


def test_what_stops_a_service_is_asked_more() -> None:
    light = [each.code for each in asked_of("case", asks_for=["need"], risks=[])]
    assert light == ["need"]
    assert [each.code for each in asked_of("case", asks_for=["need"], risks=["stops_a_service"])] == [
        "need",
        "stopping",
    ]
    assert asked_of("plan", asks_for=[], risks=[]) == sections_of("plan")
