"""Tests by folder are tests by kind, and their names say which thing does what."""

import ast
import re
from collections import Counter
from pathlib import Path

KINDS = {"spec", "golden", "second_opinion", "properties", "unit", "journeys", "house", "docs", "web"}
NAME = re.compile(r"test_[a-z0-9]+(_[a-z0-9]+)+")
NUMBERED = re.compile(r"[a-z_]+?_?\d")
NUMBERED_IN_THE_FIELD = re.compile(r".*(sha256|t\d+|\d{4}|_\d{2}|cis2)$")  # CIS2 is the NHS's own name for its sign-in


def cases_of(module) -> list[ast.FunctionDef]:  # type: ignore[no-untyped-def]
    return [
        node for node in ast.walk(module.tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]


def fixtures_of(module) -> list[ast.FunctionDef]:  # type: ignore[no-untyped-def]
    functions = [node for node in ast.walk(module.tree) if isinstance(node, ast.FunctionDef)]
    return [node for node in functions if any("fixture" in ast.unparse(mark) for mark in node.decorator_list)]


def test_every_test_stands_in_the_folder_of_its_kind(suite_modules) -> None:  # type: ignore[no-untyped-def]
    places = [Path(module.place) for module in suite_modules if Path(module.place).name != "conftest.py"]
    assert [str(place) for place in places if len(place.parts) < 3 or place.parts[1] not in KINDS] == []


def test_every_test_is_named_for_a_thing_and_its_behaviour(suite_modules) -> None:  # type: ignore[no-untyped-def]
    unnamed = [
        f"{module.place} {test.name}"
        for module in suite_modules
        for test in cases_of(module)
        if not NAME.fullmatch(test.name)
    ]
    assert unnamed == []


def test_no_test_hides_another_of_the_same_name(suite_modules) -> None:  # type: ignore[no-untyped-def]
    hidden = []
    for module in suite_modules:
        names = Counter(node.name for node in module.tree.body if isinstance(node, ast.FunctionDef))
        hidden += [f"{module.place} {name}" for name, times in names.items() if times > 1]
    assert hidden == []


def test_tests_stand_only_in_test_files(suite_modules) -> None:  # type: ignore[no-untyped-def]
    lost = [
        f"{module.place} {test.name}"
        for module in suite_modules
        for test in cases_of(module)
        if not Path(module.place).name.startswith("test_") and test in module.tree.body
    ]
    assert lost == []


def test_fixtures_are_named_by_what_distinguishes_them_never_numbered(suite_modules) -> None:  # type: ignore[no-untyped-def]
    numbered = [
        f"{module.place} {fixture.name}"
        for module in suite_modules
        for fixture in fixtures_of(module)
        if NUMBERED.fullmatch(fixture.name) and not NUMBERED_IN_THE_FIELD.fullmatch(fixture.name)
    ]
    assert numbered == []


def test_every_test_asserts_something(suite_modules) -> None:  # type: ignore[no-untyped-def]
    """By an assert, an expected refusal, or a call whose name says that it checks."""
    checking = re.compile(
        r"\bassert\b|pytest\.(raises|warns|fail)|\.(verify|require)\(|\b(django_)?(assert|check|expect|require|compare|same|agree)_?\w*\(|\bcall_and_validate\("
    )
    silent = [
        f"{module.place} {test.name}"
        for module in suite_modules
        for test in cases_of(module)
        if not checking.search(ast.unparse(test))
    ]
    assert silent == []


def test_every_rule_is_stated_in_a_sentence(suite_modules) -> None:  # type: ignore[no-untyped-def]
    """Files of tests/spec become the specification: the file says its subject, each test its rule."""
    unstated = []
    for module in suite_modules:
        if module.place.startswith("tests/spec/") and Path(module.place).name.startswith("test_"):
            unstated += [] if ast.get_docstring(module.tree) else [module.place]
            unstated += [f"{module.place} {test.name}" for test in cases_of(module) if not ast.get_docstring(test)]
    assert unstated == []


def test_golden_folders_say_where_their_numbers_come_from(tracked_files: list[Path], root: Path) -> None:
    """Published worked examples: a SOURCE.md in the folder, or the source in the docstring of the file."""
    golden = [
        path for path in tracked_files if path.is_relative_to(root / "tests/golden") and path.name.startswith("test_")
    ]
    cited = re.compile(r"publish|source|department|NHS|NICE|King's Fund|BMJ|catalogue|rules|methods", re.IGNORECASE)
    unsourced = [
        str(path.relative_to(root))
        for path in golden
        if not (path.parent / "SOURCE.md").exists()
        and not cited.search(ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "")
    ]
    assert unsourced == []


def test_our_own_parts_are_never_mocked(suite_modules) -> None:  # type: ignore[no-untyped-def]
    mocked = [
        f"{module.place}:{node.lineno}"
        for module in suite_modules
        for node in ast.walk(module.tree)
        if (isinstance(node, ast.Import | ast.ImportFrom) and re.search(r"\bmock\b", ast.unparse(node)))
        or (isinstance(node, ast.Name) and node.id in ("MagicMock", "Mock"))
    ]
    assert mocked == []
