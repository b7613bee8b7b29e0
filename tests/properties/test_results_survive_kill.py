"""A set is published whole or not at all: at whatever moment the process is killed, and however many publish at once."""

import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count, islice
from pathlib import Path

import pytest

from pbc.results import Store

CHILD = Path(__file__).with_name("publishing_child.py")


def publish(folder: Path, first: int, many: int = 1, *, die_at_touch: int = 0) -> subprocess.Popen[str]:
    command = [sys.executable, str(CHILD), str(folder), str(first), str(many), str(die_at_touch)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def publish_whole(folder: Path, first: int, many: int = 1) -> list[str]:
    child = publish(folder, first, many)
    told, faults = child.communicate(timeout=60)
    assert child.returncode == 0, faults
    return told.split()


def leftovers(folder: Path) -> list[str]:
    return [path.name for path in (folder / "sets" / "register").glob(".*") if path.name != ".lock"]


@pytest.fixture(scope="module")
def first_set(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("published") / "store"
    publish_whole(folder, 1)
    return folder


def killed_at(touch: int, first_set: Path, room: Path) -> tuple[int, Path]:
    folder = shutil.copytree(first_set, room / f"touch-{touch}")
    child = publish(folder, 2, die_at_touch=touch)
    _, faults = child.communicate(timeout=60)
    assert child.returncode in (0, -signal.SIGKILL), faults
    return child.returncode, folder


def killed_at_every_touch(first_set: Path, room: Path) -> Iterator[tuple[int, Path]]:
    touches = count(1)
    with ThreadPoolExecutor(2) as pool:
        while True:
            batch = list(islice(touches, 4))
            ended = list(pool.map(lambda touch: killed_at(touch, first_set, room), batch))
            yield from ended
            if any(code == 0 for code, _ in ended):
                return


def test_set_in_force_is_whole_wherever_the_process_dies(first_set: Path, tmp_path: Path) -> None:
    """Killed at each of its touches of the store in turn, publishing leaves the old set or the new one, never a mixture."""
    old = Store(first_set).current("register").set_id
    seen = []
    for _, folder in killed_at_every_touch(first_set, tmp_path):
        found = Store(folder).current("register")
        found.verify()
        assert found.rows("practices") == found.frame("practices").height == 300
        assert found.frame("practices")["practice_code"][0] == ("Z01000" if found.set_id == old else "Z02000")
        assert all(kept.receipt for kept in Store(folder).history("register"))
        seen.append(found.set_id)
    assert len(set(seen)) == 2
    assert seen == sorted(seen, key=lambda set_id: set_id != old), "the switch happened once, and never went back"
    assert seen.count(old) >= 10


@pytest.mark.parametrize("touch", [6, 14])
def test_publishing_again_after_a_kill_finishes_and_sweeps(first_set: Path, tmp_path: Path, touch: int) -> None:
    _, folder = killed_at(touch, first_set, tmp_path)
    [new] = publish_whole(folder, 2)
    found = Store(folder).current("register")
    found.verify()
    assert found.set_id == new
    assert leftovers(folder) == []


def test_kill_at_a_random_moment_leaves_a_whole_set(first_set: Path, tmp_path: Path) -> None:
    moments = random.Random(1991)
    for attempt in range(3):
        folder = shutil.copytree(first_set, tmp_path / f"attempt-{attempt}")
        child = publish(folder, 2, 90)
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(moments.uniform(0, 0.15))
        child.kill()
        child.communicate(timeout=60)
        found = Store(folder).current("register")
        found.verify()
        assert found.frame("practices").height == 300


def test_many_publishers_at_once_lose_nothing(tmp_path: Path) -> None:
    """Four processes publish under one name at once: each of their sets stands whole, and one of them is in force."""
    folder = tmp_path / "store"
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda first: publish_whole(folder, first, 5), [1, 11, 21, 1]))
    published = Store(folder).history("register")
    assert {found.set_id for found in published} == {set_id for ids in told for set_id in ids}
    assert len(published) == 15
    for found in published:
        found.verify()
    assert Store(folder).current("register").set_id in {ids[-1] for ids in told}
    assert leftovers(folder) == []
