"""Differences: owned, moved with reasons, answered by the hospital; each told and reminded once, and kept in the trail."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from tests.web.ledger.test_reading import rows_of
from tests.web.statements.published import Stated

from pbc.errors import RefusedInput
from pbc.methods.reconciliation.steps import DIFFERENCES, OWED_BESIDE
from pbc.money import pounds_and_pence
from pbc.reports.reconciliation import ReconciliationMaterial
from pbc_web.accounts.models import Person
from pbc_web.accounts.tasks import tasks_for
from pbc_web.audit.models import Entry
from pbc_web.ledger import demonstration, queries
from pbc_web.ledger.actions import Sides, give_owner, move_difference, write_words
from pbc_web.ledger.models import Difference, DifferenceEvent
from pbc_web.ledger.watches import tell_of_differences
from pbc_web.notices.models import Notice
from pbc_web.runs.ledger_readings import Reconciled, reconciliation_of

pytestmark = pytest.mark.django_db
AT = datetime(2010, 5, 10, 9, 0, tzinfo=UTC)
DUE = date(2010, 6, 30)
OF_A, OF_B = "2009-10.ZPA.ZHA.on_account", "2009-10.ZPA.ZHB.unexplained"


@pytest.fixture
def taken(books: Stated, place: Any) -> tuple[Any, Sides]:
    """The first hospital's difference as it stands in June, and its sides."""
    _, stands = queries.difference_at(place.actor("contracts_manager"), OF_A, "2009-06")
    return stands, Sides(place["ZPA"], place["ZHA"])


def rows_in(page: str) -> list[list[str]]:
    """The cells of the list of differences, as words."""
    return rows_of(
        page.replace('<table class="nhsuk-table-responsive" role="table">', '<table id="table-differences">'),
        "differences",
    )


def person_of(place: Any, role: str) -> Person:
    return Person.objects.get(id=place.actor(role).person_id)


def test_a_difference_is_owned_disputed_answered_and_settled_from_its_page(
    books: Stated, place: Any, sign_in: Callable[..., Client]
) -> None:
    payer, hospital = sign_in("contracts_manager"), sign_in("provider_contract_manager")
    owner = person_of(place, "contracts_manager")
    page = reverse("ledger:difference", args=[OF_A])
    given = {
        "owner-version": 0,
        "owner-owner": owner.id,
        "owner-due_on-day": 30,
        "owner-due_on-month": 6,
        "owner-due_on-year": 2100,
    }
    assert payer.post(f"{page}owner/", given).status_code == 302
    moved = {"state-version": 1, "state-move": "dispute", "state-reason": "August was not taken back."}
    assert payer.post(f"{page}state/", moved).status_code == 302
    assert "August was not taken back." in hospital.get(page).content.decode()
    assert hospital.post(f"{page}words/", {"words-words": "It will be, in May."}).status_code == 302
    told = payer.get(page).content.decode()
    assert "It will be, in May." in told
    assert "Overdue" not in told
    listed = payer.get(reverse("ledger:differences")).content.decode()
    assert "Gone, and not settled" in listed  # nothing is left of it at the year's end
    assert owner.name in listed
    settled = {"state-version": 3, "state-move": "settle", "state-reason": "Credit note 17."}
    assert payer.post(f"{page}state/", settled).status_code == 302
    held = Difference.everywhere.get()
    assert (held.state, held.reason, held.owner, held.version) == ("settled", "Credit note 17.", owner, 4)
    verbs = Entry.objects.filter(subject_kind="difference").values_list("verb", flat=True)
    assert sorted(verbs) == ["dispute_difference", "own_difference", "settle_difference", "write_difference"]
    assert "Gone, and not settled" not in payer.get(reverse("ledger:differences")).content.decode()


