"""Counting lists: given periods of registration and a day, then how many people of each age and sex."""

from __future__ import annotations

from datetime import date

from pbc.engines import open_engine
from pbc.methods.population.count_lists import count_lists
from pbc.tables import REGISTRATIONS

OPEN = date(9999, 12, 31)


def test_a_person_counts_from_the_first_day_and_not_on_the_last_bound() -> None:
    """One left on 1 May, one came on 1 May: in April the first, in May the second; 104 and 0 years in their bands."""
    stayed = {"starts_on": date(2000, 1, 1), "ends_before": OPEN, "sex": "1", "practice_code": "Z90001"}
    rows = [
        stayed | {"person_id": 1, "ends_before": date(2009, 5, 1), "birth_year": 1905, "sex": "2"},
        stayed | {"person_id": 2, "starts_on": date(2009, 5, 1), "birth_year": 2009},
        stayed | {"person_id": 3, "practice_code": "Z90002", "birth_year": 1944},
    ]
    with open_engine("duckdb") as engine:
        registrations = engine.adopt(REGISTRATIONS.from_rows(rows), REGISTRATIONS.sql_columns)
        lists = count_lists(registrations, days=[date(2009, 4, 1), date(2009, 5, 1)]).frame()
    assert sorted(lists.rows()) == [
        ("Z90001", date(2009, 4, 1), "2", "95+", 1),
        ("Z90001", date(2009, 5, 1), "1", "00-04", 1),
        ("Z90002", date(2009, 4, 1), "1", "65-69", 1),
        ("Z90002", date(2009, 5, 1), "1", "65-69", 1),
    ]
