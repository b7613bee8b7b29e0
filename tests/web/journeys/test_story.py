"""The demonstration's story is in the order of its dates: agreed, adopted, stated, closed; what waits stands in the newest year."""

import re
from datetime import date, datetime

import pytest
from playwright.sync_api import Page, expect
from tests.web.journeys.conftest import Be

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1200)]
DAY = re.compile(r"\d{1,2} [A-Z][a-z]+ \d{4}")


def days(text: str) -> list[date]:
    return [datetime.strptime(said, "%d %B %Y").date() for said in DAY.findall(text)]  # noqa: DTZ007 days alone are compared


def shown(page: Page, address: str) -> str:
    page.goto(address)
    return page.locator("main").inner_text()


def link_to(page: Page, name: str) -> str:
    return str(page.get_by_role("link", name=name).first.get_attribute("href"))


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


def test_what_waits_stands_in_the_newest_year(be: Be) -> None:
    finance, board = be("PCT finance manager", script=False), be("PCT board member", script=False)
    expect(finance.locator("main")).to_contain_text("Overdue")  # a question not answered in time
    expect(board.locator("main")).to_contain_text("Decide: protect a demonstrated saving (")
    finance.goto("/budgets/")
    this_year = shown(finance, link_to(finance, "2010/11"))
    assert all(words in this_year for words in ("Queried", "Offered (provisional)", "Put to the region"))


def test_a_month_is_published_after_it_is_made_and_asked_about_after_it_is_published(be: Be) -> None:
    page = be("PCT finance manager", script=False)
    statements = shown(page, "/statements/")
    assert "Published 16 March 2010" in statements
    assert "March 2010, prepared 14 April 2010" in statements
    assert "September 2009, Made-up PCT 1, version 2" in statements
    assert re.search(
        r"our practices together are £[\d,]+ (over|under) budget so far|data came late or were sent again", statements
    )
    assert min(days(shown(page, "/statements/queries/"))) > date(2010, 3, 16)


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