@pytest.mark.parametrize(
    "where, given, said",
    [
        ("owner/", {"owner-version": 0}, "Choose who is to settle it"),
        ("state/", {"state-version": 0, "state-move": "reopen", "state-reason": "x"}, "There is a problem"),
        (
            "state/",
            {"state-version": 0, "state-move": "agree", "state-reason": "of 943 476 5919"},
            "Take out the NHS number",
        ),
        ("words/", {}, "There is a problem"),
    ],
)
def test_a_form_with_a_mistake_says_so_and_changes_nothing(
    where: str, given: dict[str, Any], said: str, books: Stated, sign_in: Callable[..., Client]
) -> None:
    answer = sign_in("contracts_manager").post(f"{reverse('ledger:difference', args=[OF_A])}{where}", given)
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert not Difference.everywhere.exists()


def test_somebody_who_saw_an_older_page_is_refused(taken: Any, place: Any, sign_in: Callable[..., Client]) -> None:
    stands, sides = taken
    by = place.actor("contracts_manager")
    give_owner(stands, sides, owner=person_of(place, "finance_manager"), due_on=DUE, version=0, by=by, at=AT)
    with pytest.raises(RefusedInput, match="Somebody else changed"):
        move_difference(stands, sides, move="settle", reason="Done.", version=0, by=by, at=AT)
    with pytest.raises(RefusedInput, match="is open"):
        move_difference(stands, sides, move="reopen", reason="Done.", version=1, by=by, at=AT)


def test_only_those_it_belongs_to_own_move_and_answer_it(taken: Any, place: Any) -> None:
    stands, sides = taken
    owner = person_of(place, "finance_manager")
    strangers = [
        place.actor("contracts_manager", world="B"),
        place.actor("information_manager"),
        place.actor("provider_contract_manager"),
    ]
    for by in strangers:
        with pytest.raises(RefusedInput, match="belongs to those who check invoices"):
            give_owner(stands, sides, owner=owner, due_on=DUE, version=0, by=by, at=AT)
        with pytest.raises(RefusedInput, match="belongs to those who check invoices"):
            move_difference(stands, sides, move="agree", reason="x", version=0, by=by, at=AT)
    with pytest.raises(RefusedInput, match="belongs to those who check invoices"):
        write_words(stands, sides, words="x", by=place.actor("provider_contract_manager", world="B"), at=AT)
    mine = place.actor("contracts_manager")
    with pytest.raises(RefusedInput, match="checks invoices for the commissioner"):
        give_owner(stands, sides, owner=person_of(place, "information_manager"), due_on=DUE, version=0, by=mine, at=AT)
    with pytest.raises(RefusedInput, match="day to settle it by is over"):
        give_owner(stands, sides, owner=owner, due_on=AT.date() - timedelta(days=1), version=0, by=mine, at=AT)
    assert not Difference.everywhere.exists()
    assert not Entry.objects.filter(subject_kind="difference").exists()


def test_another_hospitals_difference_is_not_found(books: Stated, sign_in: Callable[..., Client]) -> None:
    client = sign_in("provider_contract_manager")
    page = reverse("ledger:difference", args=[OF_B])
    assert client.get(page).status_code == 404
    assert client.post(f"{page}words/", {"words-words": "x"}).status_code == 404
    for text in ("nonsense", "2009-10", "2009-10.ZPA.ZHA.ledger", "2009-10.ZPA.ZHA.accrued"):
        assert client.get(reverse("ledger:difference", args=[text])).status_code == 404
    assert "ZHB" not in client.get(reverse("ledger:differences")).content.decode()


