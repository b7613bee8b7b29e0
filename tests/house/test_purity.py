"""The engine reads no clock, no environment, no network and no luck of its own: all of these are passed in.

Calls to the clock and the environment are ruff's to refuse (banned-api in pyproject.toml); here is the rest.
"""

import ast
import tomllib
from pathlib import Path

NETWORK = {"socket", "ssl", "http", "urllib.request", "requests", "httpx", "aiohttp", "ftplib", "smtplib", "asyncio"}
BANNED = {
    "datetime.date.today", "datetime.datetime.now", "datetime.datetime.today", "datetime.datetime.utcnow",
    "time.time", "os.environ", "os.getenv", "random",
}  # fmt: skip


def imported(tree: ast.Module) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def test_clock_environment_and_luck_are_refused_by_the_linter_in_the_engine(root: Path) -> None:
    lint = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]
    banned = lint["flake8-tidy-imports"]["banned-api"]
    assert set(banned) >= BANNED
    excused = [folder for folder, codes in lint["per-file-ignores"].items() if "TID251" in codes]
    assert [folder for folder in excused if folder.startswith(("src/pbc/", "src/**", "**"))] == []


def test_ban_is_not_lifted_on_a_single_line(engine_modules) -> None:  # type: ignore[no-untyped-def]
    lifted = [
        f"{module.place}:{number}"
        for module in engine_modules
        for number, line in enumerate(module.text.splitlines(), 1)
        if "noqa" in line and ("TID251" in line or "DTZ" in line)
    ]
    assert lifted == []


def test_engine_imports_nothing_that_reaches_a_network(engine_modules) -> None:  # type: ignore[no-untyped-def]
    reaching = [
        f"{module.place} {name}"
        for module in engine_modules
        for name in imported(module.tree)
        if name in NETWORK or name.split(".")[0] in NETWORK - {"http"}
    ]
    assert reaching == []


def test_every_generator_of_random_numbers_is_given_its_seed(engine_modules) -> None:  # type: ignore[no-untyped-def]
    seedless = []
    for module in engine_modules:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(
                ("default_rng", "RandomState", "SeedSequence")
            ):
                seedless += [] if node.args or node.keywords else [f"{module.place}:{node.lineno}"]
            if isinstance(node, ast.Attribute) and ast.unparse(node) in (
                "np.random.seed",
                "np.random.rand",
                "np.random.normal",
            ):
                seedless.append(f"{module.place}:{node.lineno}")
    assert seedless == []


def test_engine_prints_nothing(engine_modules) -> None:  # type: ignore[no-untyped-def]
    printed = [
        f"{module.place}:{node.lineno}"
        for module in engine_modules
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("print", "input", "breakpoint", "sys.exit")
    ]
    assert printed == []
