"""Pages of reinvestment: a pot's uses and stages, spending recorded, money that waits, and what the region agreed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.web.business_cases.waiting import declared
from tests.web.reinvestment.matrix import AT, CLOCK, approved, pot_of

from pbc.errors import RefusedInput
from pbc.periods import FinancialYear
from pbc_web.accounts.standing import standing_of
from pbc_web.audit.models import Entry
from pbc_web.business_cases.actions import recusing
from pbc_web.organisations.models import Relation
from pbc_web.reinvestment import queries, shown
from pbc_web.reinvestment.actions import exceptions, spending
from pbc_web.reinvestment.models import ShareException
from pbc_web.reinvestment.queries import Stage
from pbc_web.reinvestment.rules import Shares, shares_of
from pbc_web.shell import clock
from pbc_web.statements.actions.year_ends import confirm_pot, release_pot, spend_pot
from pbc_web.statements.models import Pot

pytestmark = pytest.mark.django_db
DAY, YEAR = timedelta(days=1), FinancialYear(2008)
LONG = replace(CLOCK, spend_due_on=date(2099, 3, 31))


def words(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_spending_is_recorded_and_the_rest_set_free_on_pages(place: Any, sign_in: Callable[..., Client]) -> None:
    pot = pot_of(place, confirmed=50_000, available=50_000)
    use = approved(place, pot)
    declared(use.proposal, place.actor("finance_manager"))
    finance, page = sign_in("finance_manager"), f"/proposals/{use.proposal.code}/"
    spend, finish = (reverse(f"reinvestment:{each}", args=[use.proposal.code]) for each in ("spend", "finish"))
    assert spend in words(finance, page)
    assert spend not in words(sign_in("practice_manager"), page)
    assert "£300 of what was promised is left; £500 of the pot is available" in words(finance, spend)
    assert finance.post(spend, {"amount": "x"}).status_code == 400
    assert 'name="left" value="30000"' in finance.get(spend).text
    left = {"words": "Paid", "left": "30000"}
    for typed in ("301", "0"):
        refused = finance.post(spend, {"amount": typed, **left})
        assert refused.status_code == 400
        assert "no more than the £300 that is left and available" in refused.text
        assert f'value="{typed}"' in refused.text
        assert ">Paid</textarea>" in refused.text
    assert finance.post(spend, {"amount": "100", **left}).status_code == 302
    assert finance.post(spend, {"amount": "100", **left}).status_code == 409  # pressed twice
    assert "£200 of what was promised is left" in words(finance, finish)
    assert finance.post(finish, {}).status_code == 400
    assert finance.post(finish, {"words": "It was cheaper"}).status_code == 302
    assert finance.get(spend).status_code == 404
    told = words(sign_in("practice_manager"), page)
    assert "Approved: ZPA" in told
    assert "It was cheaper" in told
    shown_of_pot = words(sign_in("gp"), reverse("statements:pot", args=[pot.id]))
    assert f'<a href="{page}">' in shown_of_pot
    assert "£400 is free for new uses" in shown_of_pot
    row = shown.uses_table(queries.uses_for(place.actor("gp"), pot), {}).rows[-1]
    assert row[4:] == ("£300", "£100", "£200", "£0")


def test_money_is_recorded_as_spent_after_declaring(place: Any, sign_in: Callable[..., Client]) -> None:
    use, finance = approved(place, pot_of(place, confirmed=50_000, available=50_000)), sign_in("finance_manager")
    for address in (reverse(f"reinvestment:{each}", args=[use.proposal.code]) for each in ("spend", "finish")):
        for found in (finance.get(address), finance.post(address, {"amount": "1", "words": "Paid", "left": "30000"})):
            assert found.headers["Location"] == f"/proposals/{use.proposal.code}/declare/"
    use.refresh_from_db()
    assert use.left_pence == 30_000


def test_whoever_is_kept_away_records_nothing_of_what_is_spent(place: Any, sign_in: Callable[..., Client]) -> None:
    use, finance = approved(place, pot_of(place, confirmed=50_000, available=50_000)), place.actor("finance_manager")
    recusing.declare(use.proposal, says="something", words="Sells scanners.", by=finance, at=AT)
    assert "/spend/" not in words(sign_in("finance_manager"), f"/proposals/{use.proposal.code}/")
    with pytest.raises(RefusedInput, match="kept away"):
        spending.record_spending(use, amount_pence=1, words="Paid", by=finance, at=AT)
    with pytest.raises(RefusedInput, match="kept away"):
        spending.finish(use, words="Done.", by=finance, at=AT)


def test_what_was_said_of_money_stands_with_its_use_and_not_on_the_page_of_the_pot(
    place: Any, sign_in: Callable[..., Client]
) -> None:
    pot, told = pot_of(place, confirmed=50_000, available=50_000), {"by": place.actor("finance_manager"), "at": AT}
    use = approved(place, pot)
    spending.record_spending(use, amount_pence=1_000, words="Paid Smith and Sons", **told)
    spending.finish(use, words="Smith was cheaper", **told)
    of_use = words(sign_in("practice_manager"), f"/proposals/{use.proposal.code}/")
    of_pot = words(sign_in("finance_manager"), reverse("statements:pot", args=[pot.id]))
    assert [of_use.count("Smith"), of_pot.count("Smith")] == [2, 0]
    assert use.proposal.code in of_pot


def test_amounts_with_pence_are_shown_with_them(place: Any, sign_in: Callable[..., Client]) -> None:
    pot = pot_of(place, pence=500_050, confirmed=500_050, available=500_050)
    use, finance = approved(place, pot, pence=300_050), sign_in("finance_manager")
    declared(use.proposal, place.actor("finance_manager"))
    page = words(finance, f"/proposals/{use.proposal.code}/")
    assert "£3,000.50" in page
    assert "£3,001<" not in page
    told = words(finance, reverse("statements:pot", args=[pot.id]))
    for each in ("£5,000.50", "£3,000.50", "£2,000 is free for new uses"):
        assert each in told
    assert "£3,001" not in told
    assert "£3,000.50 of what was promised is left; £5,000.50 of the pot is available" in words(
        finance, reverse("reinvestment:spend", args=[use.proposal.code])
    )


def test_the_stages_of_a_pot_are_measured(place: Any) -> None:
    pot = pot_of(place)
    assert queries.stages_of(pot, [], today=date(2010, 5, 12))[:4] == [
        Stage("freed_up", date(2009, 3, 31), None), Stage("declare", date(2010, 5, 10), 405), Stage("confirm", None, 2),
        Stage("release", None, None),
    ]  # fmt: skip
    told, finance = {"reason": "Agreed"}, place.actor("finance_manager")
    confirm_pot(pot, amount_pence=50_000, by=place.actor("board_member"), at=AT + 10 * DAY, **told)
    release_pot(pot, amount_pence=50_000, by=finance, at=AT + 20 * DAY, **told)
    approved(place, pot, at=AT + 25 * DAY)
    spend_pot(pot, amount_pence=1_000, by=finance, at=AT + 40 * DAY, **told)
    found = queries.stages_of(pot, queries.uses_for(finance, pot), today=date(2011, 1, 1))
    assert [(each.code, each.days) for each in found[2:]] == [
        ("confirm", 10), ("release", 10), ("proposed", 5), ("approved", 0), ("spend", 15),
    ]  # fmt: skip
    rows = shown.stages_table(queries.stages_of(pot_of(place, year="2007-08"), [], today=AT.date())).rows
    assert [row[2] for row in rows[:4]] == ["The start", "770", "0 so far", "Not counted"]


def test_money_that_waits_is_listed_oldest_first_and_for_a_region_by_commissioner(place: Any) -> None:
    finance, told = place.actor("finance_manager"), {"reason": "Agreed"}
    old = pot_of(place, confirmed=30_000)
    confirm_pot(old, amount_pence=20_000, by=place.actor("board_member"), at=AT + 10 * DAY, **told)
    new = pot_of(place, unit="ZA0002", confirmed=10_000, available=5_000, at=AT + 5 * DAY)
    spend_pot(new, amount_pence=5_000, by=finance, at=AT + 6 * DAY, **told)
    at = queries.waiting_for(finance)
    assert [(each.name, each.step, each.pence, each.since) for each in at] == [
        ("Practice A1", "confirmed", 50_000, AT.date()), ("Practice A2", "confirmed", 5_000, (AT + 5 * DAY).date()),
    ]  # fmt: skip
    release_pot(old, amount_pence=30_000, by=finance, at=AT + 12 * DAY, **told)
    first, *rest = queries.waiting_for(place.actor("practice_manager"))
    assert (first.step, first.pence, first.since) == ("confirmed", 20_000, (AT + 10 * DAY).date())
    assert [(each.step, each.since) for each in rest] == [("available", (AT + 12 * DAY).date())]
    region = queries.waiting_for(place.actor("performance_manager"))
    assert [(each.name, each.step, each.pence, each.since) for each in region] == [
        ("", "confirmed", 25_000, (AT + 5 * DAY).date()), ("", "available", 30_000, (AT + 12 * DAY).date()),
    ]  # fmt: skip
    assert queries.waiting_for(place.actor("performance_manager", world="B")) == []
    assert shown.waiting_table(region, (AT + 15 * DAY).date()).rows[0] == (
        "PCT A", "All together", "2008/09", "Confirmed, not available", "£250", "15 May 2010", "10",
    )  # fmt: skip


def test_the_first_page_of_a_region_says_how_long_the_oldest_waits(place: Any) -> None:
    pot_of(place, confirmed=30_000)

    def says(role: str, world: str = "A") -> list[str]:
        found = standing_of(place.actor(role, world=world), AT.date() + 12 * DAY)
        return [f"{each.figure} {each.words}" for each in found if each.label == "Freed-up money that waits"]

    assert says("performance_manager") == ["£300 the oldest for 12 days, of PCT A"]
    assert says("finance_manager") == says("performance_manager")
    assert says("practice_manager") == says("performance_manager", "B") == says("supplier") == []


def test_the_region_agrees_to_an_exception_that_stands_beside_the_rule(
    place: Any, sign_in: Callable[..., Client]
) -> None:
    year = FinancialYear.of(clock.today()).plus(-1)
    pot, region = pot_of(place, confirmed=1, year=year.slug), sign_in("performance_manager")
    agree, home = reverse("reinvestment:agree"), reverse("reinvestment:reinvestment")
    assert "The region agreed to no exception" in words(region, home)
    assert agree in words(region, home)
    assert agree not in words(sign_in("finance_manager"), home)
    assert region.get(agree).status_code == 200
    sent = {"commissioner": "ZPA", "year": year.slug, "practices_percent": "60", "words": "A deficit."}
    assert region.post(agree, sent | {"practices_percent": "101"}).status_code == 400
    assert region.post(agree, sent).status_code == 302
    for _ in range(2):  # pressed twice
        assert region.post(agree, sent | {"practices_percent": "62.5", "words": "Less of one."}).status_code == 302
    assert [each.practices_percent for each in queries.exceptions_for(place.actor("gp"))] == [Decimal("62.50")]
    for reader in ("gp", "finance_manager", "performance_manager"):
        assert "62.5%" in words(sign_in(reader), home)
    told = words(sign_in("gp"), reverse("statements:pot", args=[pot.id]))
    assert "practices keep at least 70% of what they free up, and the commissioner at most 30%" in told
    assert "practices keep 62.5%. Less of one." in told
    assert Entry.objects.filter(verb="agree_exception").count() == 2
    with pytest.raises(DatabaseError), transaction.atomic():
        ShareException.everywhere.update(words="Never.")


def test_who_may_agree_to_an_exception(place: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    told: dict[str, Any] = {"words": "A deficit.", "at": AT}
    for by in (place.actor("finance_manager"), place.actor("performance_manager", world="B")):
        with pytest.raises(RefusedInput, match="by the region the commissioner answers to"):
            exceptions.agree_exception(place["ZPA"], YEAR, practices_percent=Decimal(60), by=by, **told)
    region = place.actor("performance_manager")
    with pytest.raises(RefusedInput, match="between 0% and 100%"):
        exceptions.agree_exception(place["ZPA"], YEAR, practices_percent=Decimal(101), by=region, **told)
    exceptions.agree_exception(place["ZPA"], YEAR, practices_percent=Decimal(60), by=region, **told)
    ShareException.everywhere.create(
        commissioner=place["ZPA"], financial_year="2007-08", number=1, practices_percent=60, words="So.", by_id=region.person_id, at=AT
    )  # fmt: skip
    monkeypatch.setattr("django.db.models.query.QuerySet.count", lambda self: 0)  # both counted before either wrote
    with pytest.raises(RefusedInput, match="agreed to one meanwhile"):
        exceptions.agree_exception(place["ZPA"], YEAR, practices_percent=Decimal(50), by=region, **told)
    seen = iter((None,))
    last_as = exceptions._last_as
    monkeypatch.setattr(
        exceptions, "_last_as", lambda held, said: next(seen, last_as(held, said))
    )  # nor had it written
    exceptions.agree_exception(place["ZPA"], YEAR, practices_percent=Decimal(60), by=region, **told)
    assert ShareException.everywhere.filter(financial_year=YEAR.slug).get().practices_percent == 60


def test_where_no_rule_shares_only_an_agreement_does(place: Any) -> None:
    pot = pot_of(place)
    assert shares_of(pot).commissioner_percent == pytest.approx(30)
    none = Shares(None, "So", False)
    assert none.commissioner_percent is None
    assert shown.shares_words(none, None)[0].startswith("No national rule")
    assert "(assumed)" in shown.shares_words(Shares(70.0, "So", True), None)[0]


def test_what_is_left_is_carried_on_on_pages(place: Any, sign_in: Callable[..., Client]) -> None:
    pot, finance = pot_of(place, confirmed=10_000, clock=LONG), sign_in("finance_manager")
    carry, page = reverse("reinvestment:carry", args=[pot.id]), reverse("statements:pot", args=[pot.id])
    assert carry in words(finance, page)
    assert carry not in words(sign_in("board_member"), page)
    assert "meant to be spent by 31 March 2098" in words(finance, carry)
    assert finance.post(carry, {}).status_code == 400
    told = words(finance, page)  # one day: that it may become is said where the commissioner agrees to it
    assert "meant to be spent by 31 March 2098" in told
    assert "31 March 2099" not in told
    assert finance.post(carry, {"words": "The builder was late."}).status_code == 302
    told = words(finance, page)
    assert "is carried on until 31 March 2099" in told
    assert "31 March 2098" not in told
    assert "The builder was late.</p>" in told
    assert carry not in told
    assert finance.get(reverse("reinvestment:carry", args=[0])).status_code == 404


def test_a_region_sees_sums_alone_and_all_of_it_is_handed_out(place: Any, sign_in: Callable[..., Client]) -> None:
    pot_of(place, confirmed=10_000)
    region, home = sign_in("performance_manager"), reverse("reinvestment:reinvestment")
    shown_to_region = words(region, home)
    assert "All together" in shown_to_region
    assert "Practice A1" not in shown_to_region
    assert "Practice A1" in words(sign_in("practice_manager"), home)
    assert "No freed-up money waits" in words(sign_in("practice_manager", world="B"), home)
    csv = words(region, f"{home}download/csv/?table=waiting")
    assert "PCT A" in csv
    assert "Practice A1" not in csv
    book = openpyxl.load_workbook(BytesIO(region.get(f"{home}download/xlsx/").content))
    assert any(cell == "PCT A" for sheet in book for row in sheet.values for cell in row)
    Relation.objects.filter(parent=place["ZSHA"]).delete()
    assert "No freed-up money waits" in words(region, home)


def test_more_pots_cost_no_more_queries(place: Any, sign_in: Callable[..., Client]) -> None:
    clients, counts = [sign_in("finance_manager"), sign_in("performance_manager")], []
    for unit in ("ZA0001", "ZA0002", "ZA0003"):
        pot_of(place, unit=unit, confirmed=10_000)
        with CaptureQueriesContext(connection) as asked:
            for each in clients:
                assert each.get(reverse("reinvestment:reinvestment")).status_code == 200
        counts.append(len(asked))
    assert counts[1] == counts[2]
    assert Pot.everywhere.count() == 3
