"""A bounded memory that many threads may share."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from pbc.kept import Kept


def test_value_is_made_once_and_the_least_wanted_dropped() -> None:
    made: list[str] = []

    def make(name: str) -> str:
        made.append(name)
        return name.upper()

    kept: Kept[str] = Kept(2)
    for name in ("a", "b", "a", "c", "a", "b"):
        assert kept.get(name, lambda name=name: make(name)) == name.upper()
    assert made == ["a", "b", "c", "b"]
    assert len(kept) == 2


def test_threads_that_want_one_value_get_the_same_one() -> None:
    kept: Kept[object] = Kept(4)
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: id(kept.get("one", object)), range(64)))
    assert len(found) == 1
