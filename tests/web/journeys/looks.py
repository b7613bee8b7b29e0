"""What every main page on a journey is held to, in a real browser."""

import re
from datetime import date, datetime
from typing import Any

from playwright.sync_api import Page
from tests.web.browser.conftest import NARROW, WIDE, faults_of, overflow_of

PAPER = {"width": 718, "height": 1000}  # A4 less its margins, at 96 pixels an inch
MOST_STEPS = 60
DAY = re.compile(r"\d{1,2} [A-Z][a-z]+ \d{4}")
# Where the keyboard is: whether one sees it, whether something lies over it, and what it is called.
WHERE = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const box = at.getBoundingClientRect(), style = getComputedStyle(at);
  const over = document.elementFromPoint(box.x + Math.min(box.width, 20) / 2, box.y + Math.min(box.height, 20) / 2);
  const label = over && over.closest('label');
  return {
    name: (at.innerText || at.getAttribute('aria-label') || at.name || at.id || at.tagName).trim().slice(0, 60),
    isSeen: style.outlineStyle !== 'none' || style.boxShadow !== 'none',
    isOver: !(over && (at.contains(over) || over.contains(at) || (label && label.control === at))),
    isInside: box.bottom > 0 && box.top < innerHeight,
    isCompositeArea: at.tabIndex === 0 && at.getAttribute('role') === 'region',
  };
}"""


def require_fit(page: Page) -> None:
    """Hold a page to: no fault that axe knows (targets included), one heading of the first level, no overflow at 320 pixels.

    Axe is script itself, so without script it is the same journey with script that is held to its rules.
    """
    page.wait_for_load_state()  # a click returns once the next page begins; what it holds may still be on its way
    where = page.url
    if page.evaluate("() => !matchMedia('(scripting: none)').matches"):
        assert faults_of(page) == [], where
    assert page.locator("h1").count() == 1, where
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    assert overflow_of(page) == 0, where
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]


def require_printable(page: Page, *, most_pages: int) -> None:
    """Hold a page to what print needs: no menu, no button, no table wider than the paper, and few pages."""
    page.emulate_media(media="print")
    page.set_viewport_size(PAPER)  # type: ignore[arg-type]
    for gone in ("nav", "button", ".nhsuk-footer", ".nhsuk-skip-link"):
        assert [each.inner_text() for each in page.locator(gone).all() if each.is_visible()] == [], page.url
    wide = page.evaluate(
        "() => [...document.querySelectorAll('table')].filter(t => t.getBoundingClientRect().right > innerWidth + 1)"
        ".map(t => t.caption && t.caption.innerText)"
    )
    assert wide == [], (page.url, wide)
    parted = (
        "() => [...document.querySelectorAll('tr')].filter(row => getComputedStyle(row).breakInside !== 'avoid').length"
    )
    assert page.evaluate(parted) == 0, page.url
    paper = page.pdf(format="A4", margin=dict.fromkeys(("top", "bottom", "left", "right"), "10mm"))  # type: ignore[arg-type]
    assert 0 < len(re.findall(rb"/Type\s*/Page\b", paper)) <= most_pages, page.url
    page.emulate_media(media="screen")
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]


def walk(page: Page) -> list[str]:
    """This returns the names of what Tab comes to, first the skip link; each is seen where it is, with nothing over it."""
    names: list[str] = []
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        found: dict[str, Any] | None = page.evaluate(WHERE)
        if found is None:
            break
        assert found["isInside"], (page.url, found)
        assert found["isSeen"], (page.url, found)
        assert not found["isOver"], (page.url, found)
        names.append(found["name"])
    assert names[0] == "Skip to main content", page.url
    return names


def follow(page: Page, key: str = "Enter") -> None:
    """Press a key where the keyboard is, and wait for the page it leads to."""
    with page.expect_navigation():
        page.keyboard.press(key)


def tab_to(page: Page, name: str, *, most: int = 200) -> None:
    """Press Tab until what has the keyboard is called so, as somebody without a mouse does."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("() => { const at = document.activeElement; return at && " + _NAME + "; }") == name:
            return
    raise AssertionError(f"Tab never came to {name!r} on {page.url}")


_NAME = """((at.labels && at.labels[0] && at.labels[0].innerText) || at.innerText || at.getAttribute('aria-label') || '')
  .trim().replace(/\\s+/g, ' ')"""


def days(text: str) -> list[date]:
    return [datetime.strptime(said, "%d %B %Y").date() for said in DAY.findall(text)]  # noqa: DTZ007 days alone are compared


def shown(page: Page, address: str) -> str:
    page.goto(address)
    return page.locator("main").inner_text()


def link_to(page: Page, name: str) -> str:
    return str(page.get_by_role("link", name=name).first.get_attribute("href"))
