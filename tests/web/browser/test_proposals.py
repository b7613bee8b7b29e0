"""Proposals in a real browser: accessible at 320 pixels; an author saves, comes back and submits without script."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from tests.web.browser.conftest import NARROW, looked_at
from tests.web.business_cases.matrix import AT, draft_of, submitted_by, write_all

from pbc_web.business_cases.actions.writing import save_section
from pbc_web.business_cases.queries.sections import latest_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_pages_of_proposals_fit_and_are_accessible(
    place: Any, sign_in: Callable[..., Client], open_browser: Callable[..., Page]
) -> None:
    manager = place.actor("practice_manager")
    draft, sent = draft_of(manager, place["ZPA"]), submitted_by(manager, place["ZPA"])
    write_all(draft, manager)
    save_section(draft, section="need", answers={"need": "Other."}, is_done=False, over=1, by=manager, at=AT)
    page = open_browser(sign_in("practice_manager"), width=NARROW)
    one = f"/proposals/{draft.code}/"
    addresses = (
        "/proposals/", "/proposals/new/", "/proposals/ideas/new/", one, f"{one}sections/activity_and_money/",
        f"{one}sections/need/history/", f"{one}check/", f"{one}attach/", f"/proposals/{sent.code}/submitted/",
    )  # fmt: skip
    assert looked_at(page, addresses) == dict.fromkeys(addresses, ([], 0))


def test_an_author_saves_comes_back_and_submits_without_script(
    place: Any, sign_in: Callable[..., Client], open_browser: Callable[..., Page]
) -> None:
    manager = place.actor("practice_manager")
    draft = draft_of(manager, place["ZPA"])
    write_all(draft, manager)
    last = latest_of(draft)["equality"]
    save_section(draft, section="equality", answers={}, is_done=False, over=last.number, by=manager, at=AT)
    page = open_browser(sign_in("practice_manager"), script=False)
    page.goto(f"/proposals/{draft.code}/")
    page.get_by_role("link", name="Need", exact=True).click()
    page.get_by_label("What need does it address?").fill("People wait nine weeks.")
    page.get_by_label("No, I will come back to it").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("Need is saved.")
    expect(page.locator("main")).to_contain_text("1 section to complete")
    page.get_by_role("link", name="Need", exact=True).click()
    expect(page.get_by_label("What need does it address?")).to_have_value("People wait nine weeks.")
    page.get_by_label("Yes", exact=True).check()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Check and submit").click()
    expect(page.locator("main")).to_contain_text("goes the light route")
    page.get_by_role("button", name="Submit to PCT A").click()
    expect(page.get_by_role("heading", name="Submitted")).to_be_visible()
    expect(page.locator("main")).to_contain_text(draft.code)
