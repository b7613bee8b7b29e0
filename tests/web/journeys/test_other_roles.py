"""What others come for: who read it, who is late and never who read, the trail, a second pair of eyes, own lines, viewing as."""

import re

import pytest
from playwright.sync_api import Page, expect
from tests.web.journeys.conftest import Be
from tests.web.journeys.looks import require_fit, walk

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1200)]


def open_more(page: Page, menu: str) -> None:
    """Where a line holds less than the menu, the rest of it is behind its last button."""
    if page.get_by_role("link", name=menu, exact=True).count() == 0:
        page.locator("button.nhsuk-header__menu-toggle").click()


def to(page: Page, menu: str) -> None:
    open_more(page, menu)
    page.get_by_role("link", name=menu, exact=True).first.click()
    require_fit(page)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_the_cluster_lead_sees_how_practices_stand_and_who_has_read(be: Be, script: bool) -> None:
    page = be("Cluster lead", script=script)
    require_fit(page)
    to(page, "Statements")
    page.get_by_role("link", name=re.compile("^Read the page of")).click()
    require_fit(page)
    page.go_back()
    page.get_by_role("link", name="Who has read it").first.click()
    expect(page.locator("main")).to_contain_text("This is for you alone")
    require_fit(page)


def test_the_gp_goes_from_a_figure_down_to_the_records_for_a_purpose(be: Be) -> None:
    page = be("GP", "Hollowmere")
    page.get_by_role("link", name=re.compile("^Read the statement for")).click()
    page.locator("a.pbc-figure-link:visible").first.click()
    page.get_by_role("link", name=re.compile("records", re.IGNORECASE)).first.click()
    require_fit(page)


def test_the_performance_manager_sees_who_is_late_and_never_who_read(be: Be) -> None:
    page = be("SHA performance manager")
    require_fit(page)
    assert "Budgets" in walk(page)
    to(page, "Escalations")
    expect(page.locator("main")).to_contain_text("Overdue")
    page.locator("main a").first.click()
    require_fit(page)
    to(page, "Budgets")
    page.get_by_role("link", name="2010/11").click()
    expect(page.locator("main")).to_contain_text("Put to the region")
    require_fit(page)
    to(page, "Statements")
    expect(page.locator("main")).not_to_contain_text("Who has read it")
    page.get_by_role("link", name=re.compile("^Read the page of|^Where")).first.click()
    expect(page.locator("main")).not_to_contain_text("read it")
    require_fit(page)
    assert page.request.get(page.url.rstrip("/").rpartition("/statements/")[0] + "/statements/1/readers/").status == 403


def test_the_board_member_reads_the_trail_and_decides(be: Be) -> None:
    page = be("PCT board member")
    require_fit(page)
    to(page, "Audit trail")
    expect(page.locator("tbody tr").first).to_contain_text("signed in.")  # newest first: it is their own
    page.get_by_role("button", name="Check it now").click()
    expect(page.locator("main")).to_contain_text("Last checked")


def test_the_commissioning_manager_gives_the_second_pair_of_eyes(be: Be) -> None:
    page = be("PCT commissioning manager")
    require_fit(page)
    to(page, "Budgets")
    page.get_by_role("link", name="2009/10").click()
    page.get_by_role("link", name=re.compile("^Decisions")).click()
    require_fit(page)


def test_the_hospitals_contract_manager_sees_its_own_lines_alone(be: Be) -> None:
    page = be("Provider contract manager")
    require_fit(page)
    to(page, "Statements")
    page.get_by_role("link", name="Read your lines").click()
    require_fit(page)
    expect(page.locator("main")).not_to_contain_text("Surgery (made up)")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_the_administrator_views_as_somebody_and_changes_nothing(be: Be, script: bool) -> None:
    page = be("Administrator", script=script)
    require_fit(page)
    page.goto("/administration/people/")
    require_fit(page)
    page.get_by_role("link", name=re.compile("^View as")).first.click()
    require_fit(page)
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="View as them").click()
    banner = page.get_by_role("region", name="Viewing as someone else")
    expect(banner).to_contain_text("Nothing can be changed")
    require_fit(page)
    banner.get_by_role("button", name="Stop viewing as").click()
    expect(banner).not_to_be_visible()
