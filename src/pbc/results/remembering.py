"""A store for readers of many pages: what never changes is read once."""

from __future__ import annotations

from pbc.kept import Kept
from pbc.results.store import PublishedSet, Store

MOST_SETS = 2_000  # manifests: a few kilobytes each


class RememberingStore(Store):
    """A store that reads each manifest once. Which set is in force is asked of the store behind it each time: a new
    publication is seen, and a steady store stays as steady."""

    def __init__(self, store: Store) -> None:
        super().__init__(store.path)
        self._store = store
        self._sets: Kept[PublishedSet] = Kept(MOST_SETS)

    def id_in_force(self, name: str) -> str | None:
        """This returns which set is in force as the store says it is: one held to some sets stays held to them."""
        return self._store.id_in_force(name)

    def at(self, name: str, set_id: str) -> PublishedSet:
        """This returns one set by its id, its manifest read at most once while it is remembered."""
        return self._sets.get((name, set_id), lambda: super(RememberingStore, self).at(name, set_id))
