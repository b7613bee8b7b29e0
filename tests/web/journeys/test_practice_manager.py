"""The practice manager: a month read, a figure explained and queried, the statement acknowledged; a budget agreed in time."""

import re

import pytest
from playwright.sync_api import Page, expect
from tests.web.journeys.conftest import Be
from tests.web.journeys.looks import follow, require_fit, require_printable, tab_to, walk

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1200)]

TO_READ = re.compile("^Read the statement for")
EXPLAINED = re.compile("How a figure came about")


def read_of_changes(page: Page) -> None:
    """From home to the month in which a change of an earlier month is told first."""
    page.get_by_role("link", name="Statements", exact=True).click()
    page.get_by_role("link", name="December 2009").first.click()
    expect(page.get_by_role("heading", name="What changed in months already reported")).to_be_visible()
    expect(page.locator("[aria-labelledby=changed]")).to_contain_text("November 2009")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_reads_what_changed_explains_a_figure_queries_it_and_acknowledges(be: Be, script: bool) -> None:
    page = be("Practice manager" if script else "GP", "Alderwick", script=script)
    require_fit(page)
    read_of_changes(page)
    page.goto("/")
    newest = page.get_by_role("link", name=TO_READ)
    task = newest.inner_text()
    newest.click()
    require_fit(page)
    page.locator("a.pbc-figure-link:visible").first.click()
    expect(page.locator("h1")).to_contain_text(EXPLAINED)
    require_fit(page)
    page.get_by_role("link", name="Query this figure").click()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    require_fit(page)
    page.get_by_label("What do you want to know, or what looks wrong?").fill("Which stays are in this figure?")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("main")).to_contain_text("is to answer by")
    require_fit(page)
    page.get_by_role("link", name=re.compile("^The statement of")).click()
    page.get_by_role("button", name="I have read this statement").click()
    expect(page.locator("[aria-labelledby=act]")).to_contain_text("read it on 20 April 2010")
    expect(page.locator("[aria-labelledby=asked]")).to_contain_text("an answer is due by 18 May 2010")
    page.goto("/")
    expect(page.locator("main")).not_to_contain_text(task)


def test_does_all_of_it_by_keyboard_alone(be: Be) -> None:
    page = be("Practice manager", "Marrowdale")
    task = next(name for name in walk(page) if TO_READ.match(name))
    page.goto("/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the skip link
    tab_to(page, task)
    follow(page)
    tab_to(page, "Query this statement")
    follow(page)
    tab_to(page, "Send query")
    follow(page)
    expect(page.locator(".nhsuk-error-summary")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the link of the summary leads to the field
    expect(page.locator("textarea")).to_be_focused()
    page.keyboard.type("Is the list right?")
    tab_to(page, "Send query")
    follow(page)
    tab_to(page, task.replace("Read the statement for", "The statement of"))
    follow(page)
    tab_to(page, "I have read this statement")
    follow(page, "Space")
    expect(page.locator("[aria-labelledby=act]")).to_contain_text("read it on 20 April 2010")


def test_prints_the_statement(be: Be) -> None:
    page = be("Practice manager", "Alderwick")
    page.get_by_role("link", name="Statements", exact=True).click()
    page.get_by_role("link", name="December 2009").first.click()
    require_printable(page, most_pages=12)
