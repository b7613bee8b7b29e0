"""Beginning a proposal and finding it: who begins what, its code, who sees a draft, the list and its files."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.web.business_cases.matrix import AT, draft_of

from pbc.errors import RefusedInput
from pbc.periods import FinancialYear
from pbc_web.accounts.actor import Actor
from pbc_web.audit.models import Entry
from pbc_web.business_cases import parts, shown
from pbc_web.business_cases.actions.drafting import Named, begin
from pbc_web.business_cases.actions.writing import save_section
from pbc_web.business_cases.models import Proposal
from pbc_web.business_cases.queries.listings import Asked, listed_for

pytestmark = pytest.mark.django_db
LIST, NEW = "/proposals/", "/proposals/new/"


def test_codes_run_on_within_a_commissioner_and_a_year(place: Any) -> None:
    manager, lead, other = (
        place.actor("practice_manager"),
        place.actor("cluster_lead"),
        place.actor("practice_manager", world="B"),
    )
    begun = [
        draft_of(manager, place["ZPA"]),
        draft_of(lead, place["ZPA"], kind="plan"),
        draft_of(other, place["ZPB"]),
        begin("case", Named("Later", FinancialYear(2010)), commissioner=place["ZPA"], by=manager, at=AT),
    ]
    assert [each.code for each in begun] == ["ZPA-2009-001", "ZPA-2009-002", "ZPB-2009-001", "ZPA-2010-001"]
    assert Entry.objects.filter(verb="begin_proposal").count() == 4
    assert begun[0].authors.get().person_id == manager.person_id


def test_what_may_not_be_begun_is_refused(place: Any) -> None:
    manager, pct = place.actor("practice_manager"), place["ZPA"]
    plan, case = draft_of(manager, pct, kind="plan"), draft_of(manager, pct)
    for who, to in ((manager, place["ZPB"]), (place.actor("finance_manager"), pct)):
        with pytest.raises(RefusedInput, match="their own commissioner"):
            draft_of(who, to)
    with pytest.raises(RefusedInput, match="quick win"):
        draft_of(manager, pct, kind="plan", is_quick_win=True)
    for kind, parent in (("plan", plan), ("case", case)):
        with pytest.raises(RefusedInput, match="belongs to a plan"):
            draft_of(manager, pct, kind=kind, parent=parent)
    assert draft_of(manager, pct, parent=plan, is_quick_win=True).parent == plan


def test_a_draft_is_its_organisations_alone(place: Any, sign_in: Callable[..., Client]) -> None:
    draft = draft_of(place.actor("practice_manager"), place["ZPA"])
    page = reverse("business_cases:proposal", args=[draft.code])
    opened = {
        "colleague": sign_in("gp"), "group": sign_in("cluster_lead"), "payer": sign_in("commissioning_manager"),
        "neighbour": sign_in("practice_manager", place["ZA0002"]), "region": sign_in("performance_manager"),
    }  # fmt: skip
    assert {who: client.get(page).status_code for who, client in opened.items()} == {
        "colleague": 200, "group": 404, "payer": 404, "neighbour": 404, "region": 404,
    }  # fmt: skip
    for who in ("group", "payer", "neighbour", "region"):
        assert draft.code not in opened[who].get(LIST).content.decode()
        assert draft.code not in opened[who].get(f"{LIST}download/csv/").content.decode()


def test_it_is_begun_on_the_page_and_mistakes_are_told(place: Any, sign_in: Callable[..., Client]) -> None:
    manager, year = sign_in("practice_manager"), FinancialYear.of(date.today())  # noqa: DTZ011 the page's own year
    empty = manager.post(NEW, {})
    assert empty.status_code == 400
    assert "Enter what it is called" in empty.content.decode()
    wrong = manager.post(NEW, {"kind": "plan", "title": "A plan", "year": year.slug, "is_quick_win": "on"})
    assert "Only a business case can be a quick win" in wrong.content.decode()
    plan = manager.post(NEW, {"kind": "plan", "title": "A plan", "year": year.slug}, follow=True)
    assert "Only your organisation and those you write it with see it." in plan.content.decode()
    made = Proposal.everywhere.get()
    in_itself = {"kind": "plan", "title": "Another", "year": year.slug, "parent": made.code}
    assert "A plan belongs to no other plan" in manager.post(NEW, in_itself).content.decode()
    manager.post(NEW, in_itself | {"kind": "case", "is_quick_win": "on"})
    case = Proposal.everywhere.get(kind="case")
    assert (case.parent, case.is_quick_win) == (made, True)


def test_pressed_twice_it_is_begun_once_until_something_is_written(place: Any, sign_in: Callable[..., Client]) -> None:
    actor, manager, gp = place.actor("practice_manager"), sign_in("practice_manager"), sign_in("gp")
    said = {"kind": "case", "title": "Feet", "year": FinancialYear.of(date.today()).slug}  # noqa: DTZ011 the page's own year
    first, again = manager.post(NEW, said), manager.post(NEW, said)
    assert first["Location"] == again["Location"]
    made = Proposal.everywhere.get()
    assert Entry.objects.filter(verb="begin_proposal").count() == 1
    gp.post(NEW, said)  # a colleague's own
    save_section(made, section="need", answers={"need": "Feet."}, is_done=False, over=0, by=actor, at=AT)
    manager.post(NEW, said)
    assert Proposal.everywhere.count() == 3


def test_whoever_has_two_commissioners_says_which_and_whoever_has_none_cannot(
    place: Any, sign_in: Callable[..., Client]
) -> None:
    from pbc_web.organisations.models import Relation

    lead, year = sign_in("cluster_lead"), FinancialYear.of(date.today())  # noqa: DTZ011 the page's own year
    Relation.objects.filter(member=place["ZA0002"], relation="practice_commissioner").update(parent=place["ZPB"])
    said = {"kind": "case", "title": "Feet", "year": year.slug}
    assert lead.post(NEW, said).status_code == 400
    lead.post(NEW, said | {"commissioner": "ZPB"})
    assert Proposal.everywhere.get().commissioner == place["ZPB"]
    Relation.objects.filter(relation="practice_commissioner").delete()
    assert "belongs to no commissioner" in sign_in("gp").get(NEW).content.decode()
    assert sign_in("gp").post(NEW, said).status_code == 400


def test_the_list_finds_by_state_kind_and_words(place: Any) -> None:
    manager, pct = place.actor("practice_manager"), place["ZPA"]
    case, plan = draft_of(manager, pct), draft_of(manager, pct, kind="plan", title="Our year")
    Proposal.everywhere.filter(id=plan.id).update(state="discarded")

    def found(actor: Actor = manager, **asked: str) -> list[str]:
        return [each.code for each in listed_for(actor, Asked(**asked))]

    assert found() == found(words="heart") == found(kind="case") == found(state="draft") == [case.code]
    assert found(state="discarded") == [plan.code]
    assert found(words="kidney") == found(kind="use_of_pot") == []


def test_the_list_says_what_is_next_where_it_is_empty(sign_in: Callable[..., Client]) -> None:
    assert "Begin with a plan for the year" in sign_in("gp").get(LIST).content.decode()
    assert "Nothing has been submitted yet" in sign_in("committee_member").get(LIST).content.decode()
    assert "No proposal is like that" in sign_in("gp").get(LIST, {"words": "x"}).content.decode()
    assert "Proposals" in sign_in("gp").get(LIST, {"state": "no such state"}).content.decode()


def test_the_list_takes_as_many_queries_for_three_as_for_one(place: Any, sign_in: Callable[..., Client]) -> None:
    client, manager = sign_in("gp"), place.actor("practice_manager")
    client.get(LIST)  # a session's first page asks for more
    counts = []
    for more in (1, 2):
        for _ in range(more):
            draft_of(manager, place["ZPA"])
        with CaptureQueriesContext(connection) as asked:
            client.get(LIST)
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("state", "due", "decided", "said", "late"),
    [
        ("draft", None, None, "Not counted yet", False), ("submitted", date(2009, 6, 25), None, "1 day left", False),
        ("submitted", date(2009, 6, 24), None, "Due today", False), ("submitted", date(2009, 6, 22), None, "2 days late", True),
        ("approved", date(2009, 6, 22), date(2009, 6, 1), "Decided 1 June 2009", False),
        ("withdrawn", date(2009, 6, 22), None, "Not decided", False),
    ],
)  # fmt: skip
def test_time_left_in_words(state: str, due: date | None, decided: date | None, said: str, late: bool) -> None:
    of, today = Proposal(state=state, due_on=due, decided_on=decided), date(2009, 6, 24)
    assert (shown.time_left(of, today=today), shown.is_late(of, today=today)) == (said, late)


def test_parts_stand_in_order_once_and_only_where_they_have_something(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "_parts", [])
    something, nothing = (lambda *_: {"words": "here"}), (lambda *_: None)
    for order, template, function in ((9, "b", something), (1, "a", something), (5, "c", nothing), (9, "b", something)):
        parts.add_part(order, template, function)
    found = parts.parts_of(None, None, AT)  # type: ignore[arg-type]  # the functions look at neither
    assert [(each.template, each.part) for each in found] == [("a", {"words": "here"}), ("b", {"words": "here"})]
