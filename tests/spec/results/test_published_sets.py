"""Published sets.

A result is published as a set that never changes. Its id follows from all that decided it: inputs, rules, engine, version
and seed, but not the hour. Publishing again replaces what is in force; what was replaced can still be read by its id.
"""

from pathlib import Path

import pytest

from pbc.errors import BrokenSet
from pbc.results import Figure, Receipt, Store
from pbc.tables import ALL


def register(code: str) -> dict[str, object]:
    row = {"practice_code": code, "practice_name": "Made-up Surgery", "status_code": "A", "commissioner_code": "ZP1"}
    return {"practices": ALL["practices"].from_rows([row | {"prescribing_setting_code": "4"}])}


@pytest.mark.parametrize(
    "first, second, is_same_set",
    [
        ({"inputs": {"a.csv": "1"}}, {"inputs": {"a.csv": "1"}}, True),
        ({"inputs": {"a.csv": "1"}, "made_at": "09:00"}, {"inputs": {"a.csv": "1"}, "made_at": "17:00"}, True),
        ({"inputs": {"a.csv": "1"}}, {"inputs": {"a.csv": "2"}}, False),
        ({"inputs": {"a.csv": "1"}, "policy": "x"}, {"inputs": {"a.csv": "1"}, "policy": "y"}, False),
        ({"inputs": {"a.csv": "1"}, "seed": 1}, {"inputs": {"a.csv": "1"}, "seed": 2}, False),
    ],
)
def test_the_same_work_is_the_same_set(first: dict[str, str], second: dict[str, str], is_same_set: bool) -> None:
    """Given two receipts, then whether they name one set."""
    ids = {Receipt("receive_register", **receipt).fingerprint for receipt in (first, second)}  # type: ignore[arg-type]
    assert (len(ids) == 1) is is_same_set


def test_what_was_replaced_can_still_be_read(tmp_path: Path) -> None:
    """Given a register published twice with other inputs, then the second is in force and the first reads as it was."""
    store = Store(tmp_path)
    old = store.publish("register", register("Z90001"), Receipt("receive_register", {"a.csv": "1"}))  # type: ignore[arg-type]
    new = store.publish("register", register("Z90002"), Receipt("receive_register", {"a.csv": "2"}))  # type: ignore[arg-type]
    assert store.current("register").set_id == new.set_id
    assert store.at("register", old.set_id).frame("practices")["practice_code"].to_list() == ["Z90001"]


def test_a_set_that_was_tampered_with_is_found(tmp_path: Path) -> None:
    """Given a published file changed by hand, then verifying the set refuses it and names the file."""
    published = Store(tmp_path).publish("register", register("Z90001"), Receipt("receive_register", {"a.csv": "1"}))  # type: ignore[arg-type]
    published.files("practices")[0].write_bytes(b"changed")
    with pytest.raises(BrokenSet, match=r"practices/part-0\.parquet"):
        published.verify()


def test_every_figure_has_an_address() -> None:
    """Given an id as printed in a download, then the set, the table, the row and the column it stands for."""
    figure = Figure.parse("statement/2009-09@0123456789ab:chance_bands:2009-10~200909~practice~Z90001:actual_pence")
    assert (figure.set_name, figure.table, figure.column) == ("statement/2009-09", "chance_bands", "actual_pence")
    assert figure.key == ("2009-10", "200909", "practice", "Z90001")
