"""The pictures of the README, taken from the demonstration as it is served: `python docs/pictures.py [ADDRESS COOKIE]`.

Without an address it builds and serves a demonstration of its own. Each picture is what a page shows at first at 1280 pixels
wide, in as few colours as make it small.
"""

from __future__ import annotations

import io
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
FOLDER = ROOT / "docs/pictures"
WIDE, COLOURS, MOST_BYTES = 1280, 64, 150_000


def home(page: Page) -> None:
    """A practice manager's home."""
    be(page, "Practice manager, Alderwick")


def statement(page: Page) -> None:
    """A statement that opens with what changed."""
    be(page, "Practice manager, Alderwick")
    page.get_by_role("link", name="Statements", exact=True).first.click()
    page.get_by_role("link", name="December 2009").first.click()


def budgets(page: Page) -> None:
    """A draft of budgets: the map of need."""
    be(page, "PCT finance manager")
    page.get_by_role("link", name="Budgets", exact=True).first.click()
    page.get_by_role("link", name="2009/10").first.click()
    page.get_by_role("link", name="Fair shares").first.click()
    page.locator(".pbc-tiles").first.scroll_into_view_if_needed()
    page.evaluate("() => scrollBy(0, document.querySelector('.pbc-tiles').getBoundingClientRect().top - 220)")


def delivery(page: Page) -> None:
    """A file checked row by row."""
    be(page, "PCT information manager")
    page.get_by_role("link", name="Deliveries", exact=True).first.click()


PICTURES: dict[str, tuple[Callable[[Page], None], int]] = {
    "home": (home, 760), "statement": (statement, 1100), "budgets": (budgets, 900), "deliveries": (delivery, 900),
}  # fmt: skip


def be(page: Page, words: str) -> None:
    """Choose who to be."""
    page.goto("/demonstration/")
    page.get_by_role("button", name=re.compile(f"^{words}")).first.click()


def take(browser: Browser, address: str, cookie: str) -> None:
    """Take every picture and write it small."""
    FOLDER.mkdir(exist_ok=True)
    for name, (go, height) in PICTURES.items():
        context = browser.new_context(base_url=address, viewport={"width": WIDE, "height": height}, locale="en-GB")
        context.add_cookies([{"name": "demonstration", "value": cookie, "url": address}])
        page = context.new_page()
        go(page)
        seen = Image.open(io.BytesIO(page.screenshot()))
        few = seen.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        few.save(FOLDER / f"{name}.png", optimize=True)
        size = (FOLDER / f"{name}.png").stat().st_size
        print(f"{name}.png {size:,} bytes")
        assert size < MOST_BYTES, name
        context.close()


@contextmanager
def served() -> Iterator[tuple[str, str]]:
    """A demonstration: the one named on the command line, or one of this script's own."""
    if len(sys.argv) > 2:
        yield sys.argv[1], sys.argv[2]
        return
    from tests.web.journeys.serving import shared

    with tempfile.TemporaryDirectory() as base, shared(Path(base)) as found:
        yield found.address, found.cookie


if __name__ == "__main__":
    chromium = next(
        found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))
    )
    with served() as (where, token), sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        take(opened, where, token)
        opened.close()
