"""Which financial years activity falls in, so that each is costed at its own prices."""

from __future__ import annotations

from pbc.engines import Relation, read_step
from pbc.periods import FinancialYear, Month


def list_years(activity_facts: Relation) -> list[FinancialYear]:
    """This returns the financial years of ACTIVITY_FACTS in order; late rows may belong to the year before."""
    months = activity_facts.engine.run(
        read_step(__file__, "list_months"),
        inputs={"activity_facts": activity_facts},
        parameters={},
        columns=(("month", "INTEGER"),),
    ).frame()
    return sorted({Month.from_number(number).financial_year for number in months["month"]})
