"""Sizes: small enough to read whole. Statements, complexity and arguments of a function are ruff's to count."""

import re
import tomllib
from pathlib import Path

MODULE_LINES, TEST_LINES, TEMPLATE_LINES, FLOW_LINES = 400, 60, 200, 80
RUFF_LIMITS = {("mccabe", "max-complexity"): 8, ("pylint", "max-args"): 8, ("pylint", "max-statements"): 30}


def lines_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_no_module_is_longer_than_the_hard_stop(source_modules) -> None:  # type: ignore[no-untyped-def]
    """Declarations of tables are exempt: they are read like a dictionary. A long migration names its parts in `_NNNN_*.py` beside it."""
    exempt = re.compile(r"src/pbc/tables/")
    modules = [module for module in source_modules if not exempt.match(module.place)]
    lengths = {module.place: len(module.text.splitlines()) for module in modules}
    assert {place: lines for place, lines in lengths.items() if lines > MODULE_LINES} == {}


def test_no_test_function_is_longer_than_a_page(suite_modules) -> None:  # type: ignore[no-untyped-def]
    lengths = {
        f"{module.place} {name}": (function.end_lineno or 0) - function.lineno + 1
        for module in suite_modules
        for name, function in module.functions()
    }
    assert {name: lines for name, lines in lengths.items() if lines > TEST_LINES} == {}


def test_no_flow_function_is_longer_than_a_page(engine_modules) -> None:  # type: ignore[no-untyped-def]
    lengths = {
        f"{module.place} {name}": (function.end_lineno or 0) - function.lineno + 1
        for module in engine_modules
        if module.place.startswith("src/pbc/flows/")
        for name, function in module.functions()
    }
    assert {name: lines for name, lines in lengths.items() if lines > FLOW_LINES} == {}


def test_no_template_is_longer_than_the_hard_stop(tracked_files: list[Path], root: Path) -> None:
    templates = [
        path for path in tracked_files if "templates" in path.parts and path.suffix in (".html", ".txt", ".md")
    ]
    assert {str(path.relative_to(root)): lines_of(path) for path in templates if lines_of(path) > TEMPLATE_LINES} == {}


def test_limits_of_functions_stand_in_the_linter(root: Path) -> None:
    lint = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]
    assert {(part, name): lint[part][name] for part, name in RUFF_LIMITS} == RUFF_LIMITS
    assert {"C90", "PL"} <= set(lint["select"])


def test_no_function_is_excused_from_its_size(source_modules) -> None:  # type: ignore[no-untyped-def]
    """A command of the console may take more arguments, one per option; nothing else may."""
    excuses = ("C901", "PLR0915", "PLR0912", "PLR0913", "PLR0911")
    excused = [
        f"{module.place}:{number}"
        for module in source_modules
        for number, line in enumerate(module.text.splitlines(), 1)
        if "noqa" in line
        and any(code in line for code in excuses)
        and not (module.place.startswith("src/pbc_cli/") and "PLR0913" in line)
    ]
    assert excused == []
