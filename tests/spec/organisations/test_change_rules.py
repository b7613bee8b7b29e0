"""Organisations that merge, split or change their code.

A file says which code became which, from when, and what part. Memberships and money are carried across: on a day before a change
they stand as then, on a later one as now. Money keeps its sum to the penny; nobody is placed where nothing says where.
"""

from datetime import date
from fractions import Fraction
from typing import Any

import polars as pl
import pytest

from pbc.errors import RefusedInput
from pbc.methods.organisations import carry_amounts, carry_memberships, find_heirs, place_practices
from pbc.tables import MEMBERSHIPS, ORGANISATION_CHANGES

THEN, DAY, LATER, OPEN = date(2025, 4, 1), date(2026, 4, 1), date(2027, 4, 1), date(9999, 12, 31)


def changes(*rows: tuple[str, str, date, float]) -> pl.DataFrame:
    names = ("old_code", "new_code", "changed_on", "share_millionths")
    return ORGANISATION_CHANGES.from_rows(
        [dict(zip(names, (*row[:3], round(row[3] * 1_000_000)), strict=True)) for row in rows]
    )


def memberships(*rows: tuple[str, str, str, date, date]) -> pl.DataFrame:
    names = ("member_code", "relation", "parent_code", "starts_on", "ends_before")
    return MEMBERSHIPS.from_rows([dict(zip(names, row, strict=True)) for row in rows])


MERGER = changes(("ZI1", "ZI9", DAY, 1), ("ZI2", "ZI9", DAY, 1))
SPLIT = changes(("ZI1", "ZI8", DAY, 0.25), ("ZI1", "ZI9", DAY, 0.75))
PAY, ABOVE = "practice_commissioner", "commissioner_region"


def test_code_stands_until_the_day_and_its_heirs_from_it_on() -> None:
    """Given a split on 1 April 2026, then nothing before that day and both parts from it on."""
    assert find_heirs(SPLIT, on=date(2026, 3, 31)) == {}
    assert find_heirs(SPLIT, on=DAY) == {"ZI1": {"ZI8": Fraction(1, 4), "ZI9": Fraction(3, 4)}}


def test_chain_of_changes_is_followed_to_its_end_on_the_day() -> None:
    """Given A to B, then B split a year later, then B's parts stand for A from that day."""
    chain = changes(("A", "B", DAY, 1), ("B", "C", LATER, 0.4), ("B", "D", LATER, 0.6))
    assert find_heirs(chain, on=DAY)["A"] == {"B": 1}
    assert find_heirs(chain, on=LATER)["A"] == {"C": Fraction(2, 5), "D": Fraction(3, 5)}


def test_circle_of_codes_is_refused() -> None:
    """Given A to B and B to A, then a refusal."""
    with pytest.raises(RefusedInput, match="circle"):
        find_heirs(changes(("A", "B", DAY, 1), ("B", "A", DAY, 1)), on=DAY)


@pytest.mark.parametrize(
    "on, expected",
    [
        (THEN, [("ZI1", 101, None), ("ZI2", 200, 5), ("ZI3", 7, 7)]),
        (DAY, [("ZI3", 7, 7), ("ZI9", 301, 5)]),
    ],
)
def test_money_stands_as_then_or_as_now(on: date, expected: list[tuple[Any, ...]]) -> None:
    """Given allocations of two boards that merge and one that does not, then theirs apart as then and together as now."""
    rows = pl.DataFrame(
        {"commissioner_code": ["ZI1", "ZI2", "ZI3"], "target_pence": [101, 200, 7], "opening_pence": [None, 5, 7]}
    )
    assert carry_amounts(rows, changes=MERGER, on=on).rows() == expected


