"""Whatever merges and splits, money keeps its sum, nobody has two parents, and what was before stays as it was."""

from datetime import date, timedelta
from fractions import Fraction

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from pbc.methods.organisations import carry_amounts, carry_memberships, find_heirs, place_practices
from pbc.money import share_out
from pbc.tables import MEMBERSHIPS, ORGANISATION_CHANGES

FIRST, OPEN = date(2026, 4, 1), date(9999, 12, 31)


@st.composite
def histories(draw: st.DrawFn) -> pl.DataFrame:
    """Codes of one generation become codes of the next, a year apart."""
    rows = []
    for step in range(draw(st.integers(1, 3))):
        for old in range(3):
            news = draw(st.lists(st.integers(0, 2), max_size=3, unique=True))
            parts = share_out(1_000_000, [draw(st.integers(1, 9)) for _ in news], keys=news) if news else []
            for new, part in zip(news, parts, strict=True):
                day = FIRST + timedelta(days=365 * step)
                rows.append(
                    dict(old_code=f"G{step}{old}", new_code=f"G{step + 1}{new}", changed_on=day, share_millionths=part)
                )
    return ORGANISATION_CHANGES.from_rows(rows)


DAYS = st.integers(-10, 1200).map(lambda days: FIRST + timedelta(days=days))


@given(changes=histories(), on=DAYS, pence=st.lists(st.integers(-(10**12), 10**12), min_size=3, max_size=3))
def test_money_keeps_its_sum_on_every_day(changes: pl.DataFrame, on: date, pence: list[int]) -> None:
    amounts = pl.DataFrame({"commissioner_code": ["G00", "G01", "G02"], "amount_pence": pence})
    found = carry_amounts(amounts, changes=changes, on=on)
    assert found["amount_pence"].sum() == sum(pence)
    heirs = find_heirs(changes, on=on)
    assert all(sum(parts.values(), Fraction(0)) == 1 for parts in heirs.values())
    assert heirs.keys().isdisjoint(found["commissioner_code"])


@given(changes=histories(), on=DAYS)
def test_memberships_before_stay_and_nobody_has_two_parents_after(changes: pl.DataFrame, on: date) -> None:
    held = MEMBERSHIPS.from_rows(
        [
            {"member_code": f"P{at}", "relation": "practice_commissioner", "parent_code": f"G0{at % 3}",
             "starts_on": date(2020, 4, 1), "ends_before": OPEN}
            for at in range(6)
        ]
    )  # fmt: skip
    carried = carry_memberships(held, changes=changes)
    standing = carried.memberships.filter(
        (pl.col("relation") != "succeeds") & (pl.col("starts_on") <= on) & (pl.col("ends_before") > on)
    )
    assert standing["member_code"].is_unique().all()
    lost = carried.unplaced.filter(pl.col("changed_on") <= on)["member_code"].to_list()
    assert sorted([*standing["member_code"], *set(lost)]) == [f"P{at}" for at in range(6)]
    heirs = find_heirs(changes, on=on)
    assert heirs.keys().isdisjoint(standing["parent_code"])
    practices = held.select(
        pl.col("member_code").alias("practice_code"), pl.col("parent_code").alias("commissioner_code")
    )
    sure = practices.filter(~pl.col("practice_code").is_in(lost))
    placed = place_practices(sure, changes=changes, on=on, memberships=carried.memberships)
    assert dict(placed.select("practice_code", "commissioner_code").iter_rows()) == dict(
        standing.select("member_code", "parent_code").iter_rows()
    )
