"""What anyone may read of a commissioner's decisions, with everything there to leak."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from tests.web.business_cases.matrix import draft_of
from tests.web.business_cases.opened import WHOLE, decided, opened, service_changed
from tests.web.business_cases.waiting import on_day, submitted

from pbc_web.accounts.models import Person
from pbc_web.business_cases import public_shown
from pbc_web.business_cases.actions.coming_back import withdraw
from pbc_web.business_cases.actions.library import Opened, take_off_public_page
from pbc_web.shell import clock

pytestmark = pytest.mark.django_db
PAGE = "/proposals/public/ZPA/"


@pytest.fixture(autouse=True)
def in_september(monkeypatch: pytest.MonkeyPatch) -> None:
    """A day by which the eight weeks of June are over."""
    monkeypatch.setattr(clock, "_moved_by", on_day(100) - clock.now())


def everything_public(client: Client) -> str:
    return "".join(client.get(f"{PAGE}{name}").content.decode() for name in ("", "decisions.csv", "times.csv"))


def test_an_empty_page_says_what_will_stand_there(place: Any) -> None:
    page = Client().get(PAGE).content.decode()
    assert "0 proposals wait for a decision now." in page
    assert "No decision is open to anyone yet." in page
    assert "nothing can be said" in page
    assert Client().get(f"{PAGE}times.csv").status_code == 404
    assert Client().get(f"{PAGE}nothing.csv").status_code == 404
    assert Client().get(f"{PAGE}decisions.csv").status_code == 200
    for nobody in ("ZSHA", "ZA0001", "NONE"):
        assert Client().get(f"/proposals/public/{nobody}/").status_code == 404


def test_decisions_with_reasons_times_and_shares_are_open_to_anyone(place: Any) -> None:
    won = opened(place, decided(place, title="Heart clinic"), is_public=True)
    opened(place, decided(place, "refused", title="Foot scanner", day=70), is_public=True)
    service_changed(won, date(2009, 9, 1))
    submitted(place, title="Waits quietly", on=date(2009, 9, 1))
    page = Client().get(PAGE).content.decode()
    for words in (
        "Heart clinic", "Reasons for Foot scanner.", "A cheaper scanner.", "1 proposal waits for a decision now.",
        "1 of 2 (50%) were decided within eight weeks.", "1 September 2009, 82 days after the decision",
    ):  # fmt: skip
        assert words in page
    assert page.count("What would have resolved it") == 1  # of the refusal alone
    told = Client().get(f"{PAGE}decisions.csv").content.decode("utf-8-sig")
    assert "Heart clinic" in told
    assert "Submission to decision: within eight weeks" in Client().get(f"{PAGE}times.csv").content.decode()


def test_nothing_else_gets_out(place: Any) -> None:
    manager = place.actor("practice_manager")
    shown = opened(
        place, decided(place, title="Shown to anyone"), Opened(is_anonymous=True, is_agreed=True), is_public=True
    )
    draft_of(manager, place["ZPA"], title="Draft title")
    submitted(place, title="Waiting title")
    withdraw(submitted(place, title="Withdrawn title"), reason="Secret reason", by=manager, at=on_day(5))
    decided(place, title="Decided and said nothing of")
    opened(place, decided(place, title="Open to the library only"), Opened(is_open=True, sections=("need",)))
    opened(place, decided(place, title="Agreed and not shown"), WHOLE)
    taken_back = opened(place, decided(place, title="Author took it back"), is_public=True)
    opened(place, taken_back, Opened(is_open=True))
    handed_back = opened(place, decided(place, title="Handler took it off"), is_public=True)
    take_off_public_page(handed_back, by=place.actor("commissioning_manager"), at=on_day(30))
    page = everything_public(Client())
    assert "Shown to anyone" in page
    assert "Reasons for Shown to anyone." in page
    leaks = [
        "Draft title", "Waiting title", "Withdrawn title", "Secret reason", "said nothing of", "Open to the library", "Agreed and not",
        "took it", "Practice A1", "What we say of", shown.code, *Person.objects.values_list("name", flat=True),
        *Person.objects.values_list("email", flat=True),
    ]  # fmt: skip
    assert [each for each in leaks if each in page] == []


def test_it_is_kept_a_minute_for_strangers_and_never_for_somebody_signed_in(
    place: Any, sign_in: Callable[..., Client]
) -> None:
    opened(place, decided(place), is_public=True)
    for name in ("", "decisions.csv", "times.csv"):
        strangers, own = Client().get(f"{PAGE}{name}"), sign_in("gp").get(f"{PAGE}{name}")
        assert strangers["Cache-Control"] == "public, max-age=60"
        assert own["Cache-Control"] == "no-store"
        assert "Cookie" in strangers["Vary"]
        assert not strangers.cookies
    assert sign_in("commissioning_manager").get("/proposals/library/").content.decode().count(PAGE) == 1


def test_asked_again_nothing_is_worked_out_again(place: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    decided(place)
    first = Client().get(PAGE).content.decode()
    monkeypatch.setattr("pbc_web.business_cases.queries.public.decision_times_of", None)
    assert "1 of 1 (100%)" in first
    assert "1 of 1 (100%)" in Client().get(PAGE).content.decode()
    assert "nothing can be said" in public_shown.within_words(None)
