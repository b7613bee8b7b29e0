"""The information manager: a month's files pseudonymised on their own machine, uploaded, looked at row by row, accepted, taken in."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.web.journeys.conftest import Be
from tests.web.journeys.looks import require_fit
from tests.web.journeys.serving import CLEAN, Served

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1200)]

MONTH = "2010-03"
FEEDS = {
    "outpatients.parquet": "Local extract of outpatient attendances",
    "admitted_care.parquet": "Local extract of admitted care",
    "accident_and_emergency.parquet": "Local extract of accident and emergency attendances",
    "referrals.parquet": "Local extract of referrals",
    "prescribing.csv.gz": "Practice level prescribing, PDPI layout",
}
PRESCRIBING = "prescribing.csv.gz"
PATIENCE = 60  # looks at a page until the work behind it is done, three seconds apart


@pytest.fixture(scope="module")
def hidden(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The last month's files as they may leave the manager's machine; one of them with rows that cannot be right."""
    out = tmp_path_factory.mktemp("hidden")
    delivered = Path(served.folder) / "deliveries/activity" / MONTH
    (out / PRESCRIBING).write_bytes((delivered / PRESCRIBING).read_bytes())  # names no patient
    for file in (delivered / name for name in FEEDS if name != PRESCRIBING):
        command = [
            "-m",
            "pbc_cli",
            "pseudonymise",
            str(file),
            "--key-file",
            f"{served.folder}/key",
            "--out",
            str(out / file.name),
        ]
        subprocess.run([sys.executable, *command], env=CLEAN, check=True, capture_output=True, timeout=300)
    return out


def upload(page: Page, feed: str, file: Path) -> None:
    page.goto("/deliveries/")
    page.get_by_role("link", name="Upload a file").click()
    page.get_by_label(feed, exact=True).check()
    page.get_by_label("Which month, or financial year?").fill(MONTH)
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Upload and check").click()
    wait_for(page, "Accept")


def wait_for(page: Page, button: str) -> None:
    for _ in range(PATIENCE):
        if page.get_by_role("button", name=re.compile(button)).first.is_visible():
            return
        page.wait_for_timeout(3_000)
        page.reload()
    raise AssertionError(page.locator("main").inner_text())


def test_a_raw_file_is_not_taken_in(be: Be, served: Served) -> None:
    page = be("PCT information manager", script=False)
    page.goto("/deliveries/upload/")
    require_fit(page)
    page.get_by_role("button", name="Upload and check").click()
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    require_fit(page)
    page.get_by_label(FEEDS["outpatients.parquet"], exact=True).check()
    page.get_by_label("Which month, or financial year?").fill(MONTH)
    page.locator("input[type=file]").set_input_files(
        Path(served.folder) / "deliveries/activity" / MONTH / "outpatients.parquet"
    )
    page.get_by_role("button", name="Upload and check").click()
    for _ in range(PATIENCE):
        if "Why it cannot be read" in page.locator("main").inner_text():
            break
        page.wait_for_timeout(3_000)
        page.reload()
    expect(page.locator("main")).to_contain_text("pbc pseudonymise")
    require_fit(page)


def test_a_month_is_uploaded_checked_row_by_row_accepted_and_taken_in(be: Be, hidden: Path) -> None:
    page = be("PCT information manager")
    require_fit(page)
    page.get_by_role("link", name="Deliveries", exact=True).first.click()
    require_fit(page)
    for name, feed in FEEDS.items():
        upload(page, feed, hidden / name)
        expect(page.locator("main")).to_contain_text("What the check found")
        if name == "outpatients.parquet":
            require_fit(page)
        page.get_by_role("button", name=re.compile("Accept")).click()
        expect(page.locator("main")).to_contain_text("accepted")
    page.goto("/deliveries/")
    page.get_by_role("button", name="Take in March 2010").click()
    for _ in range(PATIENCE):
        if "Done" in page.locator("main").inner_text():
            break
        page.wait_for_timeout(3_000)
        page.reload()
    require_fit(page)
    page.goto("/deliveries/")
    expect(page.get_by_role("row", name=re.compile("March 2010")).get_by_role("link").first).to_be_visible()
    page.get_by_role("link", name="Register of feeds").click()
    require_fit(page)
