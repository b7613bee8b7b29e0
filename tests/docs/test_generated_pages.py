"""Generated pages are committed as the code would write them now, and the site builds without a warning."""

import importlib.util
import shutil
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


def build_site(folder: Path) -> subprocess.CompletedProcess[str]:
    if importlib.util.find_spec("zensical") is None:
        pytest.skip("zensical is not installed: pip install '.[docs]' (make test does)")
    command = [sys.executable, "-m", "zensical", "build", "--strict"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def pages_apart(tmp_path: Path) -> Path:
    """A copy of the pages, so that building leaves nothing in the checkout."""
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)
    return tmp_path


def test_site_builds_without_a_warning_and_fetches_no_font(pages_apart: Path) -> None:
    built = build_site(pages_apart)
    assert built.returncode == 0, built.stdout + built.stderr
    page = (pages_apart / "site" / "index.html").read_text(encoding="utf-8")
    assert "fonts.googleapis" not in page
    assert 'data-md-color-accent="indigo"' in page
    assert not (pages_apart / "site" / "generate.py").exists()


@pytest.mark.parametrize("link", ["[gone](nowhere.md)", "[gone](chance.md#no-such-heading)"])
def test_link_that_leads_nowhere_stops_the_site(pages_apart: Path, link: str) -> None:
    (pages_apart / "docs" / "broken.md").write_text(f"# Broken\n\n{link}\n", encoding="utf-8")
    assert build_site(pages_apart).returncode != 0
