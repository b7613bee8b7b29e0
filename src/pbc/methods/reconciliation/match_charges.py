"""What a provider charges held against what we hold, record by record: who charged what, and which of it differs."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from pbc.engines import Relation, read_step
from pbc.tables import CHARGED_ACTIVITY, POOLED

OURS = (
    *((name, "VARCHAR") for name in ("setting", "provider_code", "record_number")),
    ("month", "INTEGER"),
    *((name, "VARCHAR") for name in ("practice_code", "commissioner_code", "point_of_delivery", "hrg_code")),
    ("cost_pence", "BIGINT"),
    ("first_pence", "BIGINT"),
    ("first_month", "INTEGER"),
    ("first_kind", "VARCHAR"),
)
HELD = (*OURS, ("is_in_scope", "INTEGER"), ("was_in_scope", "INTEGER"))
CHARGES = (*CHARGED_ACTIVITY.sql_columns, ("charge_id", "VARCHAR"))
MATCHED = (
    *((name, "VARCHAR") for name in ("commissioner_code", "provider_code", "setting", "record_number", "charge_id")),
    ("month", "INTEGER"),
    *((name, "VARCHAR") for name in ("point_of_delivery", "our_practice", "charged_practice")),
    ("is_pooled", "BOOLEAN"),
    ("reason", "VARCHAR"),
    ("ours_pence", "BIGINT"),
    ("charged_pence", "BIGINT"),
)
SCOPE = (("commissioner_code", "VARCHAR"), ("provider_code", "VARCHAR"), ("month", "INTEGER"))
WHOLE = (("commissioner_code", "VARCHAR"), ("provider_code", "VARCHAR"), ("point_of_delivery", "VARCHAR"))
SUMS = (
    ("commissioner_code", "VARCHAR"), ("provider_code", "VARCHAR"), ("month", "INTEGER"), ("charge_kind", "VARCHAR"),
    ("point_of_delivery", "VARCHAR"), ("activity_count", "BIGINT"), ("charged_pence", "BIGINT"),
)  # fmt: skip
COSTS = (*SCOPE, ("point_of_delivery", "VARCHAR"), ("cost_pence", "BIGINT"))
REPEATS = (
    *(
        (name, "VARCHAR")
        for name in ("commissioner_code", "provider_code", "charge_kind", "record_number", "charge_id")
    ),
    ("month", "INTEGER"),
    ("charged_pence", "BIGINT"),
)


def place_records(now: Relation, *, first: Relation) -> Relation:
    """This returns OURS: our records at what they cost now, beside what they cost as first delivered with their own month.

    Grain in: COSTED_ACTIVITY of the year to date as held now; and of each month's own delivery as it first came. Pence.
    A record delivered late has no first cost, one taken back since has no cost now. Source: rules.md 8.3 V15.
    """
    return now.engine.run(
        read_step(__file__, "place_records"), inputs={"held_now": now, "held_first": first}, parameters={}, columns=OURS,
        keep=True,
    )  # fmt: skip


def number_charges(charged_activity: Relation, *, delivery: str) -> Relation:
    """This returns the charges of one delivery with `charge_id`, which no other delivery uses. Grain: CHARGED_ACTIVITY."""
    return charged_activity.engine.run(
        read_step(__file__, "number_charges"),
        inputs={"charged_activity": charged_activity},
        parameters={"delivery": delivery},
        columns=CHARGES,
    )


def add_up_records(ours: Relation) -> pl.DataFrame:
    """This returns what our records cost by commissioner, provider, month and kind of activity: `cost_pence`. Grain in: OURS."""
    step = read_step(__file__, "add_up_records")
    found = ours.engine.run(step, inputs={"ours": ours}, parameters={}, columns=COSTS).frame()
    return found.sort(found.columns)


def add_up_charges(charges: Relation) -> pl.DataFrame:
    """This returns charges by commissioner, provider, month, kind of charge and kind of activity: counts and pence."""
    return _add(charges, "add_up_charges", SUMS)


def find_repeats(charges: Relation) -> pl.DataFrame:
    """This returns drugs and devices charged again for the same record, item, day and sum: what is beyond the first. Pence."""
    return _add(charges, "find_repeats", REPEATS)


def _add(charges: Relation, step: str, columns: Sequence[tuple[str, str]]) -> pl.DataFrame:
    found = charges.engine.run(
        read_step(__file__, step), inputs={"charges": charges}, parameters={}, columns=columns
    ).frame()
    return found.sort(found.columns)


def match_charges(ours: Relation, *, charges: Relation, scope: pl.DataFrame, whole_lines: pl.DataFrame) -> pl.DataFrame:
    """This returns MATCHED: every charge that differs from our record of the same number, and every record not charged.

    Grain in: OURS; CHARGES; `scope`, the commissioner, provider and month whose invoices rest on records; `whole_lines`,
    those paid one sum whatever the records. Grain out: one row per charge, or record not charged, whose `reason` is not
    agreed, or whose practices differ. In scope, what was charged is what ours cost and the differences of all rows.
    The first charge of a record is held against it, any other is charged again. The same person, day, group and specialty
    under several numbers is the same stay: the one we hold is kept, else the least number. Pence.
    Source: rules.md 8.3 V1, V2, V15, V16; methods.md 3.12.
    """
    engine = ours.engine
    edges = {
        "scope": engine.adopt(scope.select(n for n, _ in SCOPE), SCOPE),
        "whole_lines": engine.adopt(whole_lines.select(n for n, _ in WHOLE), WHOLE),
    }
    asked = engine.run(
        read_step(__file__, "take_asked"),
        inputs={"charges": charges, **edges},
        parameters={},
        columns=CHARGES,
        keep=True,
    )
    held = engine.run(
        read_step(__file__, "mark_records"), inputs={"ours": ours, **edges}, parameters={}, columns=HELD, keep=True
    )
    sides = [
        engine.run(
            read_step(__file__, step),
            inputs={"held": held, "asked": asked},
            parameters={"pooled": POOLED},
            columns=MATCHED,
        )
        for step in ("match_charges", "find_uncharged")
    ]
    both = engine.union(sides)
    moved = "charged_practice IS NOT NULL AND our_practice IS NOT NULL AND charged_practice <> our_practice"
    found = engine.view(f"SELECT * FROM {both.name} WHERE reason <> 'agreed' OR ({moved})", MATCHED).frame()
    return found.sort("provider_code", "setting", "record_number", "commissioner_code", "charge_id", "reason")
