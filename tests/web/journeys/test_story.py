"""The demonstration's story is in the order of its dates: agreed, adopted, stated, closed.

What the finance manager finds waiting, and changes, is held at the beginning of her journey.
"""

import re
from datetime import date

import pytest
from playwright.sync_api import expect
from tests.web.journeys.conftest import Be
from tests.web.journeys.looks import days, link_to, shown

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1200)]


def test_last_years_budgets_were_agreed_and_adopted_before_its_months(be: Be) -> None:
    page = be("PCT finance manager", script=False)
    page.goto("/budgets/")
    shown(page, link_to(page, "2009/10"))
    standings = page.get_by_role("table", name=re.compile("Budget and support")).inner_text()
    assert set(days(standings)) == {date(2009, 4, 24)}
    expect(page.locator("main")).not_to_contain_text("Nobody has")
    assert "An answer is due" not in page.locator("main").inner_text()
    decisions = shown(page, f"{page.url}decisions/")
    assert (days(decisions), "In force" in decisions) == ([date(2009, 4, 27)], True)


def test_the_month_that_is_re_issued_really_changes(be: Be) -> None:
    page = be("PCT finance manager", script=False)
    page.goto("/statements/")
    page.get_by_role("link", name=re.compile("^September 2009")).first.click()
    said = page.locator("main").inner_text()
    assert "version 2" in said
    assert "cost is the same as before" not in said


def test_the_file_with_mistakes_is_there_to_download(be: Be) -> None:
    page = be("PCT information manager")
    page.goto("/deliveries/upload/")
    with page.expect_download() as given:
        page.get_by_role("link", name=re.compile("^download a made-up file of outpatients of March 2010")).click()
    first = given.value.path().read_text(encoding="utf-8").splitlines()[0]
    assert re.search(r",person_id [0-9a-f]{16},", first)
