"""The worker is killed in the middle of a run: it is taken up again, published once and told once."""

import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.web.operations.places import SCRIBE, new_place, scribe

pytestmark = [pytest.mark.database, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with new_place(tmp_path_factory.mktemp("place") / "home", has_tables=True) as made:
        scribe(made, "fill")
        yield made


@contextmanager
def working(place: dict[str, str]) -> Iterator["subprocess.Popen[str]"]:
    given = [sys.executable, str(SCRIBE), "work"]
    with subprocess.Popen(given, env=place, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as worker:
        try:
            yield worker
            worker.terminate()
            assert worker.wait(60) in (0, -signal.SIGKILL)
        finally:
            worker.kill()  # whatever went wrong, nothing waits for it


def until_over(place: dict[str, str]) -> list[str]:
    for _ in range(20):
        told = scribe(place, "look_at_runs").splitlines()
        if not any(f" {state} " in told[-2] for state in ("queued", "running")):
            return told
    raise AssertionError(told)


def test_a_run_whose_worker_was_killed_is_taken_up_and_counts_once(place: dict[str, str]) -> None:
    number = scribe(place, "ask_for", "1")
    with working(place) as first, working(place) as second:
        assert first.stdout is not None
        assert second.stdout is not None
        # one of the two works, the other waits for it to be gone
        ready, _, _ = select.select([first.stdout, second.stdout], [], [], 60)
        assert len(ready) == 1
        at_it, other = (first, second) if first.stdout is ready[0] else (second, first)
        at_it.send_signal(signal.SIGKILL)
        assert other.stdout is not None
        assert other.stdout.readline() == "published\n"
        run, end = until_over(place)
    _, state, attempts, set_id, *deeds = run.split()
    assert (state, attempts, deeds) == ("done", "2", ["ask_for_run", "finish_run"])
    assert (
        end == "sets 2 chain None letters 2"
    )  # the set of the place and the run's own, once; the letter of its end, once
    assert set_id != "-"
    assert number


def test_a_worker_that_is_told_to_stop_lays_its_run_down(place: dict[str, str]) -> None:
    number = scribe(place, "ask_for", "1")
    with working(place) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "published\n"
        worker.terminate()
        assert worker.wait(30) == 0
    *_, run, _ = scribe(place, "look_at_runs").splitlines()
    assert run.split() == [number, "queued", "0", "-", "ask_for_run"]
    assert Path(place["PBC_HOME"]).exists()
