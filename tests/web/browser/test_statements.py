"""Statements in a real browser: accessible, at 320 pixels, without script, on paper; nothing complains of the pages' policy."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page
from tests.web.browser.conftest import NARROW, faults_of, overflow_of
from tests.web.statements import world
from tests.web.statements.matrix import statement_objects
from tests.web.statements.published import AT, Stated

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def addresses(place: Any, settings: Any) -> dict[str, str]:
    """The pages looked at, by name."""
    settings.PBC_STORE, sets = world.held()
    made = statement_objects(place)
    again = Stated(sets, place).publish("restated", at=AT + timedelta(days=1))
    figure = f"statement/2009-06@{sets['restated']}:budget_statements:200906~ZA0001~year_to_date~point_of_delivery~NEL"
    of_practice = [again.id, "ZA0001"]
    return {
        "practice": reverse("statements:practice", args=of_practice),
        "figure": f"{reverse('statements:figure', args=of_practice)}?id={figure}",
        "similar": reverse("statements:similar", args=of_practice),
        "drill": reverse("statements:drill", args=of_practice),
        "records": f"{reverse('statements:records', args=of_practice)}?id={figure}",
        "commissioner": reverse("statements:commissioner", args=[again.id]),
        "year_end": reverse("statements:year_end", args=["2009-10"]),
        "pot": reverse("statements:pot", args=[made["pot"].id]),
    }


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_pages_of_statements_fit_and_are_accessible(
    width: str, addresses: dict[str, str], sign_in: Callable[..., Client], open_browser: Callable[..., Page]
) -> None:
    page = open_browser(sign_in("gp"), **({"width": NARROW} if width == "narrow" else {}))
    found = {}
    for name, address in addresses.items():
        page.goto(address)
        assert page.locator("h1").count() == 1
        found[name] = (faults_of(page), overflow_of(page))
    assert found == dict.fromkeys(addresses, ([], 0))


def test_a_month_is_read_and_acknowledged_with_the_keyboard_alone_and_without_script(
    addresses: dict[str, str], sign_in: Callable[..., Client], open_browser: Callable[..., Page]
) -> None:
    page = open_browser(sign_in("gp"), script=False)
    page.goto(addresses["practice"])
    button = page.get_by_role("button", name="I have read this statement")
    button.focus()
    page.keyboard.press("Enter")
    page.get_by_text("GP ZA0001 read it on").wait_for()
    page.locator(".pbc-figure-link").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/figure/**")
    assert page.get_by_text("How a figure came about").first.is_visible()


def test_a_statement_on_paper_leaves_out_what_only_a_screen_can_do(
    addresses: dict[str, str], sign_in: Callable[..., Client], open_browser: Callable[..., Page]
) -> None:
    page = open_browser(sign_in("gp"))
    page.goto(addresses["practice"])
    page.emulate_media(media="print")
    assert not page.get_by_role("button", name="I have read this statement").is_visible()
    assert not page.locator(".nhsuk-header__navigation").is_visible()
    assert page.locator("#table-year-to-date-service").is_visible()
    assert page.pdf()[:5] == b"%PDF-"
