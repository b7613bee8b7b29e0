"""Generated pages are committed as the code would write them now, and the site builds without a warning."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
REMEDY = "run `python docs/generate.py` and commit what it writes"


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate_pages", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_generated_pages_are_up_to_date(generate: ModuleType) -> None:
    wanted = generate.pages()
    stale = [
        place
        for place, text in wanted.items()
        if not (ROOT / "docs" / place).exists() or (ROOT / "docs" / place).read_text(encoding="utf-8") != text
    ]
    assert stale == [], REMEDY


def test_no_generated_page_outlives_its_source(generate: ModuleType) -> None:
    wanted = set(generate.pages())
    docs = ROOT / "docs"
    found = {
        path.relative_to(docs).as_posix() for folder in generate.GENERATED for path in (docs / folder).rglob("*.md")
    }
    assert found - wanted == set(), REMEDY


def test_every_table_and_regime_has_its_page(generate: ModuleType) -> None:
    pages = generate.pages()
    assert "| `practice_code` (key) | the practice | code | VARCHAR | no |" in pages["reference/tables/budget_lines.md"]
    assert "### regime.title" in pages["reference/policy-england-2025.md"]


def test_rule_becomes_a_sentence_with_its_cases(generate: ModuleType) -> None:
    page = generate.pages()["specification/periods.md"]
    assert "### A day belongs to the year that began the april before" in page
    assert "| 2009-03-31 | 2008/09 |" in page


def test_site_builds_without_a_warning(tmp_path: Path) -> None:
    if importlib.util.find_spec("mkdocs") is None:
        pytest.skip("mkdocs is not installed: pip install '.[docs]' (make test does)")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path / "site")]
    quiet = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=quiet, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    page = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert "fonts.googleapis" not in page
