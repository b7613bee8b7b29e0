"""A year closed three times: estimate, frozen, final, each reading further, told why it moved, and nothing taken back."""

from __future__ import annotations

import itertools

import polars as pl
import pytest
from tests.journeys.small_pct import POLICY, YEAR, deliver, facts, finish_year

from pbc.engines import Engine
from pbc.errors import MissingFigure, RefusedInput
from pbc.flows.close_year import close_year
from pbc.flows.set_budgets import set_budgets
from pbc.flows.show_year_end import show_year_end
from pbc.periods import Month
from pbc.results import PublishedSet, Store

MARCH, APRIL = Month(2010, 3), Month(2010, 4)
POSITIONS = ("closing_estimate", "frozen", "final")


def close(store: Store, engine: Engine, position: str | None = None) -> PublishedSet:
    return close_year(store, year=YEAR, policy=POLICY, engine=engine, position=position)


def settle(store: Store, engine: Engine, month: Month, late: int) -> None:
    version = store.current("register").set_id
    held = facts(MARCH, seed=month.number, count=late + 1, prefix=f"late-{month}-")
    deliver(store, month, engine, held, version)


@pytest.fixture
def year(store: Store, engine: Engine) -> Store:
    set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    finish_year(store, engine)
    return store


@pytest.fixture
def closed(year: Store, engine: Engine) -> list[PublishedSet]:
    """Fourteen contacts of March come with April's delivery, two more with June's, and May's brings none."""
    found = [close(year, engine, "closing_estimate")]
    settle(year, engine, APRIL, 14)
    found.append(close(year, engine, "frozen"))
    for month, late in ((APRIL.plus(1), 0), (APRIL.plus(2), 2)):
        settle(year, engine, month, late)
    return [*found, close(year, engine, "final")]


def test_each_position_reads_further_and_the_year_points_at_the_last(year: Store, closed: list[PublishedSet]) -> None:
    read = [sorted(name for name in each.receipt.inputs if name.startswith("cells/2010-0")) for each in closed]
    assert [len(names) for names in read] == [3, 4, 6]
    assert [each.receipt.parameters["awaited"] for each in closed] == ["2010-04, 2010-05, 2010-06"] * 2 + ["none"]
    assert [each.name.rpartition("/")[2] for each in closed] == ["closing-estimate", "frozen", "final"]
    assert year.current("year-end/2009-10").set_id == closed[-1].set_id
    for before, after in itertools.pairwise(closed):
        assert after.receipt.inputs[before.name] == before.set_id


def test_walk_leads_from_each_position_to_the_next(closed: list[PublishedSet]) -> None:
    for before, after in itertools.pairwise(closed):
        walks = after.frame("year_end_walks")
        held = {basis: dict(each.frame("freed_up_resources").filter(pl.col("basis") == basis).select(
            "unit_code", pl.col("budget_pence") - pl.col("actual_pence")).iter_rows()) for basis in ("price", "bill")
            for each in (after,)}  # fmt: skip
        for row in walks.to_dicts():
            assert row["now_pence"] == held[row["basis"]][row["practice_code"]]
        then = dict(before.frame("freed_up_resources").filter(pl.col("basis") == "bill").select(
            "unit_code", pl.col("budget_pence") - pl.col("actual_pence")).iter_rows())  # fmt: skip
        bill = walks.filter(pl.col("basis") == "bill")
        assert dict(bill.select("practice_code", "before_pence").iter_rows()) == then
        assert (walks["restatement_pence"] == 0).all()
        assert walks["late_data_pence"].sum() < 0
    assert "year_end_walks" not in closed[0].tables


def test_released_money_is_never_taken_back(closed: list[PublishedSet]) -> None:
    released = [
        dict(each.frame("year_end_releases").select("unit_code", "released_pence").iter_rows()) for each in closed
    ]
    assert sum(released[0].values()) > 0
    for earlier, later in itertools.pairwise(released):
        assert all(later[code] >= pence for code, pence in earlier.items())
    last = closed[-1].frame("year_end_releases")
    assert last["held_back_pence"].sum() == 0
    kept = closed[-1].frame("freed_up_resources").filter("is_shared")["retained_pence"].sum()
    assert last["released_pence"].sum() - last["over_released_pence"].sum() == kept


def test_page_of_a_holder_shows_every_position(year: Store, closed: list[PublishedSet]) -> None:
    view = show_year_end(year, year=YEAR, unit_code="Z90001", practices=["Z90001"])
    assert view.freed is not None
    assert view.releases is not None
    assert len(view.freed.rows) == 6
    assert [row[0] for row in view.releases.rows] == ["Closing estimate", "Frozen", "Final"]
    assert [table.name for table in view.walks] == ["walk-frozen-z90001", "walk-final-z90001"]
    assert view.paragraphs[0].sentences[0].startswith("Closing estimate: practices keep")
    first = show_year_end(
        year, year=YEAR, unit_code="Z90001", practices=["Z90001"], held={"frozen": None, "final": None}
    )
    assert first.walks == ()
    with pytest.raises(MissingFigure, match="holds no budget"):
        show_year_end(year, year=YEAR, unit_code="Z99999", practices=[])


def test_positions_come_in_order_and_whole(year: Store, engine: Engine) -> None:
    with pytest.raises(MissingFigure, match="No position"):
        show_year_end(year, year=YEAR, unit_code="Z90001", practices=[])
    with pytest.raises(MissingFigure, match="comes after another"):
        close(year, engine, "frozen")
    with pytest.raises(RefusedInput, match="no such position"):
        close(year, engine, "draft")
    close(year, engine, "closing_estimate")
    with pytest.raises(MissingFigure, match="never came"):
        close(year, engine, "frozen")
    outside = close(year, engine)
    assert (outside.name, "year_end_releases" in outside.tables) == ("year-end/2009-10", False)


def test_frozen_position_may_not_read_further_than_the_final_one(year: Store, engine: Engine) -> None:
    later = {"from": YEAR.start, "value": 4, "status": "local_agreement", "source": "Minute 9"}
    policy = POLICY.lay_over({"statements.freeze_months": {"values": [later]}}, where="minute")
    with pytest.raises(RefusedInput, match="read further"):
        close_year(year, year=YEAR, policy=policy, engine=engine, position="closing_estimate")


def test_more_released_than_final_is_told_and_stays_released(year: Store, engine: Engine) -> None:
    close(year, engine, "closing_estimate")
    settle(year, engine, APRIL, 5000)
    close(year, engine, "frozen")
    for month in (APRIL.plus(1), APRIL.plus(2)):
        settle(year, engine, month, 0)
    last = close(year, engine, "final").frame("year_end_releases").filter(pl.col("over_released_pence") > 0)
    assert last.height > 0
    code = last["unit_code"][0]
    said = show_year_end(year, year=YEAR, unit_code=code, practices=[code]).paragraphs[0].sentences
    assert any("It is not taken back" in sentence for sentence in said)