def test_money_of_a_split_goes_by_the_shares_to_the_penny() -> None:
    """Given £1.01 of a board split a quarter to three, then 25p and 76p, in each pot apart."""
    rows = pl.DataFrame({"pot": ["a", "b"], "commissioner_code": ["ZI1", "ZI1"], "amount_pence": [101, 100]})
    found = carry_amounts(rows, changes=SPLIT, on=DAY).rows()
    assert found == [("a", "ZI8", 25), ("a", "ZI9", 76), ("b", "ZI8", 25), ("b", "ZI9", 75)]


def test_practices_follow_a_merger_and_need_a_membership_in_a_split() -> None:
    """Given practices of a board that merged, then they are in the new one; of one split, where a membership says, else refused."""
    practices = pl.DataFrame({"practice_code": ["P1", "P2"], "commissioner_code": ["ZI1", "ZI3"]})
    assert place_practices(practices, changes=MERGER, on=DAY)["commissioner_code"].to_list() == ["ZI9", "ZI3"]
    told = memberships(("P1", PAY, "ZI8", DAY, OPEN))
    placed = place_practices(practices, changes=SPLIT, on=DAY, memberships=told)
    assert placed["commissioner_code"].to_list() == ["ZI8", "ZI3"]
    with pytest.raises(RefusedInput, match="practice P1"):
        place_practices(practices, changes=SPLIT, on=DAY)


def test_memberships_are_cut_on_the_day_and_go_on_with_the_heir() -> None:
    """Given practices and a region of boards that merge, then each belongs to the old until that day and to the new from it on."""
    held = memberships(
        ("P1", PAY, "ZI1", THEN, OPEN), ("P2", PAY, "ZI2", THEN, OPEN), ("P3", PAY, "ZI1", THEN, DAY),
        ("P4", PAY, "ZI1", LATER, OPEN), ("ZI1", ABOVE, "ZR1", THEN, OPEN), ("ZI2", ABOVE, "ZR1", THEN, OPEN),
    )  # fmt: skip
    found = carry_memberships(held, changes=MERGER)
    assert found.unplaced.is_empty()
    columns = ("member_code", "parent_code", "starts_on", "ends_before", "relation")
    rows = {row[:4]: row[4] for row in found.memberships.select(columns).iter_rows()}
    assert ("P1", "ZI1", THEN, DAY) in rows
    assert ("P1", "ZI9", DAY, OPEN) in rows
    assert ("P3", "ZI1", THEN, DAY) in rows
    assert ("P4", "ZI9", LATER, OPEN) in rows
    assert rows["ZI9", "ZR1", DAY, OPEN] == ABOVE
    assert rows["ZI9", "ZI1", DAY, OPEN] == rows["ZI9", "ZI2", DAY, OPEN] == "succeeds"
    assert not [key for key in rows if key[0] == "P3" and key[2] >= DAY]


def test_member_of_a_split_is_unplaced_until_a_membership_says_where() -> None:
    """Given a split, then a practice that no membership places is told, and one that has its own keeps it."""
    held = memberships(("P1", PAY, "ZI1", THEN, OPEN), ("P2", PAY, "ZI1", THEN, OPEN), ("P2", PAY, "ZI8", DAY, OPEN))
    found = carry_memberships(held, changes=SPLIT)
    assert found.unplaced.select("member_code", "old_code", "reason").rows() == [
        ("P1", "ZI1", "in one of ZI8, ZI9, and nothing says which")
    ]
    standing = found.memberships.filter((pl.col("starts_on") >= DAY) & (pl.col("relation") == PAY))
    assert standing.select("member_code", "parent_code").rows() == [("P2", "ZI8")]


def test_new_code_whose_old_ones_were_under_two_is_unplaced() -> None:
    """Given boards of two regions that merge, then nobody says which region the new one is in."""
    held = memberships(("ZI1", ABOVE, "ZR1", THEN, OPEN), ("ZI2", ABOVE, "ZR2", THEN, OPEN))
    assert carry_memberships(held, changes=MERGER).unplaced["member_code"].to_list() == ["ZI9"]
