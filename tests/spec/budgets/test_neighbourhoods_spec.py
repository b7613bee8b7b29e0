"""A neighbourhood has the shares of the practices in it on the day; who falls outside is listed, never lost."""

from datetime import date

import polars as pl
import pytest

from pbc.errors import RefusedInput
from pbc.methods.budgets.neighbourhoods import (
    UNASSIGNED,
    add_up_neighbourhoods,
    list_exceptions,
    place_in_neighbourhoods,
    require_one_neighbourhood,
)
from pbc.tables import MEMBERSHIPS

ON = date(2025, 4, 1)
NO_END = date(9999, 12, 31)


def memberships(*rows: tuple[str, str, date, date]) -> pl.DataFrame:
    names = ("member_code", "parent_code", "starts_on", "ends_before")
    return MEMBERSHIPS.from_rows(
        [{**dict(zip(names, row, strict=True)), "relation": "practice_neighbourhood"} for row in rows]
    )


MEMBERS = memberships(
    ("Z90001", "Northside", date(2024, 4, 1), date(2025, 10, 1)),
    ("Z90001", "Southside", date(2025, 10, 1), NO_END),
    ("Z90002", "Northside", date(2024, 4, 1), NO_END),
    ("Z90003", "Northside", date(2024, 4, 1), date(2025, 4, 1)),
    ("Z90004", "Northside", date(2025, 4, 1), NO_END),
    ("Z90005", "Eastside", date(2024, 4, 1), NO_END),
    ("Z99999", "Northside", date(2024, 4, 1), NO_END),
)
SHARES = pl.DataFrame(
    {
        "pot": ["core"] * 4,
        "commissioner_code": ["ZI1", "ZI1", "ZI1", "ZI2"],
        "practice_code": ["Z90001", "Z90002", "Z90003", "Z90004"],
        "registered_population": [100.0, 200.0, 300.0, 400.0],
        "weighted_population": [110.0, 190.0, 300.0, 400.0],
        "amount_pence": [1100, 1900, 3000, 50],
    }
)
PRACTICES = pl.DataFrame(
    {
        "practice_code": ["Z90001", "Z90002", "Z90003", "Z90004", "Z90005"],
        "practice_name": ["One", "Two", "Three", "Four", "Five"],
        "commissioner_code": ["ZI1", "ZI1", "ZI1", "ZI2", "ZI3"],
    }
)
DORMANT = pl.DataFrame({"practice_code": ["Z90002"], "seen_in": ["the register of a day"]})


def test_place_in_neighbourhoods_uses_the_day() -> None:
    """Given a practice that left on 31 March and one that joins on 1 April, then the first is unassigned, the second in."""
    then = place_in_neighbourhoods(SHARES, memberships=MEMBERS, on=ON)
    assert then["neighbourhood"].to_list() == ["Northside", "Northside", UNASSIGNED, "Northside"]
    later = place_in_neighbourhoods(SHARES, memberships=MEMBERS, on=date(2025, 10, 1))
    assert later["neighbourhood"][0] == "Southside"


def test_add_up_neighbourhoods_keeps_commissioners_apart_and_loses_nobody() -> None:
    """Given a neighbourhood across a boundary, then one line with each commissioner; the unassigned have their own."""
    then = add_up_neighbourhoods(place_in_neighbourhoods(SHARES, memberships=MEMBERS, on=ON))
    assert then.select("commissioner_code", "neighbourhood", "practices_count", "amount_pence").rows() == [
        ("ZI1", "Northside", 2, 3000),
        ("ZI1", UNASSIGNED, 1, 3000),
        ("ZI2", "Northside", 1, 50),
    ]


def test_list_exceptions_names_everyone_to_look_at() -> None:
    """Given all the ways to fall outside, then each practice stands on its list with what it means for its money."""
    placed = place_in_neighbourhoods(SHARES, memberships=MEMBERS, on=ON)
    then = list_exceptions(placed, practices=PRACTICES, memberships=MEMBERS, dormant=DORMANT, on=ON)
    assert then.select("list", "practice_code").rows() == [
        ("cross_boundary", "Z90001"),
        ("cross_boundary", "Z90002"),
        ("cross_boundary", "Z90004"),
        ("dormant", "Z90002"),
        ("moving", "Z90001"),
        ("unassigned", "Z90003"),
        ("unmatched", "Z99999"),
        ("without_pot", "Z90005"),
    ]
    moving = then.filter(pl.col("list") == "moving")["reason"][0]
    assert moving.startswith("is in Northside until 2025-09-30; joins Southside on 2025-10-01")


def test_require_one_neighbourhood_refuses_a_practice_in_two_at_once() -> None:
    """Given periods that overlap by a day, then a refusal naming practice, both neighbourhoods and the day."""
    both = memberships(
        ("Z90001", "Northside", date(2024, 4, 1), date(2025, 10, 2)), ("Z90001", "Southside", date(2025, 10, 1), NO_END)
    )
    with pytest.raises(RefusedInput, match="Z90001; found Northside and Southside on 2025-10-01"):
        require_one_neighbourhood(both)


def test_require_one_neighbourhood_keeps_the_word_unassigned() -> None:
    """Given a neighbourhood called unassigned, then a refusal: its practices could not be told from those in none."""
    with pytest.raises(RefusedInput, match=UNASSIGNED):
        require_one_neighbourhood(memberships(("Z90001", UNASSIGNED, ON, NO_END)))
