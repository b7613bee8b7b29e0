"""Standardised ratios: given lists by age and sex and contacts, then observed, expected and the interval of their ratio."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import polars as pl
import pytest
from tests.spec.variation.made_up_benefits import said

from pbc.engines import Engine, open_engine
from pbc.errors import RefusedInput
from pbc.methods.variation import (
    Measure,
    band_ratios,
    build_case,
    count_measure,
    count_person_months,
    measure_lumps,
    measure_rates,
    place_ages,
    standardise,
)
from pbc.methods.variation.count_measure import COUNTED, PEOPLE
from pbc.periods import Month
from pbc.tables import ACTIVITY_FACTS, COSTED_ACTIVITY, REGISTERED_LISTS

APRIL, MAY = Month(2009, 4), Month(2009, 5)
TYPES = {"VARCHAR": pl.String, "INTEGER": pl.Int32, "BIGINT": pl.Int64, "DOUBLE": pl.Float64}


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine("duckdb") as opened:
        yield opened


def lists(*rows: tuple[str, date, str, str, int]) -> pl.DataFrame:
    names = ("practice_code", "as_at_on", "sex", "age_band", "patients_count")
    return REGISTERED_LISTS.from_rows([dict(zip(names, row, strict=True)) for row in rows])


def counted(*rows: tuple[str, str, int | None, int]) -> pl.DataFrame:
    """practice, sex, age, contacts; each contact costs £2."""
    told = [(code, 200904, sex, age, count, 200 * count, 0) for code, sex, age, count in rows]
    return pl.DataFrame(told, schema={name: TYPES[kind] for name, kind in COUNTED}, orient="row")


YOUNG_AND_OLD = lists(
    ("A", APRIL.start, "1", "00-44", 100), ("A", APRIL.start, "1", "45+", 300), ("B", APRIL.start, "1", "00-44", 300),
    ("B", APRIL.start, "1", "45+", 100),
)  # fmt: skip
PLACES = count_person_months(YOUNG_AND_OLD, months=[APRIL])


def ratios(contacts: pl.DataFrame, counted_in: str = "contacts") -> pl.DataFrame:
    placed = place_ages(contacts, person_months=PLACES)
    rates = measure_rates(placed, person_months=PLACES)
    return standardise(placed, person_months=PLACES, rates=rates, counted_in=counted_in, months_count=1)


def test_month_counts_the_list_of_its_first_day_else_the_last_before() -> None:
    """Given 10 people on 1 April and 12 on 2 May, then April and May count 10 each; a month before any list counts the first."""
    held = lists(("A", APRIL.start, "1", "00-04", 10), ("A", date(2009, 5, 2), "1", "00-04", 12))
    assert count_person_months(held, months=[APRIL, MAY]).row(0) == ("A", "1", "00", 20)
    assert count_person_months(held, months=[Month(2009, 1), Month(2009, 6)]).row(0) == ("A", "1", "00", 22)


def test_nothing_is_standardised_without_lists() -> None:
    """Given no list at all, then it is refused."""
    with pytest.raises(RefusedInput, match="no registered list"):
        count_person_months(lists(), months=[APRIL])


def test_expected_is_people_in_each_band_times_the_rate_there() -> None:
    """Given rates of 0.1 under 45 and 0.3 from 45, then A with 100 young and 300 old expects 100, and B 60."""
    found = ratios(counted(("A", "1", 20, 10), ("A", "1", 60, 60), ("B", "1", 20, 30), ("B", "1", 60, 60)))
    assert found["expected_number"].to_list() == pytest.approx([100, 60])
    assert found["standardised_ratio"].to_list() == pytest.approx([0.7, 1.5])


def test_contact_of_unknown_age_or_sex_is_spread_over_everybody() -> None:
    """Given 8 contacts of no known age or of a sex on no list, then half the people expect half of them; observed stays."""
    found = ratios(counted(("A", "1", None, 5), ("A", "9", 60, 3)))
    assert found["expected_number"].to_list() == pytest.approx([4, 4])
    assert found["observed_count"].to_list() == [8, 0]


def test_measure_in_cost_is_standardised_in_pence() -> None:
    """Given a measure judged in cost, then expected and ratio are of pence."""
    found = ratios(counted(("A", "1", 20, 10), ("B", "1", 20, 30)), "cost")
    assert found["expected_number"].to_list() == pytest.approx([2000, 6000])
    assert found["standardised_ratio"].to_list() == pytest.approx([1, 1])


def test_nothing_expected_has_no_ratio_and_no_interval() -> None:
    """Given nobody had any contact, then there is nothing to divide by."""
    found = band_ratios(ratios(counted()), counted_in="contacts", cheque=1.0)
    assert found.select("standardised_ratio", "low_ratio", "high_ratio").row(0) == (None, None, None)


def test_people_who_come_back_widen_the_interval() -> None:
    """Given cheques of two contacts, then the interval is wider than that of contacts that know nothing of each other."""
    plain = ratios(counted(("A", "1", 20, 100), ("B", "1", 20, 300)))
    narrow, wide = (
        band_ratios(plain, counted_in="contacts", cheque=cheque).row(0, named=True) for cheque in (1.0, 2.0)
    )
    assert narrow["low_ratio"] < 1 < narrow["high_ratio"]
    assert wide["low_ratio"] < narrow["low_ratio"]
    assert wide["high_ratio"] > narrow["high_ratio"]


def contact(number: str, **others: Any) -> dict[str, Any]:
    return {
        "setting": "OP", "provider_code": "ZH1", "record_number": number, "person_id": 1, "activity_on": APRIL.start,
        "month": 200904, "point_of_delivery": "OPFA", "treatment_function_code": "330", "hrg_code": "ZZA01", "paid_stay_days": 0,
        "age_years": 40, "sex": "1", "practice_code": "A", "attribution": "registered", "commissioner_code": "ZP1",
        "is_restricted": False, "register_version": "r1",
    } | others  # fmt: skip


def count(engine: Engine, *rows: dict[str, Any], **measure: Any) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Counted in April; contacts whose number begins with U have no price, others cost £1."""
    facts = ACTIVITY_FACTS.from_rows(list(rows))
    zero = {column.name: 0 for column in COSTED_ACTIVITY.columns if column.name.endswith(("_pence", "_days"))}
    priced = [row | zero | {"cost_pence": 100} for row in rows if not row["record_number"].startswith("U")]
    costed = COSTED_ACTIVITY.from_rows(priced)
    wanted: Measure = build_case(said(measure_specialties=[]), where="test").measure
    return count_measure(
        engine.adopt(facts, ACTIVITY_FACTS.sql_columns),
        costed_activity=engine.adopt(costed, COSTED_ACTIVITY.sql_columns),
        measure=Measure(**{**wanted.__dict__, **measure}), first=APRIL, last=APRIL,
    )  # fmt: skip