def test_each_side_is_told_once_and_an_owner_reminded_as_the_day_comes_near(taken: Any, place: Any) -> None:
    stands, sides = taken
    by, hospital = place.actor("contracts_manager"), place.actor("provider_contract_manager")
    owner = person_of(place, "finance_manager")
    write_words(stands, sides, words="We do not know it.", by=hospital, at=AT)
    write_words(stands, sides, words="We do not know it.", by=hospital, at=AT)  # sent twice
    assert DifferenceEvent.objects.count() == 1
    tell_of_differences(AT)
    assert set(Notice.objects.values_list("person_id", flat=True)) == {by.person_id} | {
        each.id for each in Person.objects.filter(id=owner.id)
    }
    give_owner(stands, sides, owner=owner, due_on=DUE, version=1, by=by, at=AT)
    move_difference(stands, sides, move="dispute", reason="Send the records.", version=2, by=by, at=AT)
    for at in (AT, AT, datetime(2010, 6, 20, 9, tzinfo=UTC), datetime(2010, 7, 5, 9, tzinfo=UTC)):
        tell_of_differences(at)
    said = Notice.objects.filter(person=owner).order_by("id").values_list("subject", flat=True)
    assert [each.partition(":")[0] for each in said] == [
        "A difference was written about", "A difference is yours to settle", "A difference is to be settled by 30 June 2010",
        "A difference is overdue",
    ]  # fmt: skip
    assert [each.body for each in Notice.objects.filter(person_id=hospital.person_id)] == [
        "On account, Hospital A, 2009/10.\n\nSend the records."
    ]
    write_words(stands, sides, words="Here they are.", by=hospital, at=AT)
    tell_of_differences(AT)
    assert (
        Notice.objects.filter(subject__startswith="A difference was written about").count() == 3
    )  # now its owner alone


def test_what_waits_stands_on_the_home_page_of_whoever_it_waits_for(taken: Any, place: Any) -> None:
    stands, sides = taken
    by, hospital = place.actor("contracts_manager"), place.actor("provider_contract_manager")
    give_owner(stands, sides, owner=person_of(place, "contracts_manager"), due_on=DUE, version=0, by=by, at=AT)
    move_difference(stands, sides, move="dispute", reason="Why?", version=1, by=by, at=AT)
    owned = [
        (each.title, each.is_late) for each in tasks_for(by, DUE + timedelta(days=1)) if "difference" in each.title
    ]
    assert owned == [("Settle a difference: on account, Hospital A", True)]
    asked = [each.title for each in tasks_for(hospital, DUE)]
    assert asked == ["Answer a dispute: on account, Hospital A"]
    write_words(stands, sides, words="As agreed.", by=hospital, at=AT + timedelta(hours=1))
    assert tasks_for(hospital, DUE) == []
    move_difference(stands, sides, move="settle", reason="So.", version=3, by=by, at=AT)
    assert [each for each in tasks_for(by, DUE) if "difference" in each.title] == []
    assert tasks_for(hospital, DUE) == []


def test_the_page_says_that_an_amount_changed_since_its_state_was_set(
    taken: Any, place: Any, sign_in: Callable[..., Client]
) -> None:
    stands, sides = taken  # as it stood in June; in March it is another sum
    move_difference(
        stands, sides, move="agree", reason="Taken back.", version=0, by=place.actor("contracts_manager"), at=AT
    )
    page = reverse("ledger:difference", args=[OF_A])
    assert "has changed since" not in sign_in("contracts_manager").get(f"{page}?period=2009-06").content.decode()
    assert "has changed since" in sign_in("contracts_manager").get(f"{page}?period=2010-03").content.decode()


def test_a_state_set_of_a_later_reading_tells_an_earlier_one_no_amount(
    books: Stated, place: Any, sign_in: Callable[..., Client]
) -> None:
    """Agreed as it stood in March, which the hospital does not see yet: June's page tells it nothing of March's sum."""
    by = place.actor("contracts_manager")
    _, stands = queries.difference_at(by, OF_A, "2010-03")
    move_difference(
        stands, Sides(place["ZPA"], place["ZHA"]), move="agree", reason="Taken back.", version=0, by=by, at=AT
    )
    page = reverse("ledger:difference", args=[OF_A])
    told = sign_in("provider_contract_manager").get(page).content.decode()
    assert "you see its figures once its statement is published" in told
    assert "has changed since" not in told
    assert "said of a later reading" in sign_in("contracts_manager").get(f"{page}?period=2009-06").content.decode()
    assert "later reading" not in sign_in("contracts_manager").get(f"{page}?period=2010-03").content.decode()


