"""Hospital stays: the episodes of one admission at one provider, joined."""

from pbc.tables.contract import Table, code, count, day, days, flag, identifier

SPELLS = Table(
    name="spells",
    grain="one stay at one provider",
    key=(
        "provider_code",
        "spell_number",
    ),
    columns=(
        code("provider_code", "the hospital"),
        code("spell_number", "the hospital number of the stay"),
        identifier("person_id", "keyed pseudonym; empty where the NHS number was absent or invalid", nullable=True),
        day("admission_on", "first day of the stay"),
        day("discharge_on", "last day of the stay; decides month, year and practice"),
        code("admission_method", "national code of the first episode"),
        code("patient_classification", "1 ordinary admission, 2 day case"),
        code("point_of_delivery", "DC, EL, NEL or NELNE"),
        code("hrg_code", "healthcare resource group of the stay"),
        code("treatment_function_code", "specialty of the first episode"),
        code("primary_diagnosis_code", "ICD-10 of the first episode", nullable=True),
        days("age_years", "age on admission, whole years", nullable=True, maximum=130),
        code("sex", "1 male, 2 female, 9 not specified"),
        code("recorded_practice_code", "practice the hospital wrote down", nullable=True),
        days("length_of_stay_days", "nights from admission to discharge"),
        days("paid_stay_days", "length of stay less days paid outside the tariff"),
        count("episodes_count", "episodes joined"),
        flag("is_restricted", "of a legally restricted kind"),
    ),
)
