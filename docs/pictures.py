"""The pictures of the README, taken from the demonstration as it is served: `python docs/pictures.py [ADDRESS COOKIE FOLDER]`.

Without an address it builds and serves a demonstration of its own. Each picture is what a page shows at 1280 pixels wide, in as
few colours as make it small.
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

import polars as pl
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from pbc.flows.pseudonymise import pseudonymise_file
from pbc.sources.pseudonym import read_key

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
PICTURES = ROOT / "docs/pictures"
WIDE, COLOURS, MOST_BYTES = 1280, 64, 150_000


def home(page: Page, _: Path) -> None:
    """A practice manager's home."""
    be(page, "Practice manager, Alderwick")


def statement(page: Page, _: Path) -> None:
    """A statement that opens with what changed."""
    be(page, "Practice manager, Alderwick")
    page.get_by_role("link", name="Statements", exact=True).first.click()
    page.get_by_role("link", name="December 2009").first.click()


def budgets(page: Page, _: Path) -> None:
    """A draft of budgets: the map of need."""
    be(page, "PCT finance manager")
    page.get_by_role("link", name="Budgets", exact=True).first.click()
    page.locator("main").get_by_role("link", name="2009/10").first.click()
    page.get_by_role("link", name="Fair shares").first.click()
    page.evaluate("() => scrollBy(0, document.querySelector('.pbc-map-key').getBoundingClientRect().top - 120)")


def delivery(page: Page, folder: Path) -> None:
    """A file checked row by row."""
    be(page, "PCT information manager")
    page.goto("/deliveries/upload/")
    page.get_by_label("Local extract of outpatient attendances", exact=True).check()
    page.get_by_label("Which month, or financial year?").fill("2010-03")
    sent = {"name": "outpatients.csv", "mimeType": "text/csv", "buffer": spoiled(folder)}
    page.locator("input[type=file]").set_input_files(sent)  # type: ignore[arg-type]  # a dictionary is read so too
    page.get_by_role("button", name="Upload and check").click()
    page.get_by_text("What the check found").wait_for(timeout=120_000)
    page.evaluate("() => scrollBy(0, document.querySelector('h2').getBoundingClientRect().top - 20)")


def spoiled(folder: Path) -> bytes:
    """Rows of the demonstration's own as they leave the information manager's machine, two of them with days that cannot be."""
    with tempfile.TemporaryDirectory() as aside:
        delivered = folder / "deliveries/activity/2010-03/outpatients.parquet"
        pseudonymise_file(delivered, Path(aside) / delivered.name, key=read_key(folder / "key"))
        rows = pl.read_parquet(Path(aside) / delivered.name).head(400).cast(pl.String)
    at, day = pl.int_range(pl.len()), pl.col("attendance_date")
    wrong = pl.when(at == 17).then(pl.lit("2010-02-31")).when(at == 90).then(pl.lit("1810-03-09"))
    return rows.with_columns(wrong.otherwise(day).alias("attendance_date")).write_csv().encode()


def be(page: Page, words: str) -> None:
    """Choose who to be."""
    page.goto("/demonstration/")
    page.get_by_role("button", name=re.compile(f"^{words}")).first.click()


TAKEN: dict[str, tuple[Callable[[Page, Path], None], int]] = {
    "home": (home, 960), "statement": (statement, 1000), "budgets": (budgets, 860), "delivery": (delivery, 1000),
}  # fmt: skip


def take(browser: Browser, address: str, cookie: str, folder: Path) -> None:
    """Take every picture and write it small."""
    PICTURES.mkdir(exist_ok=True)
    for name, (go, height) in TAKEN.items():
        context = browser.new_context(base_url=address, viewport={"width": WIDE, "height": height}, locale="en-GB")
        context.add_cookies([{"name": "demonstration", "value": cookie, "url": address}])
        page = context.new_page()
        go(page, folder)
        seen = Image.open(io.BytesIO(page.screenshot()))
        few = seen.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        few.save(PICTURES / f"{name}.png", optimize=True)
        size = (PICTURES / f"{name}.png").stat().st_size
        print(f"{name}.png {size:,} bytes")
        assert size < MOST_BYTES, name
        context.close()


@contextmanager
def served() -> Iterator[tuple[str, str, Path]]:
    """A demonstration: the one named on the command line, or one of this script's own."""
    if len(sys.argv) > 3:
        yield sys.argv[1], sys.argv[2], Path(sys.argv[3])
        return
    from tests.web.journeys.serving import shared

    with tempfile.TemporaryDirectory() as base, shared(Path(base)) as found:
        yield found.address, found.cookie, Path(found.folder)


if __name__ == "__main__":
    chromium = next(
        found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))
    )
    with served() as place, sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        take(opened, *place)
        opened.close()
