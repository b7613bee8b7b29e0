"""Local hospital extracts: admitted care, outpatients, accident and emergency, referrals. Layout: docs/local-extract-layout.md."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pbc.engines import Engine
from pbc.reference.restricted_codes import restricted_kinds
from pbc.sources.deliveries.reading import Read, read_delivery
from pbc.sources.deliveries.shape import RowRule, Shape
from pbc.sources.headings import HeadingMap
from pbc.sources.restricted import is_restricted_sql
from pbc.tables import ATTENDANCES, EPISODES, POOLED, REFERRALS

STAY_RULES = (
    RowRule("discharge_before_admission", "discharge_date", "discharge_date < admission_date"),
    RowRule(
        "episode_outside_stay", "episode_start_date",
        "discharge_date >= admission_date AND (episode_end_date < episode_start_date "
        "OR episode_start_date < admission_date OR episode_end_date > discharge_date)",
    ),
)  # fmt: skip
STAY_IS_RESTRICTED = is_restricted_sql(
    restricted_kinds(),
    columns={
        "diagnosis": "replace(primary_diagnosis, '.', '')",
        "procedure": "replace(primary_procedure, '.', '')",
        "specialty": "treatment_function_code",
    },
)
SPECIALTY_IS_RESTRICTED = is_restricted_sql(restricted_kinds(), columns={"specialty": "treatment_function_code"})

ADMITTED_CARE = Shape(
    EPISODES,
    {
        "provider_code": "provider_code",
        "spell_number": "spell_number",
        "episode_number": "episode_number",
        "person_id": "person_id",
        "admission_on": "admission_date",
        "discharge_on": "discharge_date",
        "episode_start_on": "episode_start_date",
        "episode_end_on": "episode_end_date",
        "admission_method": "admission_method",
        "patient_classification": "patient_classification",
        "hrg_code": "hrg_code",
        "treatment_function_code": "treatment_function_code",
        "primary_diagnosis_code": "CASE WHEN NOT is_of_restricted_kind THEN primary_diagnosis END",
        "primary_procedure_code": "CASE WHEN NOT is_of_restricted_kind THEN primary_procedure END",
        "age_years": "age_on_admission",
        "sex": "sex",
        "recorded_practice_code": "practice_code",
        "unpaid_days": "unpaid_days",
        "is_restricted": "is_of_restricted_kind",
    },
    key=("provider_code", "spell_number", "episode_number"),
    rules=STAY_RULES,
    restricted=STAY_IS_RESTRICTED,
    record={"setting": "'APC'", "provider_code": "provider_code", "record_number": "spell_number"},
)
OUTPATIENTS = Shape(
    ATTENDANCES,
    {
        "provider_code": "provider_code",
        "setting": "'OP'",
        "attendance_number": "attendance_number",
        "person_id": "person_id",
        "attended_on": "attendance_date",
        "point_of_delivery": "CASE attendance_type WHEN 'first' THEN 'OPFA' WHEN 'follow_up' THEN 'OPFUP' ELSE 'OPPROC' END",
        "hrg_code": "hrg_code",
        "treatment_function_code": "treatment_function_code",
        "age_years": "age",
        "sex": "sex",
        "recorded_practice_code": "practice_code",
        "referral_source": "referral_source",
        "is_restricted": "is_of_restricted_kind",
    },
    key=("provider_code", "attendance_number"),
    restricted=SPECIALTY_IS_RESTRICTED,
    record={"setting": "'OP'", "provider_code": "provider_code", "record_number": "attendance_number"},
)
ACCIDENT_AND_EMERGENCY = Shape(
    ATTENDANCES,
    {
        "provider_code": "provider_code",
        "setting": "'AE'",
        "attendance_number": "attendance_number",
        "person_id": "person_id",
        "attended_on": "arrival_date",
        "point_of_delivery": "'AE'",
        "hrg_code": "hrg_code",
        "treatment_function_code": "'180'",
        "age_years": "age",
        "sex": "sex",
        "recorded_practice_code": "practice_code",
        "referral_source": "CAST(NULL AS VARCHAR)",
        "is_restricted": "is_of_restricted_kind",
    },
    key=("provider_code", "attendance_number"),
    record={"setting": "'AE'", "provider_code": "provider_code", "record_number": "attendance_number"},
)
REFERRED = Shape(
    REFERRALS,
    {
        "provider_code": "provider_code",
        "referral_number": "referral_number",
        "person_id": "CASE WHEN NOT is_of_restricted_kind THEN person_id END",
        "practice_code": "practice_code",
        "referred_on": "CASE WHEN is_of_restricted_kind THEN CAST(date_trunc('month', referral_date) AS DATE) ELSE referral_date END",
        "treatment_function_code": f"CASE WHEN is_of_restricted_kind THEN '{POOLED}' ELSE treatment_function_code END",
        "referral_source": "referral_source",
    },
    key=("provider_code", "referral_number"),
    restricted=SPECIALTY_IS_RESTRICTED,
)


def read_admitted_care(
    engine: Engine, files: Sequence[Path], *, key: bytes | None, delivery: str, headings: Sequence[HeadingMap] = ()
) -> Read:
    """This returns finished consultant episodes, one row per episode, as EPISODES; stays are joined by a method, not here.

    `delivery` names it, 2009-09; days after that month are refused. Restricted kinds come without codes.
    """
    return read_delivery(
        engine, files, shapes={"admitted_care": ADMITTED_CARE}, key=key, delivery=delivery, headings=headings
    )


def read_outpatients(
    engine: Engine, files: Sequence[Path], *, key: bytes | None, delivery: str, headings: Sequence[HeadingMap] = ()
) -> Read:
    """This returns outpatient attendances, one row each, as ATTENDANCES with setting OP."""
    return read_delivery(
        engine, files, shapes={"outpatients": OUTPATIENTS}, key=key, delivery=delivery, headings=headings
    )


def read_accident_and_emergency(
    engine: Engine, files: Sequence[Path], *, key: bytes | None, delivery: str, headings: Sequence[HeadingMap] = ()
) -> Read:
    """This returns accident and emergency attendances, one row each, as ATTENDANCES with setting AE."""
    shapes = {"accident_and_emergency": ACCIDENT_AND_EMERGENCY}
    return read_delivery(engine, files, shapes=shapes, key=key, delivery=delivery, headings=headings)


def read_referrals(
    engine: Engine, files: Sequence[Path], *, key: bytes | None, delivery: str, headings: Sequence[HeadingMap] = ()
) -> Read:
    """This returns referrals to hospital specialties, one row each, as REFERRALS."""
    return read_delivery(engine, files, shapes={"referrals": REFERRED}, key=key, delivery=delivery, headings=headings)
