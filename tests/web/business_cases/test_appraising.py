"""The engine appraises a case from its typed rows; figures of statements are taken in as they stand; both are frozen with it."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from tests.web.business_cases.matrix import AT, SUBMITTED_AT, answer_to, draft_of, write_all
from tests.web.business_cases.waiting import declared
from tests.web.ledger.world import held
from tests.web.statements.published import Stated
from tests.web.statements.world import held as stated_store

from pbc.errors import RefusedInput
from pbc.results import Store, figure_id
from pbc_web.audit.models import Entry
from pbc_web.business_cases.actions import coming_back
from pbc_web.business_cases.actions.appraising import ask_appraisal
from pbc_web.business_cases.actions.evidence import drop_figure, take_figure
from pbc_web.business_cases.actions.submitting import seen_of, submit
from pbc_web.business_cases.actions.writing import save_section
from pbc_web.business_cases.models import Appraisal, Evidence, Proposal
from pbc_web.business_cases.queries.evidence import evidence_of
from pbc_web.business_cases.queries.sections import latest_of
from pbc_web.business_cases.sections import section_of
from pbc_web.runs.models import Run
from pbc_web.runs.worker import work_off

pytestmark = pytest.mark.django_db
ROWS: dict[str, Any] = {
    "options": [
        {"option": "A", "name": "Do nothing", "do_nothing": "yes"}, {"option": "B", "name": "Clinic", "do_nothing": "no"},
    ],
    "costs": [
        {
            "option": "B", "year": "2009-10", "kind": "set_up", "paid_from": "freed_up_resources", "every_year": "no",
            "pounds": "1,000", "what_for": "Rooms",
        }
    ],
    "changes": [
        {"option": "B", "hospital": "ZHA", "kind_of_activity": "OPFA", "change_a_year": "-12", "from": "2009-10"},
    ],
    "money": [{"year": "2009-10", "paid_from": "freed_up_resources", "pounds_named": "1,000"}],
}  # fmt: skip


@pytest.fixture
def store(settings: Any) -> Store:
    """The store of world A with prices and contracts, in which appraisals are kept too."""
    settings.PBC_STORE = held()[0]
    return Store(held()[0])


def written(place: Any, **answers: Any) -> Proposal:
    """A draft with every section done and rows the engine reads."""
    draft = draft_of(place.actor("practice_manager"), place["ZPA"])
    write_all(draft, place.actor("practice_manager"), **(ROWS | answers))
    return draft


@pytest.mark.usefixtures("store")
def test_it_is_appraised_once_shown_and_explained(place: Any, sign_in: Callable[..., Client]) -> None:
    manager, client, draft = place.actor("practice_manager"), sign_in("practice_manager"), written(place)
    page = f"/proposals/{draft.code}/"
    assert "It is not appraised yet" in client.get(page).content.decode()
    assert "It is being appraised" in client.post(f"{page}appraise/", follow=True).content.decode()
    assert ask_appraisal(draft, by=manager, at=AT) == Appraisal.objects.get()
    assert client.get(f"{page}figure/").status_code == 404
    work_off(at=AT)
    done = Appraisal.objects.get()
    assert (done.set_name, done.made_of) == (
        "appraisal/zpa-2009-001",
        {"activity_and_money": 1, "options": 1, "who_pays": 1},
    )
    shown = client.get(page).content.decode()
    assert "leaves the commissioner £14,858 better off than doing nothing" in shown
    assert "Its rows have changed since" not in shown
    assert "Appraised as its rows stand" in client.get(f"{page}check/").content.decode()
    row = {"case_code": draft.code, "option_code": "B", "financial_year": "2009-10", "step": "priced"}
    figure = figure_id(done.set_name, done.set_id, "appraisal_lines", row)
    assert f"?id={quote(figure)}" in shown
    explained = client.get(f"{page}figure/", {"id": figure})
    assert explained.status_code == 200
    assert "£1,900" in explained.content.decode()
    for other in (f"{figure}x", "nothing", figure.replace("appraisal_lines", "budget_statements")):
        assert client.get(f"{page}figure/", {"id": other}).status_code == 404
    assert sign_in("practice_manager", place["ZA0002"]).get(f"{page}figure/", {"id": figure}).status_code == 404


@pytest.mark.usefixtures("store")
def test_it_stays_that_of_the_case_and_is_read_after_declaring(place: Any, sign_in: Callable[..., Client]) -> None:
    manager, client, draft = place.actor("practice_manager"), sign_in("practice_manager"), written(place)
    page = f"/proposals/{draft.code}/"
    ask_appraisal(draft, by=manager, at=AT)
    work_off(at=AT)
    done = Appraisal.objects.get()
    row = {"case_code": draft.code, "option_code": "B", "financial_year": "2009-10", "step": "priced"}
    figure = figure_id(done.set_name, done.set_id, "appraisal_lines", row)
    rows = [ROWS["options"][0], ROWS["options"][1] | {"name": "Other"}]
    answers = {each.name: answer_to(each) for each in section_of("case", "options").questions} | {"options": rows}  # type: ignore[union-attr]  # there is one
    save_section(draft, section="options", answers=answers, is_done=True, over=1, by=manager, at=AT)
    for address in (page, f"{page}check/"):
        assert "rows have changed since" in client.get(address).content.decode()
    sent = submit(draft, seen=seen_of(latest_of(draft)), by=manager, at=SUBMITTED_AT)
    member = sign_in("committee_member")
    assert member.get(f"{page}figure/", {"id": figure}).url == f"{page}declare/"
    declared(sent, place.actor("committee_member"))
    assert "better off" in member.get(page).content.decode()
    assert member.get(f"{page}figure/", {"id": figure}).status_code == 200
    assert not list(Run.objects.visible_to(place.actor("committee_member")))


@pytest.mark.usefixtures("store")
def test_what_cannot_be_appraised_is_told_and_asked_again(place: Any, sign_in: Callable[..., Client]) -> None:
    manager, client = place.actor("practice_manager"), sign_in("practice_manager")
    nowhere = [ROWS["changes"][0] | {"hospital": "ZZZ"}]
    draft = written(place, changes=nowhere)
    ask_appraisal(draft, by=manager, at=AT)
    work_off(at=AT)
    assert "It could not be appraised" in client.get(f"/proposals/{draft.code}/").content.decode()
    assert ask_appraisal(draft, by=manager, at=AT).run_id != Appraisal.objects.earliest("id").run_id
    assert Entry.objects.filter(verb="ask_appraisal").count() == 2


@pytest.mark.usefixtures("store")
def test_rows_that_cannot_be_read_and_whoever_does_not_write_are_refused(place: Any) -> None:
    manager, draft = place.actor("practice_manager"), written(place, costs=[ROWS["costs"][0] | {"year": "next"}])
    with pytest.raises(RefusedInput, match="cannot be read") as told:
        ask_appraisal(draft, by=manager, at=AT)
    assert "Costs, row 1, financial year" in told.value.found
    for proposal in (draft_of(manager, place["ZPA"]), draft_of(manager, place["ZPA"], kind="plan")):
        with pytest.raises(RefusedInput, match="no options to appraise"):
            ask_appraisal(proposal, by=manager, at=AT)
    with pytest.raises(RefusedInput, match="not among those who write"):
        ask_appraisal(draft, by=place.actor("gp"), at=AT)
    assert not Run.everywhere.exists()


@pytest.mark.usefixtures("store")
def test_nothing_is_made_of_no_cost_and_no_activity_and_not_appraised_is_said(
    place: Any, sign_in: Callable[..., Client]
) -> None:
    draft, client = written(place, costs=[], changes=[]), sign_in("practice_manager")
    page = f"/proposals/{draft.code}/"
    refusal = client.post(f"{page}appraise/")
    text = refusal.content.decode()
    assert (refusal.status_code, "no cost and no change of activity is written" in text) == (409, True)
    assert "the section “Activity and money”" in text
    assert f'href="{page}"' in text
    assert not Appraisal.objects.exists()
    assert "Not appraised: the engine has not" in client.get(f"{page}check/").content.decode()
    sent = submit(draft, seen=seen_of(latest_of(draft)), by=place.actor("practice_manager"), at=SUBMITTED_AT)
    declared(sent, place.actor("commissioning_manager"))
    assert "<strong>Not appraised</strong>" in sign_in("commissioning_manager").get(page).content.decode()


@pytest.fixture
def figure(place: Any, settings: Any) -> str:
    """A figure of the first practice's published statement."""
    settings.PBC_STORE = stated_store()[0]
    publication = Stated(stated_store()[1], place).publish("2009-06")
    rows = Store(stated_store()[0]).at(publication.set_name, publication.set_id).frame("budget_statements")
    row = rows.filter((rows["practice_code"] == "ZA0001") & (rows["cut"] == "total")).row(0, named=True)
    return figure_id(publication.set_name, publication.set_id, "budget_statements", row)


