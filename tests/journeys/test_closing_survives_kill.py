"""A process that sets budgets, states a month and closes the year is killed: what was published stands whole, and a rerun
finishes."""

from __future__ import annotations

from pathlib import Path

from tests.journeys.killed_journey import KilledJourney
from tests.journeys.small_pct import LAST, YEAR, deliver, facts, need, prescribe, prices, publish, register

from pbc.engines import open_engine
from pbc.results import Store

CLOSING = KilledJourney("closing", ("budgets/2009-10", "statement/2010-03", "year-end/2009-10"), steps=13)
WITHIN_EACH_AND_AS_EACH_IS_PUBLISHED = (2, 4, 9, 11, 13)


def delivered(path: Path) -> Path:
    """Two years delivered whole."""
    store = Store(path)
    version = register(store).set_id
    with open_engine() as engine:
        for year, growth in ((LAST, 100), (YEAR, 104)):
            publish(store, f"tariff/{year.slug}", prices(year, growth))
            publish(store, f"need/{year.slug}", need(year))
            for month in year.months():
                deliver(store, month, engine, facts(month, seed=month.number), version)
                prescribe(store, month)
    return path


def test_killed_while_closing_a_year_the_last_sets_stand_and_a_rerun_completes(tmp_path: Path) -> None:
    """Budgets are set anew on another basis, so all three sets change; killed at some point of each."""
    whole = delivered(tmp_path / "whole")
    before = CLOSING.run_whole(whole, "historic")
    after = CLOSING.run_whole(whole, "fair_shares")
    assert not set(before.values()) & set(after.values())
    CLOSING.require_whole_sets_wherever_killed(
        whole, "fair_shares", before=before, after=after, steps=WITHIN_EACH_AND_AS_EACH_IS_PUBLISHED,
        seconds=[0, 0.01, 0.05], seed=7,
    )  # fmt: skip
