"""Changelog fragments: one file per change, of a known kind; a changed rule or value names what it affects."""

import re
from pathlib import Path

KINDS = {"added", "changed", "fixed", "removed", "rule", "policy"}
YEAR = re.compile(r"\b(19|20)\d\d[/-]\d\d\b|every financial year", re.IGNORECASE)


def fragments(root: Path) -> list[Path]:
    return [path for path in (root / "changelog.d").glob("*") if path.name != "README.md"]


def test_every_fragment_has_a_known_kind_and_says_something(root: Path) -> None:
    found = fragments(root)
    assert found
    form = re.compile(rf"[a-z0-9-]+\.({'|'.join(sorted(KINDS))})\.md")
    assert [path.name for path in found if not form.fullmatch(path.name)] == []
    assert [path.name for path in found if len(path.read_text(encoding="utf-8").split()) < 5] == []


def test_every_changed_rule_or_value_names_the_years_and_results_it_affects(root: Path) -> None:
    changed = [path for path in fragments(root) if path.name.endswith((".rule.md", ".policy.md"))]
    silent = [path.name for path in changed if not YEAR.search(path.read_text(encoding="utf-8"))]
    silent += [
        path.name
        for path in changed
        if not re.search(r"\b(affect|result|figure|budget|statement)", path.read_text(encoding="utf-8"))
    ]
    assert silent == []
