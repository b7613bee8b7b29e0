"""Counting a measure: its contacts by practice, month, sex and age, and how far people make them lumpy."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from pbc.engines import Relation, read_step
from pbc.methods.variation.cases import COST, Measure
from pbc.periods import Month
from pbc.stats.cheques import Numbers, cheque_from_events, cheque_size, event_cheque_size
from pbc.tables import UNPLACED

CONTACTS_TAKEN = (
    ("practice_code", "VARCHAR"), ("month", "INTEGER"), ("sex", "VARCHAR"), ("age_years", "INTEGER"), ("person_id", "BIGINT"),
    ("cost_pence", "BIGINT"),
)  # fmt: skip
COUNTED = (
    ("practice_code", "VARCHAR"), ("month", "INTEGER"), ("sex", "VARCHAR"), ("age_years", "INTEGER"), ("activity_count", "BIGINT"),
    ("cost_pence", "BIGINT"), ("unpriced_count", "BIGINT"),
)  # fmt: skip
PEOPLE = (
    ("practice_code", "VARCHAR"), ("contacts", "DOUBLE"), ("contacts_squared", "DOUBLE"), ("pence", "DOUBLE"),
    ("pence_squared", "DOUBLE"), ("price", "DOUBLE"), ("price_squared", "DOUBLE"), ("unnamed_count", "BIGINT"),
)  # fmt: skip
ESTIMATED, FROM_EVENTS = "estimated", "events"
NONE = ("",)
PENCE_PER_POUND = 100.0


@dataclass(frozen=True)
class Lumps:
    """How lumpy a measure is: the size of one cheque (phi) and of one single contact, in contacts or pence."""

    cheque: float
    event_cheque: float
    source: str


def count_measure(
    activity_facts: Relation, *, costed_activity: Relation, measure: Measure, first: Month, last: Month
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """This returns a measure's contacts as `COUNTED`, and the sums of squares over its people as `PEOPLE`.

    Grain in: ACTIVITY_FACTS of any deliveries, and COSTED_ACTIVITY of as many of them as have a price. Grain out: one row per
    practice, month, sex and age; and one row per practice. Counts, pence. What no practice answers for is left out. Where
    specialties or price groups are named, legally restricted contacts are never counted. Source: decision methods/0256.
    """
    engine = activity_facts.engine
    taken = engine.run(
        read_step(__file__, "take_contacts"),
        inputs={"activity_facts": activity_facts, "costed_activity": costed_activity},
        parameters={
            "first_month": first.number,
            "last_month": last.number,
            "unplaced": UNPLACED,
            "points_of_delivery": measure.points_of_delivery,
            "all_hospitals": not measure.hospitals,
            "hospitals": measure.hospitals or NONE,
            "all_specialties": not measure.specialties,
            "specialties": measure.specialties or NONE,
            "all_price_groups": not measure.hrg_codes,
            "price_groups": measure.hrg_codes or NONE,
        },
        columns=CONTACTS_TAKEN,
        keep=True,
    )
    inputs = {"measured_contacts": taken}
    counted = engine.run(read_step(__file__, "add_up_contacts"), inputs=inputs, parameters={}, columns=COUNTED).frame()
    squared = engine.run(read_step(__file__, "square_people"), inputs=inputs, parameters={}, columns=PEOPLE).frame()
    return counted.sort("practice_code", "month", "sex", "age_years"), squared.sort("practice_code")


def measure_lumps(people: pl.DataFrame, *, lists: pl.DataFrame, measure: Measure, least_people: float) -> Lumps:
    """This returns the size of one cheque of a measure: measured on people, or guessed from single contacts.

    Grain in: `PEOPLE` of a year and `practice_code, mean_population`, those on its list, with or without contacts. Where the part of
    contacts with a person's key speaks for fewer than `least_people`, 1.7 times the single contact stands. Of contacts without a
    key nobody knows who came twice: what is seen of it among the others is divided by their part. Contacts, or pence, as the
    measure is counted. Source: chance.md 5.2, formula 1; 5.3; decision methods/0257.

    >>> none = pl.DataFrame(schema={name: pl.Float64 for name, _ in PEOPLE} | {"practice_code": pl.String})
    >>> lists = pl.DataFrame({"practice_code": ["A"], "mean_population": [1000.0]})
    >>> from pbc.methods.variation.cases import EXAMPLE, build_case
    >>> measure_lumps(none, lists=lists, measure=build_case(EXAMPLE, where="example").measure, least_people=50_000).cheque
    1.7
    """
    held = lists.filter(pl.col("mean_population") > 0).join(people, on="practice_code", how="left")
    held = held.with_columns(pl.exclude("practice_code", "mean_population").fill_null(0)).sort("practice_code")
    is_money = measure.counted_in == COST
    event = _event_cheque(people) if is_money else 1.0
    amount = "pence" if is_money else "contacts"
    persons, total = _column(held, "mean_population"), _column(held, amount)
    named = float(people["contacts"].sum())
    part = named / (named + int(people["unnamed_count"].sum())) if named else 0.0
    if persons.sum() * part < least_people or total.sum() <= 0:
        return Lumps(cheque_from_events(event), event, FROM_EVENTS)
    cheque = cheque_size(
        total, cost_squared=_column(held, f"{amount}_squared"), cost_exposure=total, exposure=persons,
        exposure_squared=persons, persons=persons,
    )  # fmt: skip
    return Lumps(max(event + (cheque - event) / part, event), event, ESTIMATED)


def _event_cheque(people: pl.DataFrame) -> float:
    prices = float(people["price"].sum())
    return event_cheque_size(float(people["price_squared"].sum()), event_cost=prices) if prices else PENCE_PER_POUND


def _column(frame: pl.DataFrame, name: str) -> Numbers:
    return frame[name].cast(pl.Float64).to_numpy()
