"""What the laws are read from: the tracked files, and the parsed modules of the engine, the console and the tests."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, repr=False)
class Module:
    """A Python file with its tree. `place` is its path from the root, as breaches are told."""

    place: str
    text: str
    tree: ast.Module

    def __repr__(self) -> str:
        return self.place

    def functions(self) -> Iterator[tuple[str, Function]]:
        """Functions of the module and of its classes, by dotted name; those inside other functions are not public."""
        for node in self.tree.body:
            if isinstance(node, Function):
                yield node.name, node
            elif isinstance(node, ast.ClassDef):
                yield from ((f"{node.name}.{part.name}", part) for part in node.body if isinstance(part, Function))

    def public_functions(self) -> Iterator[tuple[str, Function]]:
        """Those a caller may use: no underscore anywhere in the dotted name."""
        return ((name, function) for name, function in self.functions() if "_" not in {name[0], name.split(".")[-1][0]})


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    names = listed.stdout.decode().split("\0") if listed.returncode == 0 else []
    paths = [ROOT / name for name in names if name]
    return [path for path in paths if path.is_file()] or [
        path
        for folder in ("src", "tests", "docs", "benchmarks")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]


def modules_under(paths: list[Path], *folders: str) -> list[Module]:
    chosen = [path for path in paths if path.suffix == ".py" and path.is_relative_to(ROOT)]
    places = [(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in chosen]
    return [Module(place, text, ast.parse(text)) for place, text in places if place.startswith(folders)]


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """Tell every breach on a line of its own."""
    if op == "==" and isinstance(left, list | dict) and left and right in ([], {}):
        breaches = [f"{place}: {found}" for place, found in left.items()] if isinstance(left, dict) else left
        return [f"{len(left)} breaches of the house's law:", *map(str, breaches)]
    return None


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def tracked_files() -> list[Path]:
    """Every file in the repository, or in its folders where there is no git to ask."""
    return tracked()


@pytest.fixture(scope="session")
def engine_modules(tracked_files: list[Path]) -> list[Module]:
    return modules_under(tracked_files, "src/pbc/")


@pytest.fixture(scope="session")
def source_modules(tracked_files: list[Path]) -> list[Module]:
    return modules_under(tracked_files, "src/")


@pytest.fixture(scope="session")
def suite_modules(tracked_files: list[Path]) -> list[Module]:
    return modules_under(tracked_files, "tests/")