def test_measure_counts_its_own_contacts_alone(engine: Engine) -> None:
    """Given another kind, month, hospital, specialty, price group, or no practice, then none of these is counted."""
    own = contact("S1")
    rows = [
        own, contact("S2", point_of_delivery="AE"), contact("S3", month=200905), contact("S4", provider_code="ZH2"),
        contact("S5", treatment_function_code="100"), contact("S6", hrg_code="ZZB01"), contact("S7", practice_code="not-attributed"),
    ]  # fmt: skip
    found, _ = count(engine, *rows, specialties=("330",), hrg_codes=("ZZA01",), hospitals=("ZH1",))
    assert found["activity_count"].sum() == 1
    whole, _ = count(engine, *rows)
    assert whole["activity_count"].sum() == 4


def test_restricted_contact_is_never_found_by_its_specialty_or_price_group(engine: Engine) -> None:
    """Given a legally restricted contact, then it counts in a measure of all and in none that names its codes."""
    hidden = contact("S1", is_restricted=True)
    assert count(engine, hidden)[0]["activity_count"].sum() == 1
    assert count(engine, hidden, specialties=("330",))[0].is_empty()
    assert count(engine, hidden, hrg_codes=("ZZA01",))[0].is_empty()


def test_contact_without_a_price_is_counted_and_costs_nothing(engine: Engine) -> None:
    """Given two contacts, one without a price, then two are counted, £1 is theirs, and one is told as unpriced."""
    found, _ = count(engine, contact("S1"), contact("U2"))
    assert found.select("activity_count", "cost_pence", "unpriced_count").row(0) == (2, 100, 1)


def test_people_are_squared_and_none_is_left(engine: Engine) -> None:
    """Given one person with two contacts, another with one and one without a key: squares 4 and 1, one contact unnamed."""
    rows = [contact("S1"), contact("S2"), contact("S3", person_id=2), contact("S4", person_id=None)]
    _, people = count(engine, *rows)
    assert people.row(0, named=True) == {
        "practice_code": "A", "contacts": 3.0, "contacts_squared": 5.0, "pence": 300.0, "pence_squared": 50_000.0, "price": 400.0,
        "price_squared": 40_000.0, "unnamed_count": 1,
    }  # fmt: skip


SEEN = (700 - 300**2 / 2000) / 300 * 2000 / 1999 - 1  # how far those who came twice lift variance over mean


def squares(**changes: float) -> pl.DataFrame:
    row = {"contacts": 300.0, "contacts_squared": 700.0, "pence": 60_000.0, "pence_squared": 50_000_000.0, "price": 60_000.0,
           "price_squared": 24_000_000.0, "unnamed_count": 0} | changes  # fmt: skip
    return pl.DataFrame({"practice_code": "A", **row}, schema={name: TYPES[kind] for name, kind in PEOPLE})


@pytest.mark.parametrize(
    "counted_in, changes, people, source, cheque",
    [
        pytest.param(
            "contacts", {}, 1000.0, "estimated", (700 - 300**2 / 1000) / 300 * 1000 / 999, id="measured on people"
        ),
        pytest.param("contacts", {}, 900.0, "events", 1.7, id="too few people"),
        pytest.param("contacts", {"unnamed_count": 300}, 1999.0, "events", 1.7, id="too few have a key"),
        pytest.param("contacts", {"unnamed_count": 300}, 2000.0, "estimated", 1 + 2 * SEEN, id="half have a key"),
        pytest.param("contacts", {"contacts": 0.0}, 1000.0, "events", 1.7, id="nothing counted"),
        pytest.param("cost", {}, 900.0, "events", 1.7 * 400, id="money from single contacts"),
        pytest.param("cost", {"price": 0.0}, 900.0, "events", 170.0, id="nothing cost anything"),
        pytest.param("contacts", {"contacts_squared": 300.0}, 1000.0, "estimated", 1.0, id="nobody came twice"),
    ],
)
def test_lumps_are_measured_on_people_or_guessed_from_contacts(
    counted_in: str, changes: dict[str, float], people: float, source: str, cheque: float
) -> None:
    """Given enough people with keys, then variance over mean of what each had; else 1.7 times a single contact."""
    wanted = build_case(said(measure_counted_in=counted_in), where="test").measure
    own = pl.DataFrame({"practice_code": ["A"], "mean_population": [people]})
    found = measure_lumps(squares(**changes), lists=own, measure=wanted, least_people=1000)
    assert (found.source, found.cheque) == (source, pytest.approx(cheque))
