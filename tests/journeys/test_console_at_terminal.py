"""The console at a terminal and away from one: progress, Ctrl-C, exit status, and the places commands choose by default."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from pbc.errors import Fault
from pbc.results import Store
from pbc.sources.synthetic import generate
from pbc_cli.main import pbc_command
from pbc_cli.options import published_folder

PBC = [sys.executable, "-m", "pbc_cli.main"]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with made-up deliveries of one year in a store's own place, and a key."""
    home = tmp_path_factory.mktemp("world")
    generate(home / "store/deliveries", seed=5, people=900, practices=2, clusters=1, years=("2009-10",), plant=False)
    (home / "key").touch(mode=0o600)
    (home / "key").write_bytes(bytes(range(40)))
    return home


def receive(home: Path, *more: str) -> list[str]:
    return ["receive", "--key-file", str(home / "key"), "--store", str(home / "store"), *more]


class Terminal:
    """A program whose error stream is a terminal: what it said there so far."""

    def __init__(self, process: subprocess.Popen[bytes], side: int) -> None:
        self.process, self._side, self.said = process, side, ""

    def hear(self, words: str, *, patience_seconds: float = 60) -> None:
        """Read on until the words were said, or the program's terminal closed."""
        begun = time.monotonic()
        while words not in self.said and time.monotonic() - begun < patience_seconds:
            try:
                self.said += os.read(self._side, 4096).decode()
            except OSError:  # the program has ended
                return

    def press_ctrl_c(self) -> None:
        self.process.send_signal(signal.SIGINT)


@pytest.fixture
def at_terminal() -> Iterator[Callable[..., Terminal]]:
    """Starts a program whose error stream is a terminal, and ends it afterwards if it has not ended itself."""
    opened: list[tuple[subprocess.Popen[bytes], int]] = []

    def start(*words: str) -> Terminal:
        ours, theirs = pty.openpty()
        process = subprocess.Popen([*PBC, *words], stdout=subprocess.DEVNULL, stderr=theirs)
        os.close(theirs)
        opened.append((process, ours))
        return Terminal(process, ours)

    yield start
    for process, side in opened:
        process.kill()
        process.wait()
        os.close(side)


def run(*words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*PBC, *words], capture_output=True, text=True, check=False, cwd=cwd, timeout=120)


# progress


def test_progress_is_shown_on_a_terminal_and_nowhere_else(world: Path, at_terminal: Callable[..., Terminal]) -> None:
    shown = at_terminal(*receive(world))
    shown.hear("Nothing is said so")
    assert shown.process.wait(60) == 0
    assert "Reading the delivery of April 2009" in shown.said
    piped = run(*receive(world))
    assert (piped.returncode, piped.stderr) == (0, "")
    assert "12 deliveries are in" in piped.stdout


# Ctrl-C


def test_ctrl_c_stops_after_the_step_and_leaves_what_was_published(
    world: Path, at_terminal: Callable[..., Terminal], tmp_path: Path
) -> None:
    """Given Ctrl-C while April is read, then status 130, words that what stood stands, and a store that verifies."""
    store = ["--store", str(tmp_path / "store")]
    stopped = at_terminal("receive", str(world / "store/deliveries"), "--key-file", str(world / "key"), *store)
    stopped.hear("Reading the delivery of April 2009")
    stopped.press_ctrl_c()
    stopped.hear("goes on from there.")
    assert stopped.process.wait(60) == 130
    assert "Stopping after this step" in stopped.said
    assert "The step at hand published nothing." in stopped.said
    assert "Everything published before stands as it was" in stopped.said
    assert "Traceback" not in stopped.said
    held = Store(tmp_path / "store")
    assert held.names("register") == ["register"]
    assert "activity/2010-03" not in held.names()
    assert run("verify", *store).returncode == 0


def test_second_ctrl_c_ends_at_once_and_the_store_is_whole(
    world: Path, at_terminal: Callable[..., Terminal], tmp_path: Path
) -> None:
    store = ["--store", str(tmp_path / "store")]
    stopped = at_terminal("receive", str(world / "store/deliveries"), "--key-file", str(world / "key"), *store)
    stopped.hear("Reading the delivery of April 2009")
    for words in ("press again to stop at once", "stands as it was"):
        stopped.press_ctrl_c()
        stopped.hear(words)
    assert stopped.process.wait(60) == 130
    assert run("verify", *store).returncode == 0


