"""From prescription lines to the monthly cells that statements read."""

from __future__ import annotations

from pbc.engines import Relation, read_step
from pbc.tables import PRESCRIBING_CELLS, UNPLACED


def add_up_prescribing(prescriptions: Relation) -> Relation:
    """This returns PRESCRIBING_CELLS: items and net ingredient cost by month, practice and BNF chapter.

    What was prescribed on an unidentified practice code stands at `not-attributed`. Actual cost is left where it is:
    the two are never added. Source: decision methods/0151.
    """
    return prescriptions.engine.run(
        read_step(__file__, "add_up_prescribing"),
        inputs={"prescriptions": prescriptions},
        parameters={"unplaced": UNPLACED},
        columns=PRESCRIBING_CELLS.sql_columns,
    )
