"""The finance manager: drafts worked out and laid side by side, one offered, a practice agrees before 1 May; a month published."""

import re
from contextlib import suppress
from datetime import date

import pytest
from playwright.sync_api import Error, Page, expect
from tests.web.journeys.conftest import Be
from tests.web.journeys.looks import days, follow, link_to, require_fit, require_printable, shown, tab_to, walk

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1200)]

WORK = 180_000  # milliseconds a draft may take beside other work


def open_year(page: Page) -> None:
    page.get_by_role("link", name="Budgets", exact=True).first.click()
    page.get_by_role("link", name="2010/11").click()


def draft(page: Page, name: str, basis: str) -> None:
    """Ask for a draft and wait until it is worked out; without script the page is opened again, as its link says."""
    page.get_by_role("link", name="Make a new draft").click()
    page.get_by_label("What do you call this draft?").fill(name)
    page.get_by_label(basis).check()
    page.get_by_role("button", name="Work it out").click()
    for _ in range(60):
        if page.get_by_role("link", name="Offer these budgets").is_visible():
            return
        page.wait_for_timeout(WORK / 60)
        with suppress(Error):  # the page may be opening itself again at this moment
            page.reload()
    raise AssertionError(page.locator("main").inner_text())


def offer(page: Page, *practices: str) -> None:
    page.get_by_role("link", name="Offer these budgets").click()
    for box in page.get_by_role("checkbox").all():
        box.set_checked(
            any(name in page.locator(f"label[for={box.get_attribute('id')}]").inner_text() for name in practices)
        )
    page.get_by_label("Firm: they can be agreed").check()
    page.get_by_role("button", name="Continue").click()
    require_fit(page)
    page.get_by_role("button", name="Offer these budgets now").click()
    expect(page.locator("main")).to_contain_text(f"{len(practices)} offers are issued")


def agree(page: Page, waits: str) -> None:
    """A practice goes from its home to the offer, and agrees it before the day."""
    page.get_by_role("link", name=re.compile(waits)).first.click()
    expect(page.locator("main")).to_contain_text("1 May 2010")
    require_fit(page)
    page.get_by_role("link", name="Agree this budget").click()
    require_fit(page)
    page.get_by_role("button", name="Agree", exact=True).click()
    expect(page.locator("h1")).to_contain_text("agreed")
    require_fit(page)


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


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_drafts_compares_and_offers_and_practices_agree_before_the_day(be: Be, script: bool) -> None:
    page, word = be("PCT finance manager", script=script), "quick" if script else "plain"
    first, second = ("Calderhythe", "Elmstow") if script else ("Dunmere", "Garthside")
    require_fit(page)
    open_year(page)
    require_fit(page)
    draft(page, f"Past activity, {word}", "By past activity")
    open_year(page)
    draft(page, f"Fair shares, {word}", "By fair shares, moving at a pace")
    require_fit(page)
    require_printable(page, most_pages=12)
    page.get_by_role("link", name=re.compile("^Compare with")).click()
    expect(page.locator("h1")).to_contain_text("Drafts side by side")
    require_fit(page)
    page.get_by_role("link", name=f"Fair shares, {word}").last.click()
    offer(page, first, second)
    agree(be("Practice manager", first, script=script), "Agree the budget|budget")
    page.goto("/")
    open_year(page)
    expect(page.get_by_role("row", name=re.compile(first))).to_contain_text("Agreed")


def test_reads_drafts_and_answers_by_keyboard_alone(be: Be) -> None:
    page = be("PCT finance manager")
    assert "Budgets" in walk(page)
    page.goto("/")
    tab_to(page, "Answer Kelderby Group Practice (made up) about its budget")
    follow(page)
    expect(page.locator("h1")).to_be_visible()
    tab_to(page, "Send")
    follow(page)
    expect(page.locator(".nhsuk-error-summary")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("textarea")).to_be_focused()
    page.keyboard.type("It does: the list of 1 April was used.")
    tab_to(page, "Send")
    follow(page)
    expect(page.locator("main")).to_contain_text("the list of 1 April was used")


def test_signs_and_publishes_a_month_and_practices_have_it_at_once(be: Be) -> None:
    page = be("PCT finance manager", script=False)
    page.get_by_role("link", name="Review the statement for March 2010").click()
    require_fit(page)
    page.get_by_label("Your comment, in 2 sentences").fill("Only one sentence.")
    page.get_by_role("button", name="Sign the comment").click()
    expect(page.get_by_role("alert")).to_contain_text("The comment is two sentences")
    page.get_by_label("Your comment, in 2 sentences").fill("The year ends near budget. Thank you for your questions.")
    page.get_by_role("button", name="Sign the comment").click()
    page.get_by_role("button", name="Publish the statement for March 2010").click()
    expect(page.locator("main")).to_contain_text("The statement of March 2010 is published")
    practice = be("Practice manager", "Fenwater", script=False)
    expect(practice.get_by_role("link", name="Read the statement for March 2010")).to_be_visible()
