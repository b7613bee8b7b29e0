"""The books in a real browser: accessible, at 320 pixels, a difference settled without script; nothing complains."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page
from tests.web.browser.conftest import NARROW, faults_of, overflow_of
from tests.web.ledger import world
from tests.web.statements.published import Stated

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
JUNE = ("2009-06", "ZPA")
DIFFERENCE = "2009-10.ZPA.ZHB.unexplained"


@pytest.fixture
def addresses(place: Any, settings: Any) -> dict[str, str]:
    """The pages looked at, by name."""
    settings.PBC_STORE, _, sets = world.held()
    Stated(sets, place).publish("2009-06")
    return {
        "listing": reverse("ledger:listing"),
        "position": reverse("ledger:position", args=JUNE),
        "hospital": reverse("ledger:hospital", args=[*JUNE, "ZHB"]),
        "differences": reverse("ledger:differences"),
        "difference": reverse("ledger:difference", args=[DIFFERENCE]),
        "contracts": reverse("ledger:contracts", args=["2009-10"]),
        "contract": reverse("ledger:contract", args=["2009-10", "ZPA", "ZHB"]),
        "reconcile": reverse("ledger:reconcile"),
    }


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_pages_of_the_books_fit_and_are_accessible(
    width: str, addresses: dict[str, str], sign_in: Callable[..., Client], open_browser: Callable[..., Page]
) -> None:
    page = open_browser(sign_in("contracts_manager"), **({"width": NARROW} if width == "narrow" else {}))
    found = {}
    for name, address in addresses.items():
        page.goto(address)
        assert page.locator("h1").count() == 1
        page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        found[name] = (faults_of(page), overflow_of(page))
    assert found == dict.fromkeys(addresses, ([], 0))


def test_a_difference_is_owned_and_settled_without_script(
    addresses: dict[str, str], sign_in: Callable[..., Client], open_browser: Callable[..., Page]
) -> None:
    page = open_browser(sign_in("contracts_manager"), script=False)
    page.goto(addresses["differences"])
    page.get_by_role("link", name="Unexplained").first.click()
    page.get_by_text("Give it an owner").click()
    page.get_by_label("Owner").select_option(label="Contracts manager ZPA")
    for part, value in (("Day", "30"), ("Month", "6"), ("Year", "2100")):
        page.get_by_label(part, exact=True).fill(value)
    page.get_by_role("button", name="Give it to them").click()
    page.get_by_text("Contracts manager ZPA, by 30 June 2100").wait_for()
    page.get_by_text("Change its state").click()
    page.get_by_label("Settle it", exact=True).check()
    page.get_by_label("Reason").fill("The hospital took the line back: credit 17.")
    page.get_by_role("button", name="Write it down").click()
    page.get_by_text("It is written down, and the hospital is told.").wait_for()
    assert page.get_by_text("Settled").first.is_visible()
