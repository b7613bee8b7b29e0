"""A store of results for the small place: the small made-up PCT of the journeys under the codes of world A, stated and closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
from tests.journeys import small_pct
from tests.journeys.small_pct import LAST, POLICY, YEAR
from tests.web.kept_stores import kept

from pbc.engines import open_engine
from pbc.flows.close_year import close_year
from pbc.flows.set_budgets import set_budgets
from pbc.flows.state_month import state_month
from pbc.periods import Month
from pbc.results import PublishedSet, Receipt, Store
from pbc.tables import ALL

CODES = {
    "Z90001": "ZA0001", "Z90002": "ZA0002", "Z90003": "ZA0003", "Z90004": "ZB0001", "ZP1": "ZPA", "ZC01": "ZCA1",
    "ZC02": "ZCA2", "ZH1": "ZHA", "ZH2": "ZHB",
}  # fmt: skip
LATE, JUNE = Month(2009, 5), Month(2009, 6)
REGION = {  # the commissioner has a region since June: May's statement knows of none
    "member_code": "ZPA", "relation": "commissioner_region", "parent_code": "ZSHA", "starts_on": date(2009, 6, 15),
    "ends_before": date(9999, 12, 31),
}  # fmt: skip


class RenamedStore(Store):
    """A store in which organisations bear the codes of the small place, whatever they were called on the way in."""

    def publish(self, name: str, tables: Mapping[str, Any], receipt: Receipt, **more: Any) -> PublishedSet:
        renamed = {
            table: rows.with_columns(pl.col(pl.String).replace(CODES)) if isinstance(rows, pl.DataFrame) else rows
            for table, rows in tables.items()
        }
        if name == "register":
            held = renamed["memberships"]
            renamed["memberships"] = pl.concat([held, ALL["memberships"].from_rows([REGION])])
        parameters = dict(receipt.parameters) | (
            {"commissioners": "ZPA"} if "commissioners" in receipt.parameters else {}
        )
        made = {"regime": receipt.regime or "england-2005", "made_at": receipt.made_at or "2009-07-20T09:00:00Z"}
        return super().publish(name, renamed, replace(receipt, parameters=parameters, **made), **more)


def build(path: Path) -> dict[str, str]:
    """Build the store and return the id of each set that tests publish: by month, `restated` and `year_end`."""
    store = RenamedStore(path)
    version = small_pct.register(store).set_id
    sets: dict[str, str] = {}
    with open_engine() as engine:
        for year, growth in ((LAST, 100), (YEAR, 104)):
            small_pct.publish(store, f"tariff/{year.slug}", small_pct.prices(year, growth))
            small_pct.publish(store, f"need/{year.slug}", small_pct.need(year))
        for month in [*LAST.months(), *list(YEAR.months())[:3]]:
            small_pct.deliver(store, month, engine, small_pct.facts(month, seed=month.number), version)
            small_pct.prescribe(store, month)
        set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
        for month in list(YEAR.months())[:3]:
            sets[str(month)] = state_month(store, month=month, policy=POLICY, engine=engine).set_id
        late = pl.concat(
            [small_pct.facts(LATE, seed=LATE.number), small_pct.facts(LATE, seed=99, count=14, prefix="late")]
        )
        small_pct.deliver(store, LATE, engine, late, version)
        sets["restated"] = state_month(store, month=JUNE, policy=POLICY, engine=engine).set_id
        small_pct.finish_year(store, engine)
        march = list(YEAR.months())[-1]
        sets[str(march)] = state_month(store, month=march, policy=POLICY, engine=engine).set_id
        sets["year_end"] = close_year(
            store, year=YEAR, policy=POLICY, engine=engine, position="closing_estimate"
        ).set_id
    return sets


@cache
def held() -> tuple[Path, dict[str, str]]:
    """The store, made once, copied for this worker, and the ids of its sets."""
    return kept("statements", build)


if __name__ == "__main__":
    import sys
    import time

    began = time.time()
    told = build(Path(sys.argv[1]))
    sys.stdout.write(f"{told} in {time.time() - began:.1f} s\n")
