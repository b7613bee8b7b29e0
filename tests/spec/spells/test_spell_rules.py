"""Episodes to spells: given the episodes of a stay, then what is counted and how long (decision methods/0140)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import polars as pl
import pytest

from pbc.engines import Engine, open_engine
from pbc.methods.spells import build_spells
from pbc.tables import EPISODES, SPELLS


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine("duckdb") as opened:
        yield opened


def episode(**others: Any) -> dict[str, Any]:
    return {
        "provider_code": "ZH1", "spell_number": "S1", "episode_number": 1, "person_id": 1,
        "admission_on": date(2009, 9, 1), "discharge_on": date(2009, 9, 8), "episode_start_on": date(2009, 9, 1),
        "episode_end_on": date(2009, 9, 8), "admission_method": "21", "patient_classification": "1",
        "hrg_code": "ZZA01", "treatment_function_code": "300", "primary_diagnosis_code": "J45",
        "primary_procedure_code": None, "age_years": 40, "sex": "1", "recorded_practice_code": "Z90001",
        "unpaid_days": 0, "is_restricted": False,
    } | others  # fmt: skip


def spells(engine: Engine, *episodes: dict[str, Any]) -> pl.DataFrame:
    built = build_spells(engine.adopt(EPISODES.from_rows(list(episodes)), EPISODES.sql_columns)).frame()
    return SPELLS.require(SPELLS.conform(built), where="test")


def test_episodes_of_one_number_are_one_spell(engine: Engine) -> None:
    """Admission, group and specialty are the first episode's, discharge the last's; unpaid days add up."""
    second = episode(
        episode_number=2, hrg_code="ZZB02", treatment_function_code="100", discharge_on=date(2009, 9, 11), unpaid_days=3
    )
    spell = spells(engine, second, episode(unpaid_days=1)).row(0, named=True)
    assert (spell["hrg_code"], spell["treatment_function_code"], spell["episodes_count"]) == ("ZZA01", "300", 2)
    assert (spell["length_of_stay_days"], spell["paid_stay_days"]) == (10, 6)


def test_same_number_at_two_providers_is_two_spells(engine: Engine) -> None:
    """A spell belongs to one provider."""
    assert spells(engine, episode(), episode(provider_code="ZH2")).height == 2


def test_paid_stay_is_never_below_zero(engine: Engine) -> None:
    """More unpaid days than nights leave nothing to pay, not a negative stay."""
    assert spells(engine, episode(unpaid_days=30))["paid_stay_days"].item() == 0


@pytest.mark.parametrize(
    "method, classification, point_of_delivery",
    [
        ("11", "1", "EL"), ("12", "1", "EL"), ("13", "2", "DC"), ("11", "2", "DC"), ("11", "3", "DC"), ("11", "4", "EL"),
        ("21", "1", "NEL"), ("28", "1", "NEL"), ("2A", "1", "NEL"), ("2D", "1", "NEL"), ("21", "2", "NEL"),
        ("31", "1", "NELNE"), ("82", "5", "NELNE"), ("81", "1", "NELNE"),
    ],
)  # fmt: skip
def test_point_of_delivery_follows_method_and_class(
    engine: Engine, method: str, classification: str, point_of_delivery: str
) -> None:
    """Elective methods give day case or ordinary elective, emergency methods NEL, maternity and transfers NELNE."""
    spell = spells(engine, episode(admission_method=method, patient_classification=classification))
    assert spell["point_of_delivery"].item() == point_of_delivery


def test_day_case_pays_no_stay(engine: Engine) -> None:
    """A day case that crosses midnight in the record is still paid without days."""
    assert spells(engine, episode(admission_method="11", patient_classification="2"))["paid_stay_days"].item() == 0


def test_what_an_episode_leaves_empty_comes_from_the_first_that_says(engine: Engine) -> None:
    """No NHS number on the first episode: the second's is taken."""
    spell = spells(engine, episode(person_id=None, age_years=None), episode(episode_number=2, person_id=7)).row(
        0, named=True
    )
    assert (spell["person_id"], spell["age_years"]) == (7, 40)


def test_one_restricted_episode_restricts_the_spell(engine: Engine) -> None:
    """The whole stay goes to the pooled line and its diagnosis is not kept."""
    spell = spells(engine, episode(), episode(episode_number=2, is_restricted=True)).row(0, named=True)
    assert spell["is_restricted"]
    assert spell["primary_diagnosis_code"] is None