def rewritten(slug: str, **changed: Any) -> ReconciliationMaterial:
    material = reconciliation_of(Reconciled.parse(slug))
    assert material is not None
    return replace(material, **{name: change(getattr(material, name)) for name, change in changed.items()})


def test_a_settled_year_says_what_settled_each_difference_and_for_how_much(
    books: Stated, sign_in: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The settlement is what is invoiced otherwise than owed, by name; drugs are owed and stay as they are."""
    year_end = rewritten("2010-03-to-2010-04")
    own = year_end.steps.filter(provider_code="ZHB", period="year_to_date")
    named = own.filter(pl.col("step").is_in(DIFFERENCES) & ~pl.col("step").is_in(OWED_BESIDE))
    settlement = -int(named["amount_pence"].sum())
    is_it = (pl.col("step") == "settlement") & (pl.col("provider_code") == "ZHB")
    pence = pl.when(is_it).then(settlement).otherwise(pl.col("amount_pence")).alias("amount_pence")
    square = replace(year_end, steps=year_end.steps.with_columns(pence))
    monkeypatch.setattr("pbc_web.ledger.queries.reconciliation_of", lambda period: square)
    page = sign_in("contracts_manager").get(reverse("ledger:differences")).content.decode()
    rows = {(row[0].partition(",")[0], row[1]): row[4] for row in rows_in(page)}
    settled = f"Settled by the settlement of {pounds_and_pence(settlement)}"
    assert " ".join(rows["Billed twice", "provider ZH2 (ZHB)"].split()) == settled
    assert rows["Drugs and devices", "provider ZH2 (ZHB)"] == "Open"
    assert f"The settlement of {pounds_and_pence(settlement)} settles what was invoiced otherwise than owed:" in page
    one = sign_in("contracts_manager").get(reverse("ledger:difference", args=["2009-10.ZPA.ZHB.billed_twice"]))
    assert "by the settlement of" in one.content.decode()


def test_the_list_has_a_total_a_year_and_says_what_comes_to_nothing(
    books: Stated, place: Any, sign_in: Callable[..., Client]
) -> None:
    client = sign_in("contracts_manager")
    page = client.get(f"{reverse('ledger:differences')}?year=2009-10").content.decode()
    rows = rows_in(page)
    stands = [each for own in queries.newest_books(place.actor("contracts_manager")) for each in own.differences]
    assert (rows[-1][0], rows[-1][2]) == ("Total", pounds_and_pence(sum(each.amount_pence for each in stands)))
    nothing = [row[4] for row in rows[:-1] if row[2] == "£0.00"]
    assert nothing == ["Nothing to settle: it comes to nothing"] * sum(each.amount_pence == 0 for each in stands)
    assert nothing
    assert client.get(f"{reverse('ledger:differences')}?year=nonsense").status_code == 200
    assert client.get(reverse("ledger:listing")).content.decode().count("replaced by a later reading") == 1


def test_the_halves_of_an_invoice_posted_to_the_wrong_hospital_lead_to_each_other(
    books: Stated, sign_in: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    astray = {"step": "posting_difference", "reason": "posted_to_another_provider", "invoice_number": "I1"}
    year_end = rewritten("2010-03-to-2010-04")
    template = year_end.items.filter(provider_code="ZHB").head(1)
    halves = [
        template.with_columns(
            *(pl.lit(value).alias(name) for name, value in (astray | {"provider_code": code}).items()),
            pl.lit(f"2009-10.ZPA.{code}.posting_difference.invoice.I1").alias("difference_id"),
        ).select(year_end.items.columns)
        for code in ("ZHA", "ZHB")
    ]
    is_it = (pl.col("step") == "posting_difference") & (pl.col("period") == "year_to_date")
    count = pl.when(is_it).then(1).otherwise(pl.col("items_count")).cast(year_end.steps["items_count"].dtype)
    square = replace(
        year_end, items=pl.concat([year_end.items, *halves]), steps=year_end.steps.with_columns(items_count=count)
    )
    monkeypatch.setattr("pbc_web.ledger.queries.reconciliation_of", lambda period: square)
    addresses = [
        reverse("ledger:difference", args=[f"2009-10.ZPA.{code}.posting_difference"]) for code in ("ZHA", "ZHB")
    ]
    for own, other in (addresses, addresses[::-1]):
        assert f'href="{other}?period=2010-03-to-2010-04"' in sign_in("finance_manager").get(own).content.decode()


def test_the_database_itself_refuses_a_state_without_reason_an_owner_without_day_and_the_same_twice(place: Any) -> None:
    given = {
        "difference_id": "x", "commissioner": place["ZPA"], "provider_code": "none", "financial_year": "2009-10", "step": "unexplained",
        "amount_pence": 1,
    }  # fmt: skip
    owner = person_of(place, "contracts_manager")
    for wrong in ({"state": "settled"}, {"owner": owner}, {"due_on": DUE}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Difference.everywhere.create(**given | wrong)
    held = Difference.everywhere.create(**given)
    with pytest.raises(IntegrityError), transaction.atomic():
        Difference.everywhere.create(**given)
    with pytest.raises(IntegrityError), transaction.atomic():
        DifferenceEvent.objects.create(
            difference=held, kind="agree", side="commissioner", by=owner, role="", amount_pence=1, at=AT
        )
    assert str(held) == "x"


def test_a_difference_that_names_no_hospital_is_the_commissioners_alone(place: Any, books: Stated) -> None:
    """An entry of the ledger without a hospital: owned and reminded, and no hospital is told."""
    by = place.actor("contracts_manager")
    Difference.everywhere.create(
        difference_id="2009-10.ZPA.none.posting_difference", commissioner=place["ZPA"], provider_code="none", financial_year="2009-10",
        step="posting_difference", amount_pence=1, owner_id=by.person_id, due_on=DUE,
    )  # fmt: skip
    held = Difference.everywhere.get()
    DifferenceEvent.objects.create(
        difference=held,
        kind="write",
        words="Whose is it?",
        side="commissioner",
        by_id=by.person_id,
        role="x",
        amount_pence=1,
        at=AT,
    )
    tell_of_differences(datetime(2010, 6, 29, 9, tzinfo=UTC))
    assert [each.subject for each in Notice.objects.all()] == [
        "A difference is to be settled by 30 June 2010: no hospital named"
    ]
    assert "no hospital named" in next(each.title for each in tasks_for(by, DUE) if "difference" in each.title)


def test_a_list_of_differences_asks_the_database_alike_however_many_are_taken_up(
    taken: Any, place: Any, sign_in: Callable[..., Client], django_assert_max_num_queries: Any
) -> None:
    client, by = sign_in("contracts_manager"), place.actor("contracts_manager")
    for each in queries.newest_books(by)[0].differences:
        sides = Sides(place["ZPA"], place[each.provider_code])
        give_owner(each, sides, owner=person_of(place, "finance_manager"), due_on=DUE, version=0, by=by, at=AT)
    assert Difference.everywhere.count() > 4
    client.get(reverse("ledger:listing"))
    with django_assert_max_num_queries(12):
        client.get(reverse("ledger:differences"))


def test_the_demonstration_takes_up_what_stands_by_the_same_actions(books: Stated, place: Any) -> None:
    """On account agreed, the unexplained disputed; a hospital's contract manager answers where there is one."""
    for role, world in (
        ("contracts_manager", "A"),
        ("provider_contract_manager", "B"),
        ("provider_contract_manager", "A"),
    ):
        place.actor(role, world=world)
    demonstration.fill(AT)
    states = dict(Difference.everywhere.values_list("step", "state"))
    assert {states["unexplained"], states["drugs_and_devices"]} == {"disputed"}
    assert DifferenceEvent.objects.filter(side="hospital").count() == 1
    assert not DifferenceEvent.objects.filter(is_told=False).exists()
