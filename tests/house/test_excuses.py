"""Every excuse has its reason beside it: an ignored lint, an uncovered line, a skipped test, a filtered warning."""

import re
from pathlib import Path

NOQA = re.compile(r"#\s*noqa(?::\s*(?P<codes>[A-Z]+\d+(?:,\s*[A-Z]+\d+)*))?(?P<reason>.*)$")
UNCOVERED = re.compile(r"#\s*pragma: no cover(?P<reason>.*)$")
SKIPS = re.compile(r"pytest\.(mark\.)?(skip|xfail|importorskip)\b(?P<rest>.*)")
UNFINISHED = re.compile(r"NotImplementedError|\b(TODO|FIXME|XXX|HACK)\b")


def lines(modules):  # type: ignore[no-untyped-def]
    return (
        (f"{module.place}:{number}", line)
        for module in modules
        for number, line in enumerate(module.text.splitlines(), 1)
        if not module.place.startswith("tests/house/")
    )


def has_reason(text: str | None) -> bool:
    return text is not None and len(re.findall(r"[A-Za-z]{2,}", text)) >= 2


def test_every_ignored_lint_names_its_rule_and_its_reason(source_modules, suite_modules) -> None:  # type: ignore[no-untyped-def]
    bare = []
    for place, line in lines([*source_modules, *suite_modules]):
        match = NOQA.search(line)
        if match and not (match["codes"] and has_reason(match["reason"])):
            bare.append(f"{place} {line.strip()}")
    assert bare == []


def test_every_uncovered_line_says_why(source_modules, suite_modules) -> None:  # type: ignore[no-untyped-def]
    matches = [(place, UNCOVERED.search(line)) for place, line in lines([*source_modules, *suite_modules])]
    assert [place for place, match in matches if match and not has_reason(match["reason"])] == []


def test_every_skipped_test_says_why(suite_modules) -> None:  # type: ignore[no-untyped-def]
    matches = [(place, SKIPS.search(line)) for place, line in lines(suite_modules)]
    bare = [
        place
        for place, match in matches
        if match and match[2] != "importorskip" and match["rest"].strip() in ("", "()")
    ]
    assert bare == []


def test_nothing_unfinished_stands_behind_a_finished_name(source_modules) -> None:  # type: ignore[no-untyped-def]
    assert [f"{place} {line.strip()}" for place, line in lines(source_modules) if UNFINISHED.search(line)] == []


def entries_of(text: str, heading: str) -> list[str]:
    """The lines of a list in pyproject.toml, from its heading to the closing bracket."""
    begin = text.index(heading) + len(heading)
    return [line.strip() for line in text[begin : text.index("\n]", begin)].splitlines() if line.strip()]


def test_every_lint_ignored_everywhere_has_its_reason(root: Path) -> None:
    text = (root / "pyproject.toml").read_text(encoding="utf-8")
    assert [line for line in entries_of(text, "\nignore = [") if not has_reason(line.partition("#")[2])] == []


def test_every_lint_ignored_in_a_folder_has_its_reason(root: Path) -> None:
    text = (root / "pyproject.toml").read_text(encoding="utf-8")
    section = text.partition("[tool.ruff.lint.per-file-ignores]")[2].partition("\n[")[0]
    entries = [line for line in section.splitlines() if "=" in line]
    assert [line for line in entries if not has_reason(line.partition("#")[2])] == []


def test_every_dependency_has_its_reason_and_licence(root: Path) -> None:
    text = (root / "pyproject.toml").read_text(encoding="utf-8")
    project = text.partition("dependencies = [")[2].partition("[project.scripts]")[0]
    entries = [line.strip() for line in project.splitlines() if line.strip().startswith('"')]
    assert len(entries) > 10
    assert [line for line in entries if not has_reason(line.partition("#")[2])] == []


def test_warnings_fail_the_run_and_a_filtered_one_says_why(root: Path) -> None:
    text = (root / "pyproject.toml").read_text(encoding="utf-8")
    filters = text.partition("filterwarnings = [")[2].partition("]")[0]
    entries = [line.strip() for line in filters.splitlines() if line.strip()] or [filters.strip()]
    assert entries[0].startswith('"error"')
    assert [line for line in entries[1:] if line.startswith('"') and not has_reason(line.partition("#")[2])] == []
