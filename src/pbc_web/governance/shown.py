"""Entries as tables, the same on pages and in files."""

from __future__ import annotations

from collections.abc import Iterable

from pbc.money import pounds_and_pence
from pbc.reports.view import Head, PageTable
from pbc_web.governance.models import Gift, Interest
from pbc_web.governance.states import THROUGH
from pbc_web.shell.words import count_of, day

INTEREST_HEADS = tuple(Head(each) for each in ("Who", "Kind", "Tie", "In", "What it is", "From", "To", "Declared"))
GIFT_HEADS = (
    *(Head(each) for each in ("Who", "What", "From whom")), Head("Worth", is_number=True),
    *(Head(each) for each in ("Accepted", "Why", "Offered", "Declared")),
)  # fmt: skip


def interests_table(interests: Iterable[Interest]) -> PageTable:
    """This returns interests as a table, one a row."""
    rows = tuple(
        (
            each.whose, each.get_kind_display(), tie_of(each), each.named, each.words, day(each.starts_on),
            day(each.last_day, "No end known"), declared(each),
        )
        for each in interests
    )  # fmt: skip
    return PageTable("interests", "Interests", INTEREST_HEADS, rows)


def gifts_table(gifts: Iterable[Gift]) -> PageTable:
    """This returns gifts and hospitality as a table, one a row."""
    rows = tuple(
        (
            each.whose, f"{each.get_kind_display()}: {each.words}", each.named, pounds_and_pence(each.worth_pence),
            "Accepted" if each.is_accepted else "Refused", each.why, day(each.offered_on), declared(each),
        )
        for each in gifts
    )  # fmt: skip
    return PageTable("gifts", "Gifts and hospitality", GIFT_HEADS, rows)


def tie_of(interest: Interest) -> str:
    """This returns the tie in words: Holds shares (30%), through husband, wife or partner."""
    share = f" ({interest.percent.normalize():f}%)" if interest.percent is not None else ""
    through = f", through {THROUGH[interest.through]}" if interest.through else ""
    return f"{interest.get_tie_display()}{share}{through}"


def declared(entry: Interest | Gift) -> str:
    """This returns when and how an entry was declared, and by how much too late."""
    said = day(entry.declared_on) if entry.move == "declare" else f"{entry.get_move_display()} {day(entry.declared_on)}"
    if isinstance(entry, Interest) and entry.move == "change":
        said += f", so since {day(entry.since)}"
    late = f", {count_of(entry.days_late, 'day')} late" if entry.days_late else ""
    return f"{said}{late}{', written down by whoever keeps the register' if entry.is_by_keeper else ''}"