def test_a_figure_is_taken_in_frozen_once_and_taken_off(place: Any, figure: str) -> None:
    manager = place.actor("practice_manager")
    draft = draft_of(manager, place["ZPA"])
    made = [take_figure(draft, figure_text=f" {figure} ", shows="We overspend.", by=manager, at=AT) for _ in range(2)]
    assert made[0] == made[1]
    assert made[0].said.startswith(("£", "−£"))
    for _ in range(2):
        drop_figure(made[0], by=manager, at=AT)
    assert not evidence_of(draft).exists()
    verbs = Entry.objects.filter(verb__endswith="_figure").order_by("number").values_list("verb", flat=True)
    assert list(verbs)[-2:] == ["take_figure", "drop_figure"]


def test_nobody_takes_in_what_they_may_not_open(place: Any, figure: str) -> None:
    neighbour = place.actor("practice_manager", place["ZA0002"])
    theirs = draft_of(neighbour, place["ZPA"])
    for text in (figure, "no figure", figure.replace("ZA0001", "ZA0009")):
        with pytest.raises(RefusedInput, match="no such figure"):
            take_figure(theirs, figure_text=text, shows="x", by=neighbour, at=AT)
    own = draft_of(place.actor("practice_manager"), place["ZPA"])
    with pytest.raises(RefusedInput, match="not among those who write"):
        take_figure(own, figure_text=figure, shows="x", by=place.actor("gp"), at=AT)


