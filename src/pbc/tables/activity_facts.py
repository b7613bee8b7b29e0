"""Each billable contact, decided once on the way in: attributed, coded, dated."""

from pbc.tables.contract import Table, code, day, days, flag, identifier, month

ACTIVITY_FACTS = Table(
    name="activity_facts",
    grain="one stay or attendance accepted",
    key=(
        "setting",
        "provider_code",
        "record_number",
    ),
    columns=(
        code("setting", "APC admitted, OP outpatient, AE accident and emergency", allowed=("APC", "OP", "AE")),
        code("provider_code", "the hospital"),
        code("record_number", "the hospital number of the stay or attendance"),
        identifier("person_id", "keyed pseudonym", nullable=True),
        day("activity_on", "discharge or attendance: decides month, year, price and practice"),
        month("month", "month of activity_on"),
        code("point_of_delivery", "DC, EL, NEL, NELNE, OPFA, OPFUP, OPPROC, AE"),
        code("treatment_function_code", "specialty"),
        code("hrg_code", "price group"),
        days("paid_stay_days", "days of stay that the tariff pays for; 0 for attendances"),
        days("age_years", "age, whole years", nullable=True, maximum=130),
        code("sex", "1 male, 2 female, 9 not specified"),
        code("practice_code", "practice that answers for it, or not-attributed"),
        code("recorded_practice_code", "practice the hospital wrote down", nullable=True),
        code(
            "attribution",
            "how the practice was found",
            allowed=("registered", "corrected", "recorded", "not_registered", "unknown_practice"),
        ),
        code("commissioner_code", "who pays"),
        flag("is_restricted", "of a legally restricted kind: shown only in the pooled line"),
        code("register_version", "set of the register that placed it"),
    ),
    note="registered: register and hospital agree. corrected: the register overrules the hospital. recorded: no NHS number to look up, the hospital is believed.",
)
