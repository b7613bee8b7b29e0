"""The menu: each app adds its entry when it starts, with the predicate that says who sees it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from pbc_web.accounts.actor import Actor


@dataclass(frozen=True)
class Entry:
    """One entry of the menu; lower `place` stands further left."""

    place: int
    text: str
    view: str
    shown_to: Callable[[Actor], bool]
    waiting: Callable[[Actor], int] | None = None  # how much is new there


_entries: list[Entry] = []


def add_to_menu(
    place: int, text: str, view: str, *, shown_to: Callable[[Actor], bool], waiting: Callable[[Actor], int] | None = None
) -> None:  # fmt: skip
    """Add an entry, once; `waiting` says how much is new there."""
    entry = Entry(place, text, view, shown_to, waiting)
    if all(each.view != view for each in _entries):
        _entries.append(entry)


def menu_for(actor: Actor, path: str) -> list[dict[str, object]]:
    """This returns the entries an actor sees, in order, the one they are on marked."""
    shown = [each for each in sorted(_entries, key=lambda each: each.place) if each.shown_to(actor)]
    found = [
        {"text": each.text, "href": reverse(each.view), "waiting": each.waiting(actor) if each.waiting else 0}
        for each in shown
    ]
    here = max((str(each["href"]) for each in found if path.startswith(str(each["href"]))), key=len, default="")
    return [each | {"is_here": each["href"] == here} for each in found]
