"""The register of interests in a real browser: accessible at 320 pixels, an interest declared without script."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from tests.web.browser.conftest import NARROW, looked_at
from tests.web.governance.matrix import gift_of, interest_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
REGISTER = "/interests/register/ZPA/"


def test_pages_of_interests_fit_and_are_accessible(
    place: Any, sign_in: Callable[..., Client], open_browser: Callable[..., Page]
) -> None:
    keeper = place.actor("commissioning_manager")
    held, given = interest_of(keeper, place["ZPA"]), gift_of(keeper, place["ZPA"])
    page = open_browser(sign_in("commissioning_manager"), width=NARROW)
    addresses = (
        "/interests/", "/interests/declare/", "/interests/gift/", f"/interests/entries/{held.entry}/",
        f"/interests/gifts/{given.entry}/correct/", REGISTER, f"{REGISTER}undeclared/", f"{REGISTER}interest/",
    )  # fmt: skip
    assert looked_at(page, addresses) == dict.fromkeys(addresses, ([], 0))


def test_an_interest_is_declared_without_script(
    place: Any, sign_in: Callable[..., Client], open_browser: Callable[..., Page]
) -> None:
    page = open_browser(sign_in("gp"), script=False)
    page.goto("/")
    page.get_by_role("link", name="Declare your interests").click()
    page.get_by_role("link", name="Declare an interest").click()
    page.get_by_label("Financial", exact=True).check()
    page.get_by_label("In which organisation?").fill("Alpha Care Ltd")
    page.get_by_label("What is it?").fill("Shares of the company.")
    since = page.get_by_role("group", name="Since when?")
    for part, value in (("Day", "1"), ("Month", "4"), ("Year", "2009")):
        since.get_by_label(part, exact=True).fill(value)
    page.get_by_role("button", name="Put it on the register").click()
    expect(page.locator("main")).to_contain_text("Alpha Care Ltd is in no register this service knows")
    expect(page.get_by_role("link", name="Alpha Care Ltd")).to_be_visible()