def test_it_is_taken_in_on_the_page_and_comes_back_with_the_case(
    place: Any, figure: str, sign_in: Callable[..., Client]
) -> None:
    manager, client = place.actor("practice_manager"), sign_in("practice_manager")
    draft = draft_of(manager, place["ZPA"])
    page = f"/proposals/{draft.code}/"
    assert client.post(f"{page}evidence/", {}).status_code == 400
    wrong = client.post(f"{page}evidence/", {"figure": "x", "shows": "x"})
    assert (wrong.status_code, "There is no such figure" in wrong.content.decode()) == (400, True)
    shown = client.post(f"{page}evidence/", {"figure": figure, "shows": "We overspend."}, follow=True).content.decode()
    assert "We overspend." in shown
    assert "Frozen on" in shown
    write_all(draft, manager)
    submit(draft, seen=seen_of(latest_of(draft)), by=manager, at=SUBMITTED_AT)
    assert client.post(f"{page}evidence/{Evidence.objects.get().id}/take-off/").status_code == 409
    coming_back.withdraw(draft, reason="Later.", by=manager, at=SUBMITTED_AT)
    back = coming_back.bring_back(draft, by=manager, at=SUBMITTED_AT)
    assert [each.figure_id for each in evidence_of(back)] == [figure]
    client.post(f"/proposals/{back.code}/evidence/{evidence_of(back).get().id}/take-off/")
    assert not evidence_of(back).exists()
