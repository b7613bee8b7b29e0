"""A made-up world delivered as files: pseudonymised as an information manager would, for the PCT whose code it has."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine

from pbc.flows.pseudonymise import pseudonymise_folder
from pbc.sources.synthetic import generate
from pbc_web.accounts.actor import Actor
from pbc_web.deliveries.actions import register_feed, upload
from pbc_web.deliveries.models import Delivery, Feed
from pbc_web.organisations.models import Organisation
from pbc_web.runs.worker import work_off

KEY = bytes(range(64))
AT = datetime(2010, 5, 3, 9, 0, tzinfo=UTC)
MONTH = "2009-09"


@pytest.fixture(scope="session")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Deliveries as hospitals send them, with NHS numbers."""
    folder = tmp_path_factory.mktemp("raw")
    generate(folder, seed=7, people=600, practices=2, clusters=1, hospitals=1, years=["2009-10"], form="csv.gz")
    return folder


@pytest.fixture(scope="session")
def hidden(raw: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, pseudonymised before they leave the manager's machine."""
    folder = tmp_path_factory.mktemp("hidden")
    pseudonymise_folder(raw, out=folder / "deliveries", key=KEY)
    return folder / "deliveries"


@pytest.fixture
def own_home(tmp_path: Path, settings: Any) -> Path:
    """A store and a folder of uploads of this test alone."""
    settings.PBC_STORE, settings.PBC_UPLOADS = tmp_path / "store", tmp_path / "uploads"
    return tmp_path


@pytest.fixture
def clock() -> Iterator[Any]:
    """The day it is: 3 May 2010. `clock.move_to(...)` goes on."""
    with time_machine.travel(AT, tick=False) as traveller:
        yield traveller


@pytest.fixture
def manager(place: Any, own_home: Path, clock: Any) -> Actor:
    """The information manager of PCT A."""
    actor: Actor = place.actor("information_manager")
    return actor


@pytest.fixture
def feed_of(manager: Actor, place: Any) -> Callable[..., Feed]:
    """A feed in the register that brings a layout."""

    def of(layout: str, commissioner: Organisation | None = None, *, expires_on: date = date(2011, 3, 31)) -> Feed:
        entry = {
            "name": f"Feed of {layout}", "layout": layout, "supplier": "Hospital A", "purpose": "Budgets and statements",
            "legal_basis": "Made-up direction 1", "controller": "PCT A", "starts_on": date(2009, 4, 1),
        }  # fmt: skip
        return register_feed(commissioner or place["ZPA"], by=manager, at=AT, expires_on=expires_on, **entry)

    return of


@pytest.fixture
def delivered(feed_of: Callable[..., Feed], manager: Actor) -> Callable[..., Delivery]:
    """An uploaded file, checked."""

    def of(path: Path, layout: str, period: str, feed: Feed | None = None) -> Delivery:
        made = upload(
            feed or feed_of(layout), period=period, name=path.name, chunks=[path.read_bytes()], by=manager, at=AT
        )
        work_off(at=AT)
        made.refresh_from_db()
        return made

    return of
