"""The base page in a real browser."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page
from tests.web.browser.conftest import NARROW, faults_of, overflow_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("path", ["/account/", "/account/role/", "/organisations/", "/accessibility/", "/nowhere/"])
@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_a_page_fits_and_is_accessible(
    path: str, width: str, sign_in: Callable[..., Any], open_browser: Callable[..., Page]
) -> None:
    page = open_browser(sign_in("practice_manager"), **({"width": NARROW} if width == "narrow" else {}))
    page.goto(path)
    assert (faults_of(page), overflow_of(page)) == ([], 0)
    assert page.locator("h1").count() == 1


def test_a_page_works_without_script(sign_in: Callable[..., Any], open_browser: Callable[..., Page]) -> None:
    page = open_browser(sign_in("practice_manager"), script=False)
    page.goto("/account/")
    assert page.get_by_role("heading", name="Your account").is_visible()


def test_script_of_the_design_system_runs_under_the_content_security_policy(
    sign_in: Callable[..., Any], open_browser: Callable[..., Page]
) -> None:
    page = open_browser(sign_in("practice_manager"))
    page.goto("/account/")
    assert "nhsuk-frontend-supported" in (page.locator("body").get_attribute("class") or "")
