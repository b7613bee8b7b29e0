"""The two workspaces of deliveries as data: the kinds of each, where its pages stand, and who sends and decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from pbc_web.accounts.actor import Actor
from pbc_web.deliveries import permissions


@dataclass(frozen=True)
class Side:
    """A workspace. `at` begins the names of its addresses; runs of its kinds check and receive its files."""

    at: str
    title: str
    kinds: tuple[str, ...]
    months_shown: int
    check: str
    receive: str
    may_see: Callable[[Actor], bool]
    may_send: Callable[[Actor], bool]
    may_decide: Callable[[Actor], bool]
    may_see_maps: Callable[[Actor], bool]

    def address(self, view: str, *args: object) -> str:
        """This returns the address of one of its pages."""
        return reverse(f"{self.at}{view}", args=args)

    @property
    def trail(self) -> list[dict[str, str]]:
        """This returns the breadcrumbs of its pages."""
        home = {"href": reverse("home"), "text": "Home"}
        return [home, {"href": self.address("overview"), "text": self.title}]


ANALYSIS = Side(
    "deliveries:", "Deliveries", permissions.ANALYSIS_KINDS, 14, "check_delivery", "receive_accepted",
    permissions.may_see_deliveries, permissions.may_deliver, permissions.may_deliver, permissions.may_see_deliveries,
)  # fmt: skip
BOOKS = Side(
    "deliveries:books:", "Files for the ledger", permissions.BOOKS_KINDS, 6, "check_books", "receive_books",
    permissions.may_send_books, permissions.may_send_books, permissions.may_take_in_books, permissions.may_take_in_books,
)  # fmt: skip


def side_of(kind: str) -> Side:
    """This returns the workspace of a kind of delivery."""
    return BOOKS if kind in BOOKS.kinds else ANALYSIS
