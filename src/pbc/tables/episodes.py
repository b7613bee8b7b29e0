"""Finished consultant episodes of admitted care, as delivered."""

from pbc.tables.contract import Table, code, count, day, days, flag, identifier

EPISODES = Table(
    name="episodes",
    grain="one episode of one provider spell",
    key=(
        "provider_code",
        "spell_number",
        "episode_number",
    ),
    columns=(
        code("provider_code", "the hospital"),
        code("spell_number", "the hospital number of the stay"),
        count("episode_number", "1 for the first episode of the stay"),
        identifier("person_id", "keyed pseudonym; empty where the NHS number was absent or invalid", nullable=True),
        day("admission_on", "first day of the stay"),
        day("discharge_on", "last day of the stay"),
        day("episode_start_on", "first day of the episode"),
        day("episode_end_on", "last day of the episode"),
        code("admission_method", "national code: 11 to 13 elective, 2x emergency, 31 and 32 maternity, 81 to 83 other"),
        code("patient_classification", "1 ordinary admission, 2 day case, 3 and 4 regular attender, 5 mother and baby"),
        code("hrg_code", "healthcare resource group of the stay"),
        code("treatment_function_code", "specialty treating"),
        code("primary_diagnosis_code", "ICD-10", nullable=True),
        code("primary_procedure_code", "OPCS-4", nullable=True),
        days("age_years", "age on admission, whole years", nullable=True, maximum=130),
        code("sex", "1 male, 2 female, 9 not specified"),
        code("recorded_practice_code", "practice the hospital wrote down", nullable=True),
        days("unpaid_days", "days paid outside the tariff: critical care, rehabilitation"),
        flag("is_restricted", "of a legally restricted kind: codes generalised on reading, cost pooled"),
    ),
)
