"""Pages in a real browser, which `make test` installs: on a telephone nothing is cut off, and a statement prints on few sheets."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from pbc.flows.gather_statement import gather_statement
from pbc.periods import Month
from pbc.reports import build_commissioner, build_index, build_statement, render_statement, render_summary
from pbc.results import Store

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
SHEETS = 4


def browse(*words: str, folder: Path) -> str:
    """What the browser printed, run without a window and with a profile of its own."""
    assert BROWSER is not None, "install Chromium (make test does on Debian): pages must be laid out to be judged"
    quiet = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        f"--user-data-dir={folder / 'profile'}",
    ]
    done = subprocess.run([BROWSER, *quiet, *words], capture_output=True, text=True, check=True, timeout=120)
    return done.stdout


def wrapped(page: str, width: int) -> str:
    """A page that holds another in a frame so wide, and writes down how wide the other became and what sticks out of it."""
    script = """
      const inner = document.querySelector('iframe').contentDocument;
      const out = [...inner.querySelectorAll('body *:not(.skip)')].filter(each => {
        const box = each.getBoundingClientRect();
        const isHidden = getComputedStyle(each).clipPath !== 'none' || each.closest('thead');
        return box.width && !isHidden && box.right > inner.documentElement.clientWidth + 1;
      }).map(each => each.tagName + '.' + each.className);
      const drawn = [...inner.querySelectorAll('svg')].filter(each => each.getBoundingClientRect().width);
      document.title = JSON.stringify([inner.documentElement.scrollWidth, out.length, drawn.length]);
    """
    return (
        f'<iframe style="border:0;width:{width}px;height:4000px" srcdoc="{html.escape(page)}"></iframe>'
        f"<script>document.querySelector('iframe').onload = () => {{{script}}}</script>"
    )


@pytest.mark.parametrize("width", [320, 1100], ids=["telephone", "desk"])
def test_nothing_sticks_out_of_a_page(made_up_store: Store, tmp_path: Path, width: int) -> None:
    material = gather_statement(made_up_store, month=Month(2009, 9))
    pages = {
        "statement": (render_statement(build_statement(material, practice_code="Z90003")), 4),
        "commissioner": (render_summary(build_commissioner(material)), 1),
        "index": (render_summary(build_index(material, pages={}, commissioner_page="c.html")), 0),
    }
    for name, (page, charts) in pages.items():
        path = tmp_path / f"{name}.html"
        path.write_text(wrapped(page, width), encoding="utf-8")
        told = re.search(r"<title>\[(\d+),(\d+),(\d+)\]", browse("--dump-dom", path.as_uri(), folder=tmp_path))
        assert told is not None, name
        assert (int(told[1]) <= width, int(told[2]), int(told[3])) == (True, 0, charts), name


def test_statement_prints_on_four_sheets(made_up_store: Store, tmp_path: Path) -> None:
    material = gather_statement(made_up_store, month=Month(2009, 9))
    page, printed = tmp_path / "page.html", tmp_path / "page.pdf"
    page.write_text(render_statement(build_statement(material, practice_code="Z90001")), encoding="utf-8")
    browse("--no-pdf-header-footer", f"--print-to-pdf={printed}", page.as_uri(), folder=tmp_path)
    assert len(re.findall(rb"/Type\s*/Page\b", printed.read_bytes())) <= SHEETS
