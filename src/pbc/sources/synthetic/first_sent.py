"""What hospitals sent at first, where the file that stands in `activity` came later: a month coded wrongly, a month late.

`first-sent/activity/<month>/outpatients` holds it. Whoever receives the world as it is, never looks there; the
demonstration receives it first, states the month, and then receives the file that took its place.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from pbc.periods import Month
from pbc.sources.synthetic.totals import Totals
from pbc.sources.synthetic.world import World
from pbc.sources.synthetic.writing import GrowingFile

FOLDER = "first-sent"
AS_FIRST = "first"  # every follow-up of one hospital was sent as a first attendance, at the price of one
FIRST_GROUP = "ZZOF"


def first_sent(folder: Path) -> dict[Month, dict[str, Path]]:
    """This returns the files first sent of each month that has any, by their place among the deliveries."""
    found = sorted((folder / FOLDER / "activity").glob("*/outpatients.*"))
    return {Month.parse(path.parent.name): {f"activity/{path.parent.name}/outpatients": path} for path in found}


def write_first_sent(folder: Path, world: World, *, totals: Totals, form: str) -> None:
    """This writes what was sent at first of the two planted months, and adds what was wrong with it to the sums."""
    plan = world.plan
    if plan.restated_month is None or plan.missing_month is None:
        return
    sent = _outpatients(folder, plan.restated_month, form)
    wrong = _coded_as_first(sent, world.hospital_codes[plan.wrong_coder])
    totals.plant("restated_month.rows", pc.sum(pc.not_equal(wrong["attendance_type"], sent["attendance_type"])).as_py())
    _write(folder, plan.restated_month, wrong, form)
    late = _outpatients(folder, plan.missing_month, form)
    totals.plant("missing_month.rows", late.num_rows)
    _write(folder, plan.missing_month, late.slice(0, 0), form)


def _outpatients(folder: Path, month: Month, form: str) -> pa.Table:
    path = folder / "activity" / str(month) / f"outpatients.{form}"
    if form == "parquet":
        return pq.read_table(path)
    names = pa_csv.open_csv(path).schema.names
    return pa_csv.read_csv(path, convert_options=pa_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())))


def _coded_as_first(sent: pa.Table, hospital: str) -> pa.Table:
    is_wrong = pc.and_(pc.equal(sent["provider_code"], hospital), pc.equal(sent["attendance_type"], "follow_up"))
    group = pc.binary_join_element_wise(FIRST_GROUP, sent["treatment_function_code"].cast(pa.string()), "")
    for name, right in (("attendance_type", pa.scalar(AS_FIRST)), ("hrg_code", group)):
        column = sent[name].cast(pa.string())
        sent = sent.set_column(sent.column_names.index(name), name, pc.if_else(is_wrong, right, column))
    return sent


def _write(folder: Path, month: Month, table: pa.Table, form: str) -> None:
    file = GrowingFile(folder / FOLDER / "activity" / str(month) / "outpatients", form=form)
    file.add(table)
    file.close()
