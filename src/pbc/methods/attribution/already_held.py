"""Records that an earlier delivery has brought already: the first stands, the later row is refused by name."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from pbc.engines import Relation, read_step
from pbc.tables import ACTIVITY_FACTS, REJECTED_ROWS
from pbc.tables.rejected_rows import safe_value

KEYS = tuple(column for column in ACTIVITY_FACTS.sql_columns if column[0] in ACTIVITY_FACTS.key)
HELD = (*KEYS, ("delivery", "VARCHAR"))


def find_already_held(delivered: Relation, *, held_facts: Relation) -> pl.DataFrame:
    """This returns the keys of a delivery that other deliveries hold; usually none, so all are asked at once.

    Grain in: setting, provider and record number of each row delivered, repeats and all; ACTIVITY_FACTS of all other
    deliveries. Grain out: setting, provider, record number, each once. A record is billed once: the delivery that
    brought it stands until that delivery itself is received again (decision methods/0142).
    """
    found = delivered.engine.run(
        read_step(__file__, "find_already_held"),
        inputs={"delivered": delivered, "activity_facts": held_facts},
        parameters={},
        columns=KEYS,
    )
    return found.frame()


def name_holders(already_held: pl.DataFrame, *, held_facts: Mapping[str, Relation]) -> pl.DataFrame:
    """This returns the keys that `find_already_held` found, each with the name of the delivery that holds it."""
    found = [pl.DataFrame(schema={name: pl.String for name, _ in HELD})]
    for delivery, facts in held_facts.items():
        keys = facts.engine.adopt(already_held, KEYS)
        step = read_step(__file__, "name_holders")
        inputs = {"activity_facts": facts, "already_held": keys}
        found.append(facts.engine.run(step, inputs=inputs, parameters={"delivery": delivery}, columns=HELD).frame())
    return pl.concat(found).sort("setting", "provider_code", "record_number", "delivery")


def drop_already_held(activity_facts: Relation, *, already_held: pl.DataFrame) -> Relation:
    """This returns ACTIVITY_FACTS without the keys that `find_already_held` found, unchanged if it found none."""
    if already_held.is_empty():
        return activity_facts
    engine = activity_facts.engine
    keys = already_held.select(name for name, _ in KEYS).unique()
    return engine.run(
        read_step(__file__, "drop_already_held"),
        inputs={"activity_facts": activity_facts, "already_held": engine.adopt(keys, KEYS)},
        parameters={},
        columns=ACTIVITY_FACTS.sql_columns,
    )


def reject_already_held(already_held: pl.DataFrame, *, delivery: str) -> pl.DataFrame:
    """This returns REJECTED_ROWS, one for each record refused because another delivery holds it.

    `row_number` counts the refusals: the facts no longer know their row in the file, so the record number names it.
    One that could be an NHS number is not shown: `pbc check` names the rows of the file.
    """
    record = pl.concat_str("setting", "provider_code", safe_value(pl.col("record_number")), separator=" ")
    return REJECTED_ROWS.conform(
        already_held.with_row_index("row_number", offset=1).select(
            pl.lit(delivery).alias("delivery"),
            pl.lit("activity_facts").alias("table_name"),
            "row_number",
            pl.lit("record_number").alias("column_name"),
            pl.lit("already_held").alias("rule"),
            pl.concat_str(record, pl.lit(", held by "), "delivery").alias("value_found"),
            pl.lit("a record not delivered before").alias("value_expected"),
            pl.lit("To replace it, send the earlier delivery again whole; to bill it, give it its own number.").alias(
                "remedy"
            ),
        )
    )
