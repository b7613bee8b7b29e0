"""The pages of security and of promises name tests, and every test they name exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


@pytest.mark.parametrize("page", ["security", "promises"])
def test_every_test_that_a_page_names_exists(page: str) -> None:
    named = NAMED.findall((ROOT / f"docs/{page}.md").read_text(encoding="utf-8"))
    assert len(named) > 10
    missing = [
        f"{path}::{test}"
        for path, test in named
        if not (ROOT / path).exists() or (test and f"def {test}(" not in (ROOT / path).read_text(encoding="utf-8"))
    ]
    assert missing == []


def test_every_line_of_both_pages_has_a_test_or_says_why_not() -> None:
    for page in ("security", "promises"):
        lines = (ROOT / f"docs/{page}.md").read_text(encoding="utf-8").splitlines()
        rows = [line for line in lines if line.startswith("| ") and not line.startswith(("| Chapter", "| Promise"))]
        assert [row for row in rows if not NAMED.search(row) and "not used" not in row] == []


def test_every_chapter_of_the_standard_has_its_line() -> None:
    text = (ROOT / "docs/security.md").read_text(encoding="utf-8")
    assert [number for number in range(1, 18) if not re.search(rf"\bV{number}\b", text)] == []
