"""Laws of the web: whose rows are read, what a page may hold, whose clock it is."""

import ast
import re
from pathlib import Path

TEMPLATE_LINES = 200
AT_THE_DOOR = re.compile(r"/(views|forms|permissions|urls|pages|routes)(/\w+)*\.py$")
REVIEWED_READS = {  # what they read hangs on a round that was itself found within reach
    "src/pbc_web/budgets/views/decisions.py",
    "src/pbc_web/budgets/views/rounds.py",
}
REVIEWED_MARKUP = {"src/pbc_web/shell/drawings.py"}  # drawings of our own charts, whose every text the engine escapes
MARKUP = re.compile(r"\b(Markup|mark_safe|format_html|SafeString)\b")
UNSAFE = re.compile(r"\|\s*safe\b")
INLINE = re.compile(
    r"\sstyle\s*=|<style\b|<script(?![^>]*\b(src=|nonce=|type=\"application/json\"))|\son[a-z]+\s*=\s*[\"']|javascript:",
    re.IGNORECASE,
)
CLOCKS = re.compile(r"\b(timezone\.(now|localdate)|date\.today|datetime\.(now|today|utcnow))\(\)")


def of_the_web(modules):  # type: ignore[no-untyped-def]
    return [each for each in modules if each.place.startswith("src/pbc_web/") and "/migrations/" not in each.place]


def templates(tracked_files: list[Path], root: Path) -> dict[str, str]:
    found = [path for path in tracked_files if path.is_relative_to(root / "src/pbc_web") and "templates" in path.parts]
    return {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8") for path in found}


def test_no_page_reads_rows_without_scope(source_modules) -> None:  # type: ignore[no-untyped-def]
    """`everywhere` sees all organisations' rows: it is for actions, the worker, what the clock looks at, and counts."""
    unscoped = [
        f"{module.place}:{node.lineno}"
        for module in of_the_web(source_modules)
        if AT_THE_DOOR.search(module.place) and module.place not in REVIEWED_READS
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and node.attr == "everywhere"
    ]
    assert unscoped == []


def test_nothing_is_called_safe_but_what_was_reviewed(source_modules, tracked_files: list[Path], root: Path) -> None:  # type: ignore[no-untyped-def]
    trusting = [
        module.place
        for module in of_the_web(source_modules)
        if MARKUP.search(module.text) and module.place not in REVIEWED_MARKUP
    ]
    pages = templates(tracked_files, root)
    trusting += [place for place, text in pages.items() if UNSAFE.search(text)]
    trusting += [place for place, text in pages.items() if "autoescape false" in text and not place.endswith(".txt")]
    assert trusting == []


def test_templates_hold_no_style_nor_script_of_their_own(tracked_files: list[Path], root: Path) -> None:
    pages = templates(tracked_files, root)
    inline = {place: found.group() for place, text in pages.items() if (found := INLINE.search(text))}
    assert inline == {}


def test_no_template_is_longer_than_the_hard_stop(tracked_files: list[Path], root: Path) -> None:
    lengths = {place: len(text.splitlines()) for place, text in templates(tracked_files, root).items()}
    assert {place: lines for place, lines in lengths.items() if lines > TEMPLATE_LINES} == {}


def test_pages_behave_alike_whether_or_not_anybody_debugs(source_modules) -> None:  # type: ignore[no-untyped-def]
    assert [module.place for module in of_the_web(source_modules) if "settings.DEBUG" in module.text] == []


def test_the_web_has_one_clock(source_modules) -> None:  # type: ignore[no-untyped-def]
    told = [
        f"{module.place}:{number} {line.strip()}"
        for module in of_the_web(source_modules)
        if module.place != "src/pbc_web/shell/clock.py"
        for number, line in enumerate(module.text.splitlines(), 1)
        if CLOCKS.search(line)
    ]
    assert told == []
