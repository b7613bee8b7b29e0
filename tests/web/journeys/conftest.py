"""Journeys on the real demonstration in real Chromium: whoever a journey wants to be, with or without script."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.web.browser.conftest import WATCHED, WIDE
from tests.web.journeys.serving import Served, shared

MISTAKE = "status of 400"  # how a form with a mistake in it is answered
expect.set_options(timeout=30_000)
Be = Callable[..., Page]


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Served]:
    """The demonstration, one for all workers of this run."""
    own = tmp_path_factory.getbasetemp()
    is_one_of_many = hasattr(request.config, "workerinput")
    with shared(Path(own.parent if is_one_of_many else own)) as found:
        yield found


@pytest.fixture
def be(chromium: Browser, served: Served) -> Iterator[Be]:
    """Come in and be somebody, by the words of their button: a page at their home. Complaints of page or log fail the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []
    before = len(served.complaints())

    def somebody(role: str, where: str = "", *, script: bool = True) -> Page:
        context = chromium.new_context(
            base_url=served.address, viewport=WIDE, java_script_enabled=script, locale="en-GB",  # type: ignore[arg-type]
            timezone_id="Europe/London", reduced_motion="reduce",
        )  # fmt: skip
        context.set_default_timeout(60_000)
        context.add_cookies([{"name": "demonstration", "value": served.cookie, "url": served.address}])
        contexts.append(context)
        page = context.new_page()
        page.on(
            "console",
            lambda said: complaints.append(said.text) if said.type in WATCHED and MISTAKE not in said.text else None,
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/demonstration/")
        button = page.get_by_role("button", name=re.compile(f"^{role}, .*{where}"), include_hidden=True).first
        if not button.is_visible():
            page.get_by_text("Everybody else").click()
        button.click()
        page.wait_for_url("/")
        return page

    yield somebody
    for context in contexts:
        context.close()
    assert complaints == []
    assert served.complaints()[before:] == []