# exit status


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("--version",), 0),
        (("policy", "show", "risk"), 0),
        (("explain", "nonsense"), 1),
        (("statement", "--month", "2009-09"), 2),
        (("no-such-command",), 2),
        ((), 2),
    ],
    ids=["version", "well", "refused", "option missing", "no such command", "nothing asked"],
)
def test_exit_status_says_how_it_went(words: tuple[str, ...], status: int, tmp_path: Path) -> None:
    left = run(*words, cwd=tmp_path)
    assert left.returncode == status, left.stderr
    assert "Traceback" not in left.stderr


def test_faults_found_by_a_check_leave_with_one_and_say_nothing_on_the_error_stream(tmp_path: Path) -> None:
    (tmp_path / "places.csv").write_text("practice_code,neighbourhood,from,to\nZ90001,North,soon,\n")
    left = run("check", "places.csv", cwd=tmp_path)
    assert (left.returncode, left.stderr) == (1, "")


def test_exit_statuses_are_in_the_help() -> None:
    said = CliRunner().invoke(pbc_command, ["--help"]).output
    for status in ("with 0", "1 if", "2 if", "130 if"):
        assert status in " ".join(said.split())


# places chosen by default


@contextmanager
def standing_in(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def test_made_up_world_lands_in_the_store_and_is_received_from_there(tmp_path: Path) -> None:
    store = ["--store", str(tmp_path / "kept")]
    made = CliRunner().invoke(pbc_command, ["make-up", "--people", "300", "--practices", "1", *store])
    assert made.exception is None, made.output
    assert (tmp_path / "kept/deliveries/world.json").exists()
    assert (tmp_path / "kept").stat().st_mode & 0o077 == 0
    (tmp_path / "key").touch(mode=0o600)
    (tmp_path / "key").write_bytes(bytes(range(40)))
    taken = CliRunner().invoke(
        pbc_command, ["receive", "--month", "2009-04", "--key-file", str(tmp_path / "key"), *store]
    )
    assert "Nothing has been published as register" in str(taken.exception)  # found, and its register asked for first


def test_receiving_from_a_store_without_deliveries_is_refused(tmp_path: Path) -> None:
    words = ["receive", "--key-file", "key", "--store", str(tmp_path)]
    refused = CliRunner().invoke(pbc_command, words).exception
    assert isinstance(refused, Fault)
    assert "not a deliveries folder" in str(refused)


def test_published_files_are_looked_for_in_the_store_unless_the_environment_names_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PBC_PUBLISHED_DATA", raising=False)
    kept = tmp_path / "store/published"
    kept.mkdir(parents=True)
    with standing_in(kept):  # a place beside which no folder of published files stands
        assert published_folder(tmp_path / "other") is None
        assert published_folder(tmp_path / "store") == kept
    monkeypatch.setenv("PBC_PUBLISHED_DATA", str(tmp_path))
    assert published_folder(tmp_path / "store") == tmp_path


def test_fair_shares_find_files_fetched_into_the_store(
    made_up_england: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PBC_PUBLISHED_DATA", raising=False)
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept/published").symlink_to(made_up_england)
    words = [
        "--year",
        "2025-26",
        "--resource-pounds",
        "1000",
        "--out",
        str(tmp_path / "s.csv"),
        "--store",
        str(tmp_path / "kept"),
    ]
    result = CliRunner().invoke(pbc_command, ["fair-shares", *words])
    assert result.exception is None, result.output
    assert "£1,000 shared among 60 practices" in result.output


def test_fetch_says_to_save_by_hand_where_commands_will_look(tmp_path: Path) -> None:
    refused = CliRunner().invoke(pbc_command, ["fetch", "trim-points", "--store", str(tmp_path)]).exception
    assert f"{tmp_path}/published/tariff/hrg_trimpoints.csv" in str(refused)
