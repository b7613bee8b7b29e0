"""A process that takes in a settlement and reconciles the year to it is killed: what was published stands whole, and a
rerun finishes."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.journeys.killed_journey import KilledJourney
from tests.journeys.small_invoices import INVOICE_KEY, MONTHS, charge, receive, reconcile_month, state_months
from tests.journeys.small_pct import finish_year

from pbc.engines import Engine
from pbc.flows.make_up_invoices import make_up_settlement
from pbc.results import Store

MARCH, AFTER, LAST = MONTHS[-1], MONTHS[-1].next, MONTHS[-1].plus(2)
SETTLING = KilledJourney(
    "settling",
    (f"invoices/{LAST}", f"ledger/{LAST}", f"reconciliation/{MARCH}", f"reconciliation/{MARCH}/to-{LAST}"),
    steps=11,
)
AT_EACH_PUBLICATION = (1, 2, 3, 5, 7, 9, 11)


def ready_to_settle(store: Store, folder: Path, engine: Engine) -> Path:
    """A year invoiced to its end, with two settlements beside it: one asked for in error, one corrected."""
    finish_year(store, engine)
    state_months(store, engine, [MARCH])
    charge(store, folder, engine)
    for month in [*MONTHS, AFTER]:
        receive(store, folder, engine, month)
    reconcile_month(store, engine, MARCH, AFTER)
    make_up_settlement(store, folder, month=MARCH, read_to=AFTER, delivered=LAST, key=INVOICE_KEY)
    wrong = folder.with_name("wrong")
    shutil.copytree(folder, wrong)
    for name in (
        f"invoices/{LAST}/invoices.csv",
        f"invoices/{LAST}/invoice_lines.csv",
        f"ledger/{LAST}/ledger_entries.csv",
    ):
        rows = (wrong / name).read_text(encoding="utf-8").splitlines()
        (wrong / name).write_text("\n".join(rows[:-1]) + "\n", encoding="utf-8")
    return wrong


def test_killed_while_settling_the_last_sets_stand_and_a_rerun_completes(
    store: Store, tmp_path: Path, engine: Engine
) -> None:
    """One hospital's settlement is corrected; killed at each publication, every set is the former or the new one, whole."""
    folder = tmp_path / "invoices"
    wrong = ready_to_settle(store, folder, engine)
    before = SETTLING.run_whole(store.path, wrong)
    # the month's own reconciliation reads nothing later, and is the same both times
    after = SETTLING.run_whole(store.path, folder)
    changed = {name for name in SETTLING.sets if before[name] != after[name]}
    assert changed == set(SETTLING.sets) - {f"reconciliation/{MARCH}"}
    home = tmp_path / "whole"
    shutil.copytree(store.path / "sets", home / "sets")
    SETTLING.require_whole_sets_wherever_killed(
        home, folder, before=before, after=after, steps=AT_EACH_PUBLICATION, seconds=[0, 0.01, 0.05], seed=11
    )
    row = Store(home).current(f"reconciliation/{MARCH}/to-{LAST}").frame("ledger_positions").row(0, named=True)
    assert row["due_pence"] == row["invoiced_pence"] + row["settlement_pence"] == row["ledger_pence"]
