"""Outpatient and A&E attendances, as delivered."""

from pbc.tables.contract import Table, code, day, days, flag, identifier

ATTENDANCES = Table(
    name="attendances",
    grain="one attendance at one provider",
    key=(
        "provider_code",
        "setting",
        "attendance_number",
    ),
    columns=(
        code("provider_code", "the hospital"),
        code("setting", "OP outpatient, AE accident and emergency", allowed=("OP", "AE")),
        code("attendance_number", "the hospital number of the attendance"),
        identifier("person_id", "keyed pseudonym; empty where the NHS number was absent or invalid", nullable=True),
        day("attended_on", "day of the attendance"),
        code("point_of_delivery", "OPFA first, OPFUP follow-up, OPPROC with a priced procedure, AE"),
        code("hrg_code", "price group: attendance group or procedure HRG"),
        code("treatment_function_code", "specialty; 180 for A&E"),
        days("age_years", "age on the day, whole years", nullable=True, maximum=130),
        code("sex", "1 male, 2 female, 9 not specified"),
        code("recorded_practice_code", "practice the hospital wrote down", nullable=True),
        code("referral_source", "who referred: GP, consultant, AE, other", nullable=True),
        flag("is_restricted", "of a legally restricted kind"),
    ),
)
