"""Every code block in the documentation runs, every command it shows exists, and every link leads somewhere."""

import doctest
import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from pbc_cli.main import pbc_command

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```(?P<language>\w*)[^\n]*\n(?P<code>.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\((?!https?:|mailto:|#)([^)#\s]+)[^)]*\)")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "changelog.d").glob("*.md")])
WRITTEN = [page for page in PAGES if not page.is_relative_to(ROOT / "docs/specification")]


def blocks(page: Path, *languages: str) -> list[str]:
    found = BLOCK.finditer(page.read_text(encoding="utf-8"))
    return [match["code"] for match in found if match["language"] in languages]


def place(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", [page for page in WRITTEN if blocks(page, "python", "pycon")], ids=place)
def test_every_python_block_of_a_page_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of one page run in order in an empty folder, and see what the earlier ones made."""
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "page"}
    for number, code in enumerate(blocks(page, "python", "pycon")):
        if ">>>" in code:
            example = doctest.DocTestParser().get_doctest(code, names, f"{place(page)} block {number}", place(page), 0)
            runner = doctest.DocTestRunner()
            runner.run(example, clear_globs=False)
            assert runner.failures == 0
            names = example.globs
        else:
            exec(compile(code, f"{place(page)} block {number}", "exec"), names)


def commands_shown() -> Iterator[tuple[str, list[str]]]:
    for page in WRITTEN:
        for code in blocks(page, "console", "sh", "bash", "shell"):
            joined = code.replace("\\\n", " ")
            for line in joined.splitlines():
                words = re.match(r"\s*\$?\s*(?:\S*/bin/)?pbc(\s.*)", line)
                if words:
                    yield place(page), shlex.split(words[1], comments=True)


def resolve(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command the words name, through its groups, and the words that are left."""
    command: click.Command = pbc_command
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(click.Context(command), words[0])
        assert found is not None, f"pbc has no command {words[0]}"
        command, words = found, words[1:]
    return command, words


def test_every_command_shown_exists_with_its_options() -> None:
    wrong = []
    for page, words in commands_shown():
        try:
            command, rest = resolve(words)
        except (AssertionError, ModuleNotFoundError) as error:
            wrong.append(f"{page}: pbc {' '.join(words)} ({error})")
            continue
        known = {option for part in command.params for option in [*part.opts, *part.secondary_opts]} | {"--help", "-h"}
        known |= {"--version"} if command is pbc_command else set()
        unknown = [word for word in rest if word.startswith("--") and word.partition("=")[0] not in known]
        wrong += [f"{page}: pbc {' '.join(words)} has no {', '.join(unknown)}"] if unknown else []
    assert wrong == []


def test_every_make_target_shown_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    text = {page: page.read_text(encoding="utf-8") for page in WRITTEN}
    shown = {
        (place(page), target)
        for page, words in text.items()
        for target in re.findall(r"(?:`|\$ )make ([a-z-]+)", words)
    }
    assert [f"{page}: make {target}" for page, target in sorted(shown) if target not in targets] == []


def test_every_link_leads_somewhere() -> None:
    lost = [
        f"{place(page)}: {target}"
        for page in PAGES
        for target in LINK.findall(BLOCK.sub("", page.read_text(encoding="utf-8")))
        if not (page.parent / target).exists()
    ]
    assert lost == []


def test_every_path_of_the_repository_named_in_a_page_exists() -> None:
    """`src/...`, `tests/...` and `docs/...` in backticks; a trailing * or <name> stands for many."""
    named = re.compile(r"`((?:src|tests|docs|benchmarks)/[A-Za-z0-9_./-]+)`")
    lost = [
        f"{place(page)}: {path}"
        for page in WRITTEN
        for path in named.findall(page.read_text(encoding="utf-8"))
        if not (ROOT / path).exists()
    ]
    assert lost == []


def test_decisions_are_numbered_once_and_say_context_decision_and_consequences() -> None:
    records = sorted((ROOT / "docs/decisions").rglob("*.md"))
    numbers = [path.name[:4] for path in records]
    assert [number for number in set(numbers) if numbers.count(number) > 1 or not number.isdigit()] == []
    parts = ("context", "decision", "consequence")
    thin = [
        path.name for path in records if not all(part in path.read_text(encoding="utf-8").lower() for part in parts)
    ]
    assert thin == []


def test_readme_names_the_two_commands_and_ci_runs_the_second() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make demo" in readme
    assert "make test" in readme
    script = ROOT / ".ci/run"
    assert "make test" in script.read_text(encoding="utf-8")
    assert os.access(script, os.X_OK)


def test_menu_prints_every_target_that_has_a_description() -> None:
    printed = subprocess.run(["make", "-s", "-C", str(ROOT)], capture_output=True, text=True, check=True).stdout
    for target in ("demo", "test", "test-long", "check", "fix", "bench", "docs"):
        assert f"make {target}" in printed
