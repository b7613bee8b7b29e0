"""Contacts of legally restricted kinds: once placed, nothing that points at a person is kept (decision architecture/0132)."""

from __future__ import annotations

from pbc.engines import Relation, read_step
from pbc.tables import ACTIVITY_FACTS, POOLED


def generalise_restricted(activity_facts: Relation, *, adult_age_years: int) -> Relation:
    """This returns ACTIVITY_FACTS whose restricted contacts name no person, day, specialty, age, sex or recorded practice.

    Grain in and out: ACTIVITY_FACTS, placed already; others pass unchanged, and doing it twice changes nothing. The day
    becomes the first of its month, the specialty `pooled`, sex 9. Kept because the price needs them: price group, point of
    delivery, paid days, and of the age whether an emergency stay was an adult's (`adult_age_years`, else null).
    Source: decision architecture/0132.
    """
    return activity_facts.engine.run(
        read_step(__file__, "generalise_restricted"),
        inputs={"activity_facts": activity_facts},
        parameters={"pooled": POOLED, "adult_age_years": adult_age_years},
        columns=ACTIVITY_FACTS.sql_columns,
    )


def take_restricted(activity_facts: Relation, *, is_restricted: bool) -> Relation:
    """This returns the ACTIVITY_FACTS of legally restricted kinds, or all others."""
    return activity_facts.engine.run(
        read_step(__file__, "take_restricted"),
        inputs={"activity_facts": activity_facts},
        parameters={"is_restricted": is_restricted},
        columns=ACTIVITY_FACTS.sql_columns,
    )
