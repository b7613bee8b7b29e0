"""For every test: no socket leaves the machine, and property tests neither race the clock nor draw new luck each run."""

import csv
import gc
import ipaddress
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import settings
from xdist.scheduler import LoadFileScheduling

SECOND_OPINION = "tests/second_opinion/"
LONGEST = (
    "tests/web/journeys/test_crawl.py", SECOND_OPINION, "tests/journeys/test_console.py", "tests/web/kills/",
    "tests/web/test_permission_matrix.py", "tests/web/operations/", "tests/web/journeys/",
)  # fmt: skip
settings.register_profile("house", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("house")


def is_loopback(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True  # a Unix socket never leaves the machine
    host = str(address[0])
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in ("localhost", "")


def rank_of(nodeid: str) -> int:
    """Where a test stands among those that take longest."""
    return next((rank for rank, start in enumerate(LONGEST) if nodeid.startswith(start)), len(LONGEST))


@pytest.hookimpl(trylast=True)  # after Django's own order
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no worker is left with it at the end; do not measure second opinions.

    Second opinions run what specifications and examples hold line by line already; measured they would run a third longer.
    """
    items.sort(key=lambda item: rank_of(item.nodeid))
    for item in items:
        if item.nodeid.startswith(SECOND_OPINION):
            item.add_marker(pytest.mark.no_cover)


class OneSpark(LoadFileScheduling):
    """A file is run by one worker, and all second opinions by the same: Spark starts once, and is warm for all of them."""

    def _split_scope(self, nodeid: str) -> str:
        return SECOND_OPINION if nodeid.startswith(SECOND_OPINION) else super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)  # where tests are shared among workers
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling:
    """This returns who shares them."""
    return OneSpark(config, log)


def pytest_collection_finish() -> None:
    """What is loaded by now stays: Python need not look through it again and again for what can go, a quarter of the time of pages."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name a case of raw bytes by its argument and number: bytes may hold a time (gzip does), and workers must agree."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture(autouse=True, scope="session")
def closed_sockets() -> Iterator[None]:
    """Refuse connections to anywhere but this machine: a test that needs the network is not a test."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            allowed = getattr(socket.socket, name)

            def guarded(self: socket.socket, address: Any, allowed: Any = allowed) -> Any:
                if not is_loopback(address):
                    raise PermissionError(f"a test tried to reach {address}; sockets are closed but for loopback")
                return allowed(self, address)

            patch.setattr(socket.socket, name, guarded)
        yield


@pytest.fixture(scope="session")
def published_data() -> Path:
    """The folder of published files; tests that read them are skipped, saying so, where it is absent."""
    default = Path(__file__).resolve().parents[1] / ".." / "shared" / "data"
    folder = Path(os.environ.get("PBC_PUBLISHED_DATA", default))
    if not folder.is_dir():
        pytest.skip("the published files are not on this machine: set PBC_PUBLISHED_DATA to their folder")
    return folder


@pytest.fixture
def made_up_england(tmp_path: Path) -> Path:
    """A folder with both layouts of weighted populations for 60 made-up practices, built so that their arithmetic holds."""
    luck = np.random.default_rng(2018)
    people = luck.uniform(900, 20_000, 60).round(3)

    def weighted() -> Any:
        raw = people * luck.uniform(0.5, 1.6, 60)
        return raw / raw.sum() * people.sum()

    need = {
        name: weighted() for name in ("G&A", "CS", "MH", "Mat", "HCHS", "Presc", "AM", "Overall", "PMC", "Final PMC")
    }
    market, area = luck.uniform(0.93, 1.1, 60), luck.uniform(0.99, 1.01, 60)
    prices = (0.9 * need["HCHS"] + 0.1 * need["AM"]) * market * area
    drugs = 0.9 * need["Presc"] + 0.1 * need["AM"]
    target = 1.25 * people.sum() * (0.87948237 * prices / prices.sum() + 0.12051763 * drugs / drugs.sum())
    codes = [f"Z{90001 + at}" for at in range(60)]
    first = {
        "CCG": [f"ZC{at % 3 + 1}" for at in range(60)], "CCG19": ["=made up"] * 60, "Practice": codes,
        "GP practice name": [f"Made-up Surgery {at}" for at in range(60)], "GP_pop": people,
        **{f"WP_{name}": need[name] for name in ("G&A", "CS", "MH", "Mat", "HCHS", "Presc", "AM", "Overall")},
        "MFF_index": market, "EACA_index": area, "WP_MFF": people, "WP_EACA": people, "Target_exc_remote_£k": target,
        "Target_inc_remote_£k": target, "Need_index": need["Overall"] / people,
    }  # fmt: skip
    totals = [
        "",
        "",
        "",
        "",
        *(f"{np.sum(values):.8g}" for name, values in first.items() if name[:4] not in ("CCG", "CCG1", "Prac", "GP p")),
    ]
    write_csv_rows(
        tmp_path / "made_up_2018_19.csv", [list(first), *zip(*first.values(), strict=True), [""] * len(first), totals]
    )
    second = {
        "Practice_Code": codes, "GP_Practice_Name": first["GP practice name"], "ICB": [f"ZI{at % 2 + 1}" for at in range(60)],
        "ICBname": ["made up"] * 60, "Population": people, "G&A WP": need["G&A"], "CS WP": need["CS"], "MH WP": need["MH"],
        "Mat WP": need["Mat"], "Health Ineq WP": need["AM"], "Prescr WP": need["Presc"], "Final WP": need["Overall"],
        "Primary Medical Care WP": need["PMC"], "Final PMC WP": need["Final PMC"],
    }  # fmt: skip
    write_csv_rows(tmp_path / "made_up_2025_26.csv", [list(second), *zip(*second.values(), strict=True)])
    return tmp_path


def write_csv_rows(path: Path, rows: Any) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
