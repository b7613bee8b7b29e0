"""What people cost.

The size of one cheque is measured on everyone on the list, with or without any cost, by the days they were on it; never on
stays. A stop-loss caps each person; adjustments that exceed a person's cost count as none. Two years running tell how far
the same people come back.
"""

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pbc.engines import open_engine
from pbc.errors import RefusedInput
from pbc.methods.risk import complete_positions, measure_cheque, measure_persistence, measure_spread
from pbc.periods import FinancialYear
from pbc.policy.policy import Policy, load_policy
from pbc.tables import BUDGET_POSITIONS, COSTED_ACTIVITY, PERSON_PAIRS, REGISTRATIONS

YEAR = FinancialYear(2009)
PLAIN = load_policy("england-2005")
WHOLE = (date(2001, 1, 1), date(9999, 12, 31))


def costed(*rows: tuple[int | None, int, int, str]) -> pl.DataFrame:
    """Person, month, pence, point of delivery."""
    steps = dict.fromkeys(("short_stay_pence", "excess_days_pence", "top_up_pence", "market_forces_pence"), 0)
    return COSTED_ACTIVITY.from_rows([
        steps | dict(setting="APC", provider_code="ZH1", record_number=str(i), person_id=person, month=month, practice_code="Z90001",
             attribution="registered", commissioner_code="ZP1", point_of_delivery=pod, treatment_function_code="100",
             hrg_code="ZZA01", excess_days=0, base_pence=pence, cost_pence=pence)
        for i, (person, month, pence, pod) in enumerate(rows)
    ])  # fmt: skip


def listed(*people: tuple[int, date, date]) -> pl.DataFrame:
    return REGISTRATIONS.from_rows([
        dict(person_id=person, practice_code="Z90001", starts_on=start, ends_before=end, birth_year=1950, sex="2")
        for person, start, end in people
    ])  # fmt: skip


def spread(costs: pl.DataFrame, people: pl.DataFrame, policy: Policy = PLAIN) -> dict[str, Any]:
    with open_engine() as engine:
        given = engine.adopt(costs, COSTED_ACTIVITY.sql_columns), engine.adopt(people, REGISTRATIONS.sql_columns)
        return measure_spread(*given, year=YEAR, policy=policy).frame().row(0, named=True)


def with_stop_loss(tmp_path: Path, pounds: int) -> Policy:
    dated = "from: 2009-04-01, status: local_agreement, source: 'Risk pool agreement'"
    text = f"risk.stop_loss_applies:\n  values:\n    - {{{dated}, value: true}}\n"
    text += f"risk.stop_loss_pounds:\n  values:\n    - {{{dated}, value: {pounds}}}\n"
    (tmp_path / "pool.yaml").write_text(text, encoding="utf-8")
    return load_policy("england-2005", overlays=[tmp_path / "pool.yaml"])


@pytest.mark.parametrize(
    "costs, persons, pounds, squared",
    [
        ([], 2, 0.0, 0.0),
        ([(1, 200904, 30_000, "NEL")], 2, 300.0, 90_000.0),
        ([(1, 200904, 30_000, "NEL"), (1, 201003, 10_000, "OPFA")], 2, 400.0, 160_000.0),
        ([(1, 200903, 30_000, "NEL"), (1, 201004, 30_000, "NEL")], 2, 0.0, 0.0),
        ([(1, 200904, 30_000, "RX")], 2, 0.0, 0.0),
        ([(9, 200904, 30_000, "NEL"), (None, 200904, 30_000, "NEL")], 2, 0.0, 0.0),
        ([(1, 200904, -30_000, "NEL"), (2, 200904, 10_000, "NEL")], 2, 100.0, 10_000.0),
    ],
)
def test_everyone_on_the_list_counts(
    costs: list[tuple[int | None, int, int, str]], persons: int, pounds: float, squared: float
) -> None:
    """Given two people on the list and some costs, then people, their cost and its square; others' cost is not theirs."""
    found = spread(costed(*costs), listed((1, *WHOLE), (2, *WHOLE)))
    assert (found["persons_count"], found["cost_pounds"], found["cost_squared_pounds"]) == (persons, pounds, squared)
    assert found["person_years"] == pytest.approx(2)


