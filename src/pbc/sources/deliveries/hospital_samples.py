"""Files in the layout of Hospital Episode Statistics: for reading its format, as the published artificial samples let one.

They carry no NHS number but the publisher's pseudonym, which is hashed with the key alike. The samples hold no HRG (the
column is there and empty): such rows are `ungrouped`, which no tariff prices, so costing lists them as unpriced rather
than guessing. They number no stays: those are told by trust, person and admission day. Never take rates from the samples.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pbc.engines import Engine
from pbc.reference.restricted_codes import restricted_kinds
from pbc.sources.deliveries.hospital import STAY_RULES
from pbc.sources.deliveries.reading import Read, read_delivery
from pbc.sources.deliveries.shape import RowRule, Shape
from pbc.sources.headings import HeadingMap
from pbc.sources.restricted import is_restricted_sql
from pbc.tables import ATTENDANCES, EPISODES

UNGROUPED = "ungrouped"
_SPECIALTY = "COALESCE(NULLIF(treatment_function_code, '&'), NULLIF(main_specialty_code, '&'), '&')"
_RESTRICTED = is_restricted_sql(
    restricted_kinds(),
    columns={"diagnosis": "primary_diagnosis", "procedure": "primary_procedure", "specialty": _SPECIALTY},
)
_HRG = f"COALESCE(hrg_code, '{UNGROUPED}')"
_HAS_PROCEDURE = "NOT regexp_matches(primary_procedure, '^[-&]')"
_SEX = "CASE sex WHEN '0' THEN '9' ELSE sex END"
_AGE = "CASE WHEN age BETWEEN 7001 AND 7007 THEN 0 ELSE age END"
_PRACTICE = "NULLIF(practice_code, '&')"
_AGE_RULE = RowRule("too_large", "age", "age > 130 AND age NOT BETWEEN 7001 AND 7007")
_STAY = "provider_code, COALESCE(CAST(person_id AS VARCHAR), episode_key), admission_date"

HES_ADMITTED_CARE = Shape(
    EPISODES,
    {
        "provider_code": "provider_code",
        "spell_number": "concat_ws('-', COALESCE(CAST(person_id AS VARCHAR), episode_key), strftime(admission_date, '%Y%m%d'))",
        "episode_number": f"row_number() OVER (PARTITION BY {_STAY} ORDER BY episode_order, episode_start_date, episode_key)",
        "person_id": "person_id",
        "admission_on": "admission_date",
        "discharge_on": (
            f"COALESCE(discharge_date, max(discharge_date) OVER (PARTITION BY {_STAY}), "
            f"max(episode_end_date) OVER (PARTITION BY {_STAY}))"
        ),
        "episode_start_on": "episode_start_date",
        "episode_end_on": "episode_end_date",
        "admission_method": "admission_method",
        "patient_classification": "patient_classification",
        "hrg_code": _HRG,
        "treatment_function_code": _SPECIALTY,
        "primary_diagnosis_code": "CASE WHEN NOT is_of_restricted_kind THEN primary_diagnosis END",
        "primary_procedure_code": f"CASE WHEN NOT is_of_restricted_kind AND {_HAS_PROCEDURE} THEN primary_procedure END",
        "age_years": _AGE,
        "sex": _SEX,
        "recorded_practice_code": _PRACTICE,
        "unpaid_days": "0",
        "is_restricted": "is_of_restricted_kind",
    },
    key=("episode_key",),
    rules=(*STAY_RULES, _AGE_RULE),
    person="person",
    restricted=_RESTRICTED,
)
HES_OUTPATIENTS = Shape(
    ATTENDANCES,
    {
        "provider_code": "provider_code",
        "setting": "'OP'",
        "attendance_number": "attendance_number",
        "person_id": "person_id",
        "attended_on": "attendance_date",
        "point_of_delivery": "CASE WHEN first_or_follow_up IN ('1', '3') THEN 'OPFA' ELSE 'OPFUP' END",
        "hrg_code": _HRG,
        "treatment_function_code": _SPECIALTY,
        "age_years": _AGE,
        "sex": _SEX,
        "recorded_practice_code": _PRACTICE,
        "referral_source": "NULLIF(referral_source, '&')",
        "is_restricted": "is_of_restricted_kind",
    },
    key=("attendance_number",),
    rules=(RowRule("not_attended", "attended", "attended NOT IN ('5', '6')"), _AGE_RULE),
    person="person",
    restricted=_RESTRICTED,
)
HES_ACCIDENT_AND_EMERGENCY = Shape(
    ATTENDANCES,
    {
        "provider_code": "provider_code",
        "setting": "'AE'",
        "attendance_number": "attendance_number",
        "person_id": "person_id",
        "attended_on": "arrival_date",
        "point_of_delivery": "'AE'",
        "hrg_code": _HRG,
        "treatment_function_code": "'180'",
        "age_years": _AGE,
        "sex": _SEX,
        "recorded_practice_code": _PRACTICE,
        "referral_source": "CAST(NULL AS VARCHAR)",
        "is_restricted": "is_of_restricted_kind",
    },
    key=("attendance_number",),
    rules=(_AGE_RULE,),
    person="person",
)


def read_hes_admitted_care(
    engine: Engine, files: Sequence[Path], *, key: bytes | None, delivery: str, headings: Sequence[HeadingMap] = ()
) -> Read:
    """This returns episodes of a file in HES layout, one row each, as EPISODES."""
    return read_delivery(
        engine, files, shapes={"hes_admitted_care": HES_ADMITTED_CARE}, key=key, delivery=delivery, headings=headings
    )


def read_hes_outpatients(
    engine: Engine, files: Sequence[Path], *, key: bytes | None, delivery: str, headings: Sequence[HeadingMap] = ()
) -> Read:
    """This returns the attended appointments of a file in HES layout as ATTENDANCES; those not attended are refused."""
    return read_delivery(
        engine, files, shapes={"hes_outpatients": HES_OUTPATIENTS}, key=key, delivery=delivery, headings=headings
    )


def read_hes_accident_and_emergency(
    engine: Engine, files: Sequence[Path], *, key: bytes | None, delivery: str, headings: Sequence[HeadingMap] = ()
) -> Read:
    """This returns the attendances of a file in HES layout as ATTENDANCES with setting AE."""
    shapes = {"hes_accident_and_emergency": HES_ACCIDENT_AND_EMERGENCY}
    return read_delivery(engine, files, shapes=shapes, key=key, delivery=delivery, headings=headings)
