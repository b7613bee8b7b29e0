"""A register read with another key than before would match nobody: it is refused before a patient is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from pbc.engines import open_engine
from pbc.errors import RefusedInput
from pbc.flows.receive_register import receive_register
from pbc.results import Store
from pbc.sources.synthetic import generate

KEY, OTHER_KEY = bytes(range(40)), bytes(range(1, 41))


def test_register_again_under_another_key_is_refused_and_the_first_stays(tmp_path: Path) -> None:
    folder, store = tmp_path / "deliveries", Store(tmp_path / "store")
    generate(folder, seed=11, people=1500, practices=4, clusters=2, hospitals=3, years=("2009-10",), form="csv.gz")
    with open_engine() as engine:
        first = receive_register(store, folder, key=KEY, engine=engine)
        with pytest.raises(RefusedInput, match="not the key earlier deliveries were read with"):
            receive_register(store, folder, key=OTHER_KEY, engine=engine)
        assert receive_register(store, folder, key=KEY, engine=engine).set_id == first.set_id
    assert store.current("register").set_id == first.set_id
