"""Files accepted one at a time, each kept somewhere of its own, are received as a deliveries folder is."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pbc.engines import open_engine
from pbc.errors import RefusedInput
from pbc.flows.extract import Extract, accepted_files, open_extract
from pbc.flows.files_needed import (
    are_whole,
    files_of_month,
    files_of_register,
    files_of_year,
    is_received,
    name_kept,
    place_of,
)
from pbc.flows.receive_delivery import receive_delivery
from pbc.flows.receive_register import receive_register
from pbc.flows.receive_tables import receive_need, receive_tariff
from pbc.periods import FinancialYear, Month
from pbc.policy import load_policy
from pbc.results import PublishedSet, Store
from pbc.sources.delimited import recognise
from pbc.sources.layout import read_layouts
from pbc.sources.synthetic import generate

YEAR, MONTH, KEY = FinancialYear(2009), Month(2009, 9), bytes(range(7, 47))


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("one-by-one") / "deliveries"
    generate(folder, seed=5, people=1_000, practices=4, clusters=2, years=("2009-10",))
    return folder


def uploaded(delivered: Path, kept: Path) -> Extract:
    """Every file of the register, the year and the month, kept under a number, as a server keeps what is uploaded."""
    opened, files = open_extract(delivered), {}
    needed = [
        *files_of_register(deliveries=opened),
        *files_of_year(YEAR, deliveries=opened),
        *files_of_month(MONTH, deliveries=opened),
    ]
    assert are_whole(needed)
    for at, each in enumerate(needed):
        assert each.path is not None
        (kept / str(at)).mkdir(parents=True)
        files[each.place] = Path(shutil.copy(each.path, kept / str(at)))
    return accepted_files(
        files, regime=opened.regime, commissioners=opened.commissioners, years=opened.years, is_made_up=True
    )


def receive(store: Store, deliveries: Path | Extract) -> list[PublishedSet]:
    with open_engine("duckdb") as engine:
        sets = [receive_register(store, deliveries, key=KEY, engine=engine)]
        sets += [receive_tariff(store, deliveries, year=YEAR), receive_need(store, deliveries, year=YEAR)]
        policy = load_policy("england-2005")
        return [*sets, *receive_delivery(store, deliveries, month=MONTH, key=KEY, engine=engine, policy=policy)]


def test_files_one_by_one_make_the_sets_a_folder_makes(delivered: Path, tmp_path: Path) -> None:
    accepted = uploaded(delivered, tmp_path / "kept")
    ours, theirs = receive(Store(tmp_path / "a"), delivered), receive(Store(tmp_path / "b"), accepted)
    assert [each.set_id for each in ours] == [each.set_id for each in theirs]


def test_a_replaced_file_makes_a_new_set_and_keeps_the_old(delivered: Path, tmp_path: Path) -> None:
    accepted, store = uploaded(delivered, tmp_path / "kept"), Store(tmp_path / "store")
    first = receive(store, accepted)
    place = place_of("outpatients", period=MONTH)
    later = Path(shutil.copy(delivered / "activity" / "2009-10" / "outpatients.parquet", tmp_path))
    recognised = recognise(later, read_layouts("outpatients"))
    assert name_kept(place, recognised) == "outpatients.parquet"
    hashes = {"outpatients.parquet": recognised.form.sha256}
    assert not is_received(store, f"activity/{MONTH}", hashes=hashes)
    assert not is_received(store, "activity/2010-01", hashes=hashes)
    second = receive(store, accepted.with_files({place: later}))
    assert is_received(store, f"activity/{MONTH}", hashes=hashes)
    assert [first[at].set_id == second[at].set_id for at in range(3)] == [True] * 3
    assert {each.set_id for each in store.history(f"activity/{MONTH}")} == {first[3].set_id, second[3].set_id}


def test_what_is_not_in_yet_is_named(delivered: Path, tmp_path: Path) -> None:
    opened = open_extract(delivered)
    gone = opened.with_files({f"activity/{MONTH}/outpatients": None, f"activity/{MONTH}/prescribing": None})
    state = {
        each.place.rsplit("/")[-1]: (each.is_needed, each.is_in) for each in files_of_month(MONTH, deliveries=gone)
    }
    assert state == {
        "admitted_care": (True, True), "outpatients": (True, False), "accident_and_emergency": (True, True),
        "referrals": (True, True), "prescribing": (False, False),
    }  # fmt: skip
    assert not are_whole(files_of_month(MONTH, deliveries=gone))
    assert not any(each.is_in for each in files_of_month(MONTH))
    with pytest.raises(RefusedInput, match="A file of the delivery is missing"):
        gone.need("activity", str(MONTH), "outpatients")
    with pytest.raises(RefusedInput, match="the files accepted"):
        uploaded(delivered, tmp_path / "kept").need("activity", "2010-01", "outpatients")
    odd = opened.with_files({f"activity/{MONTH}/outpatients": delivered / "world.json"})
    with pytest.raises(RefusedInput, match="under another name than its place"):
        odd.find("activity", str(MONTH), "outpatients")


def test_places_that_nothing_takes_are_empty() -> None:
    assert place_of("tariff_prices", period=YEAR) == "tariff/2009-10/tariff_prices"
    assert (
        place_of("tariff_prices", period=MONTH),
        place_of("outpatients"),
        place_of("hes_outpatients", period=MONTH),
    ) == ("", "", "")
