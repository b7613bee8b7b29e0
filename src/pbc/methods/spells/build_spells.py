"""A spell is all the episodes of one provider and spell number (decision methods/0140)."""

from __future__ import annotations

from pbc.engines import Relation, read_step
from pbc.reference.activity import ELECTIVE_METHODS, EMERGENCY_METHODS
from pbc.tables import SPELLS

DAY_CASE_CLASSIFICATIONS = ("2", "3")  # day case; regular day attender, who also stays no night


def build_spells(episodes: Relation) -> Relation:
    """This returns SPELLS, one row per provider and spell number, from EPISODES.

    Admission, method, price group and specialty are those of the first episode, discharge that of the last. A fact that
    an episode may leave empty (person, age, practice) is the first one given. Paid stay is nights from admission to
    discharge less the days paid outside the tariff of every episode, never below zero, and zero for a day case.
    Point of delivery: elective methods give DC or EL, emergency methods NEL, all others NELNE.
    Source: rules.md 8.2 (P1, P5a); methods.md 3.11; decision methods/0140.
    """
    return episodes.engine.run(
        read_step(__file__, "build_spells"),
        inputs={"episodes": episodes},
        parameters={
            "elective": ELECTIVE_METHODS,
            "emergency": EMERGENCY_METHODS,
            "day_case": DAY_CASE_CLASSIFICATIONS,
        },
        columns=SPELLS.sql_columns,
    )
