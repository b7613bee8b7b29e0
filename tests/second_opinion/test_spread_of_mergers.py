"""A practice taken over whose people the register never moved, beside the same register with everyone moved by hand."""

from datetime import date
from itertools import pairwise

import polars as pl
import pytest

from pbc.engines import Engine, open_engine
from pbc.methods.attribution import trace_successions
from pbc.methods.risk import measure_persistence, measure_spread
from pbc.periods import FinancialYear
from pbc.policy.policy import load_policy
from pbc.tables import COSTED_ACTIVITY, MEMBERSHIPS, REGISTRATIONS

YEAR = FinancialYear(2009)
POLICY = load_policy("england-2005")
ALWAYS, FOREVER = date(2001, 1, 1), date(9999, 12, 31)
JULY, JANUARY = date(2009, 7, 1), date(2010, 1, 1)


def succeeded(*links: tuple[str, str, date]) -> pl.DataFrame:
    """Successor, predecessor, day."""
    return trace_successions(
        MEMBERSHIPS.from_rows([
            dict(member_code=heir, parent_code=gone, relation="succeeds", starts_on=day, ends_before=FOREVER)
            for heir, gone, day in links
        ])
    )  # fmt: skip


def listed(*periods: tuple[int, str, date, date]) -> pl.DataFrame:
    return REGISTRATIONS.from_rows([
        dict(person_id=person, practice_code=code, starts_on=start, ends_before=end, birth_year=1950, sex="2")
        for person, code, start, end in periods
    ])  # fmt: skip


def costed(*events: tuple[int, str, int, int]) -> pl.DataFrame:
    """Person, practice that answers, month, pence."""
    steps = dict.fromkeys(("short_stay_pence", "excess_days_pence", "top_up_pence", "market_forces_pence"), 0)
    return COSTED_ACTIVITY.from_rows([
        steps | dict(setting="APC", provider_code="ZH1", record_number=str(at), person_id=person, month=month, practice_code=code,
             attribution="registered", commissioner_code="ZP1", point_of_delivery="NEL", treatment_function_code="100",
             hrg_code="ZZA01", excess_days=0, base_pence=pence, cost_pence=pence)
        for at, (person, code, month, pence) in enumerate(events)
    ])  # fmt: skip


def moved_by_hand(registrations: pl.DataFrame, changes: list[tuple[date, dict[str, str]]]) -> pl.DataFrame:
    """Each period cut at every day of change, each piece with the practice that answers then."""
    pieces = []
    for row in registrations.rows(named=True):
        cuts = [day for day, _ in changes if row["starts_on"] < day < row["ends_before"]]
        for start, end in pairwise([row["starts_on"], *cuts, row["ends_before"]]):
            heirs = {code: heir for day, named in changes if day <= start for code, heir in named.items()}
            pieces.append(
                row | dict(starts_on=start, ends_before=end, practice_code=heirs.get(row["practice_code"], row["practice_code"]))
            )  # fmt: skip
    return REGISTRATIONS.from_rows(pieces)


LISTS = listed(
    (1, "A", ALWAYS, FOREVER), (2, "A", ALWAYS, date(2009, 5, 1)), (2, "B", date(2009, 5, 1), FOREVER),
    (3, "B", ALWAYS, FOREVER), (4, "A", date(2009, 9, 1), FOREVER), (5, "A", ALWAYS, date(2009, 6, 1)), (6, "C", ALWAYS, FOREVER),
)  # fmt: skip
COSTS = costed(
    (1, "A", 200805, 40_000), (1, "A", 200904, 30_000), (1, "B", 200908, 7_000_000), (1, "C", 201002, 11_000),
    (2, "B", 200909, 9_000), (3, "B", 200812, 5_000), (4, "B", 200910, 60_000), (6, "C", 200906, 2_000),
)  # fmt: skip
CHAIN = [("B", "A", JULY), ("C", "B", JANUARY)]
BY_HAND = [(JULY, {"A": "B"}), (JANUARY, {"A": "C", "B": "C"})]


def both_tables(engine: Engine, lists: pl.DataFrame, links: pl.DataFrame | None) -> list[pl.DataFrame]:
    given = engine.adopt(COSTS, COSTED_ACTIVITY.sql_columns), engine.adopt(lists, REGISTRATIONS.sql_columns)
    found = [
        step(*given, year=YEAR, policy=POLICY, successions=links) for step in (measure_spread, measure_persistence)
    ]
    return [relation.frame().sort("practice_code") for relation in found]


def test_people_left_with_a_practice_taken_over_are_measured_as_if_moved() -> None:
    with open_engine() as engine:
        followed = both_tables(engine, LISTS, succeeded(*CHAIN))
        moved = both_tables(engine, moved_by_hand(LISTS, BY_HAND), None)
    assert [table.rows() for table in followed] == [table.rows() for table in moved]


def test_cost_after_the_merger_is_not_lost_from_the_spread() -> None:
    """All that was spent on people on a list is in the sums, and nobody is on a list for more than the year."""
    with open_engine() as engine:
        spread, _ = both_tables(engine, LISTS, succeeded(*CHAIN))
        left_alone, _ = both_tables(engine, LISTS, None)
    in_year = COSTS.filter(pl.col("month") >= 200904)["cost_pence"].sum() / 100
    assert spread["cost_pounds"].sum() == pytest.approx(in_year)
    assert left_alone["cost_pounds"].sum() < in_year / 10
    assert spread["person_years"].sum() == pytest.approx(left_alone["person_years"].sum(), rel=1e-12)
    a = spread.filter(pl.col("practice_code") == "A").row(0, named=True)
    assert (a["persons_count"], a["cost_pounds"]) == (3, 300.0)


@pytest.mark.spark
def test_merger_is_followed_the_same_on_both_engines(spark_engine: Engine) -> None:
    with open_engine() as duckdb:
        here = both_tables(duckdb, LISTS, succeeded(*CHAIN))
        there = both_tables(spark_engine, LISTS, succeeded(*CHAIN))
    assert [table.rows() for table in here] == [table.rows() for table in there]
