"""From contacts to the monthly cells that statements read."""

from __future__ import annotations

from pbc.engines import Relation, read_step
from pbc.tables import ACTIVITY_CELLS, NOT_ATTRIBUTED, UNPLACED


def add_up_cells(costed_activity: Relation, *, plan_costed: Relation | None = None) -> Relation:
    """This returns ACTIVITY_CELLS: costed contacts added up by month, practice, provider, point of delivery, specialty.

    `plan_costed` is the same contacts costed at the prices the budget was set with; without it those are the prices of
    `costed_activity` and the two sums are equal. Source: performance.md 6b.
    """
    engine = costed_activity.engine
    if plan_costed is None:
        name, inputs = "add_up_plain_cells", {"costed_activity": costed_activity}
    else:
        name, inputs = "add_up_cells", {"costed_activity": costed_activity, "plan_costed": plan_costed}
    return engine.run(read_step(__file__, name), inputs=inputs, parameters={}, columns=ACTIVITY_CELLS.sql_columns)


def list_not_attributed(costed_activity: Relation) -> Relation:
    """This returns NOT_ATTRIBUTED: count and cost of contacts no practice answers for, by month, payer and reason.

    The same money stands in ACTIVITY_CELLS at the practice code `not-attributed`; here its reason is kept.
    """
    return costed_activity.engine.run(
        read_step(__file__, "list_not_attributed"),
        inputs={"costed_activity": costed_activity},
        parameters={"unplaced": UNPLACED},
        columns=NOT_ATTRIBUTED.sql_columns,
    )
