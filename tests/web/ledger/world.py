"""The store of world A charged for: contracts agreed, invoices with planted errors, three months and the year end reconciled."""

from __future__ import annotations

import shutil
import tempfile
from datetime import date
from functools import cache
from pathlib import Path

from tests.journeys.small_invoices import charge, receive, reconcile_month
from tests.journeys.small_pct import POLICY, YEAR
from tests.web.kept_stores import kept
from tests.web.statements import world
from tests.web.statements.world import RenamedStore

from pbc.engines import open_engine
from pbc.flows.state_month import state_month
from pbc.periods import Month
from pbc.results import Receipt, Store
from pbc.tables import ALL

MONTHS = list(YEAR.months())
MAY, JUNE, MARCH = MONTHS[1], MONTHS[2], MONTHS[-1]


def agree(store: Store) -> None:
    """Contracts with both hospitals, with their months, and one variation."""
    contracts = [
        {
            "contract_code": f"ZPA-{code}", "commissioner_code": "ZPA", "provider_code": code, "financial_year": YEAR.slug,
            "starts_on": YEAR.start, "ends_before": date(2010, 4, 1), "signed_on": date(2009, 3, 20), "plan_pence": 120_000_00,
            "source": "contract",
        }
        for code in ("ZHA", "ZHB")
    ]  # fmt: skip
    plans = [
        {
            "commissioner_code": "ZPA", "provider_code": "ZHB", "financial_year": YEAR.slug, "point_of_delivery": "AE",
            "month": month.number, "plan_activity_count": 10, "plan_pence": 500_00, "source": "contract",
        }
        for month in MONTHS
    ]  # fmt: skip
    varied = {
        "contract_code": "ZPA-ZHB", "financial_year": YEAR.slug, "variation_number": 1, "point_of_delivery": "AE",
        "agreed_on": date(2009, 9, 10), "from_month": Month(2009, 10).number, "baseline_change_pence": 0,
        "plan_change_pence": 50_00, "plan_activity_change": 5, "reason": "a ward opens", "source": "contract",
    }  # fmt: skip
    tables = {"contracts": contracts, "contract_plans": plans, "contract_variations": [varied]}
    store.publish(
        f"contracts/{YEAR.slug}", {name: ALL[name].from_rows(rows) for name, rows in tables.items()},
        Receipt(flow="tests", inputs={}, is_made_up=True),
    )  # fmt: skip


def build(path: Path) -> tuple[dict[str, dict[str, int]], dict[str, str]]:
    """Build the store; the errors planted, by month and hospital, and the id of each set that tests publish."""
    stated, sets = world.held()
    shutil.copytree(stated, path)
    store = RenamedStore(path)
    agree(store)
    with tempfile.TemporaryDirectory() as folder, open_engine() as engine:
        came = Path(folder)
        made = [state_month(store, month=month, policy=POLICY, engine=engine) for month in MONTHS[2:-1]]
        planted = charge(store, came, engine)
        for month in [*MONTHS, MARCH.next]:
            receive(store, came, engine, month)
        for month in (*MONTHS[:3], MARCH):
            reconcile_month(store, engine, month)
        reconcile_month(store, engine, MARCH, MARCH.next)
    return planted, sets | {str(JUNE): made[0].set_id}


@cache
def held() -> tuple[Path, dict[str, dict[str, int]], dict[str, str]]:
    """The store, made once, copied for this worker, the errors planted, and the id of each set that tests publish."""
    path, (planted, sets) = kept("ledger", build)
    return path, planted, sets


if __name__ == "__main__":
    import sys
    import time

    began = time.time()
    told = build(Path(sys.argv[1]))
    sys.stdout.write(f"{told} in {time.time() - began:.1f} s\n")
