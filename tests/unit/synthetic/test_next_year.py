"""The year after a made-up world's last: the same places, prices a step on, and read without a fault."""

from pathlib import Path

import polars as pl

from pbc.engines import open_engine
from pbc.flows.receive_tables import receive_need, receive_tariff
from pbc.results import Store
from pbc.sources.synthetic import generate
from pbc.sources.synthetic.next_year import write_next_year
from pbc.sources.synthetic.parameters import price_index


def test_next_year_is_last_year_a_price_step_on(tmp_path: Path) -> None:
    world, ahead, store = tmp_path / "world", tmp_path / "ahead", Store(tmp_path / "store")
    about = generate(world, seed=3, people=600, practices=2, clusters=1, hospitals=1, years=["2008-09", "2009-10"])
    year = write_next_year(world, ahead)
    with open_engine():
        before = [receive_tariff(store, world, year=year.plus(-1)), receive_need(store, world, year=year.plus(-1))]
        after = [receive_tariff(store, ahead, year=year), receive_need(store, ahead, year=year)]
    assert (about["years"][-1], year.slug) == ("2009-10", "2010-11")
    assert [each.receipt.is_made_up for each in after] == [True, True]
    for was, now in zip(before, after, strict=True):
        assert {name: was.rows(name) for name in was.tables} == {name: now.rows(name) for name in now.tables}
    step = price_index(2010) / price_index(2009)
    sums = [found.frame("commissioner_resources")["amount_pence"].sum() for found in (before[1], after[1])]
    assert abs(sums[1] / sums[0] - step) < 0.01
    lists = [found.frame("weighted_lists").select(pl.exclude("list_year")) for found in (before[1], after[1])]
    assert lists[0].equals(lists[1])
