"""Debian's Chromium on the real pages: with and without script, wide and at 320 pixels, watched for what it complains of."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 640}
WATCHED = ("error", "warning")


@pytest.fixture
def open_browser(chromium: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """A page of a fresh browser, perhaps signed in as a client is; it fails the test if the page complains of anything."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(client: Any = None, *, width: dict[str, int] = WIDE, script: bool = True) -> Page:
        context = chromium.new_context(
            base_url=live_server.url, viewport=width, java_script_enabled=script, locale="en-GB",  # type: ignore[arg-type]
            timezone_id="Europe/London", reduced_motion="reduce",
        )  # fmt: skip
        if client is not None:
            kept = client.cookies["session"].value
            context.add_cookies([{"name": "session", "value": kept, "url": live_server.url}])
        page = context.new_page()
        page.on(
            "console",
            lambda said: complaints.append(f"{said.text} {said.location['url']}") if said.type in WATCHED else None,
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        contexts.append(context)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [each for each in complaints if "/nowhere/" not in each] == []  # the one page that is meant not to be there


def faults_of(page: Page) -> list[str]:
    """What axe, with the rules of WCAG 2.2 AA, finds wrong with a page, in its own words, with where."""
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = Axe().run(
        page, options={"runOnly": {"type": "tag", "values": rules}, "rules": {"target-size": {"enabled": True}}}
    )
    return [f"{each['id']}: {each['help']}: {each['nodes'][0]['target']}" for each in found.response["violations"]]


def looked_at(page: Page, addresses: Iterable[str]) -> dict[str, tuple[list[str], int]]:
    """What is wrong with each of some pages: the faults axe finds, and by how much it is too wide."""
    found = {}
    for address in addresses:
        page.goto(address)
        found[address] = (faults_of(page), overflow_of(page))
    return found


def overflow_of(page: Page) -> int:
    """By how many pixels a page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
