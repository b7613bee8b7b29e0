"""What was made from things that never change and is wanted again soon: a bounded memory that many threads may share."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """Values by key, the least recently wanted dropped first. A key must name all that decides its value: sets by id.

    A value may be made twice where two threads want it at once; the first to finish is kept, and both get that one.
    """

    def __init__(self, most: int) -> None:
        self._most, self._held = most, OrderedDict[Hashable, Value]()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """This returns the value kept under a key, made now if there is none."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
        made = make()
        with self._lock:
            kept = self._held.setdefault(key, made)
            self._held.move_to_end(key)
            while len(self._held) > self._most:
                self._held.popitem(last=False)
        return kept

    def __len__(self) -> int:
        return len(self._held)