@pytest.mark.parametrize(
    "start, end, years",
    [
        (date(2001, 1, 1), date(9999, 12, 31), 1.0),
        (date(2009, 4, 1), date(2009, 6, 13), 73 / 365),
        (date(2010, 3, 31), date(9999, 12, 31), 1 / 365),
        (date(2001, 1, 1), date(2009, 4, 2), 1 / 365),
    ],
)
def test_exposure_is_days_on_the_list(start: date, end: date, years: float) -> None:
    """Given a registration, then its share of the year, with its end not counted."""
    assert spread(costed(), listed((1, start, end)))["person_years"] == pytest.approx(years, rel=1e-12)


def test_stop_loss_caps_people_and_keeps_the_rest(tmp_path: Path) -> None:
    """Given £30,000 of one person and a stop-loss of £20,000, then £20,000 is borne and £10,000 ceded."""
    found = spread(
        costed((1, 200904, 3_000_000, "NEL")), listed((1, *WHOLE), (2, *WHOLE)), with_stop_loss(tmp_path, 20_000)
    )
    assert (found["cost_pounds"], found["ceded_pounds"], found["ceded_squared_pounds"]) == (20_000, 10_000, 1e8)


def test_negative_person_is_counted(tmp_path: Path) -> None:
    """Given adjustments over a person's cost, then no cost, and one person counted as such."""
    found = spread(costed((1, 200904, -500, "NEL")), listed((1, *WHOLE), (2, *WHOLE)))
    assert (found["negative_persons_count"], found["cost_pounds"]) == (1, 0.0)


def test_same_people_two_years_running() -> None:
    """Given people who stayed, came or left, then only those on the list in both years pair, with no cost as zero."""
    people = listed((1, *WHOLE), (2, *WHOLE), (3, date(2009, 4, 1), WHOLE[1]), (4, WHOLE[0], date(2009, 4, 1)))
    costs = costed(
        (1, 200805, 10_000, "NEL"), (1, 200905, 20_000, "NEL"), (3, 200905, 9_900, "NEL"), (4, 200805, 9_900, "NEL")
    )
    with open_engine() as engine:
        given = engine.adopt(costs, COSTED_ACTIVITY.sql_columns), engine.adopt(people, REGISTRATIONS.sql_columns)
        found = measure_persistence(*given, year=YEAR, policy=PLAIN).frame().row(0, named=True)
    assert (found["persons_count"], found["before_pounds"], found["after_pounds"]) == (2, 100.0, 200.0)
    assert found["product_pounds"] == 20_000.0


def test_persistence_needs_as_many_people_as_the_cheque() -> None:
    """Given 60,000 pairs with a correlation of 0.3, then 0.3 and estimated; given few, then the default."""
    sums = dict(
        financial_year="2009-10", practice_code="Z90001", before_pounds=0.0, after_pounds=0.0, product_pounds=18_000.0
    )
    pairs = PERSON_PAIRS.from_rows(
        [sums | dict(persons_count=60_000, before_squared_pounds=60_000.0, after_squared_pounds=60_000.0)]
    )
    found = measure_cheque(None, year=YEAR, policy=PLAIN, person_pairs=pairs)
    assert (round(found.persistence, 6), found.persistence_source) == (0.3, "estimated")
    few = measure_cheque(None, year=YEAR, policy=PLAIN, person_pairs=pairs.with_columns(persons_count=pl.lit(600)))
    assert (few.persistence, few.persistence_source) == (0.2, "default")


def test_positions_may_lack_only_what_may_be_empty() -> None:
    """Given a frame of the needed columns, then the whole table in order; given one less, then a refusal that names it."""
    row = dict(
        financial_year="2009-10", statement_month=201003, practice_code="B", commissioner_code="ZP1", list_size=1,
        months_count=12, activity_budget_pence=1, activity_actual_pence=1,
    )  # fmt: skip
    frame = pl.DataFrame([row, row | dict(practice_code="A")])
    found = complete_positions(frame)
    assert (found.columns, found["practice_code"].to_list()) == (BUDGET_POSITIONS.names, ["A", "B"])
    with pytest.raises(RefusedInput, match="list_size"):
        complete_positions(frame.drop("list_size"))
