"""What a business case promised and how it will be judged, frozen before the service changes."""

from pbc.tables.contract import Table, code, count, day, flag, month, number, pence, ratio, text, year

BENEFIT_CASES = Table(
    name="benefit_cases",
    grain="one case",
    key=("case_code",),
    columns=(
        code("case_code", "the case, as sets are named for it"),
        text("case_title", "what the case is called"),
        code("commissioner_code", "whose practices' rates are the yardstick"),
        month("start_month", "month the service changes"),
        month("baseline_first_month", "first month of the year before that comparators are chosen by"),
        month("baseline_last_month", "last month of it"),
        text("measure_title", "what is counted, in words"),
        text("points_of_delivery", "kinds of activity counted, comma between"),
        text("specialties", "specialties counted, comma between; empty for all", nullable=True),
        text("hrg_codes", "price groups counted, comma between; empty for all", nullable=True),
        text("hospitals", "hospitals counted, comma between; empty for all", nullable=True),
        code("counted_in", "what is judged: contacts, or their cost", allowed=("contacts", "cost")),
        code("improvement_direction", "which way is better", allowed=("lower", "higher")),
        count("promised_count", "contacts a full year was promised to improve by"),
        pence("promised_pence", "money a full year was promised to improve by"),
        count("phase_in_months", "months until the promise is due in full; 0 at once"),
        year("price_year", "whose prices every month is costed at"),
        count("unpriced_count", "contacts of the baseline year without a price then: counted, costing nothing"),
        count("case_observed_count", "contacts of the case's practices in the baseline year"),
        pence("case_observed_pence", "their cost"),
        ratio(
            "standardised_ratio", "of the case's practices together: observed over expected", nullable=True, minimum=0
        ),
        number("cheque_size", "how lumpy people make the measure (phi): contacts, or pence, of one independent event"),
        number("event_cheque_size", "the same of single contacts, as if nobody came twice"),
        code("cheque_source", "estimated on people, or guessed from events", allowed=("estimated", "events")),
        ratio("persistence_ratio", "part of a practice's luck that stays with its people", minimum=0),
        ratio("spread_ratio", "standard deviation of practices' true ratios", minimum=0),
        count("comparators_count", "comparators chosen"),
        flag("is_fair", "enough comparators are near enough"),
        text("reason", "plain sentence: why the comparison is fair or is not"),
        day("chosen_on", "day the comparators were chosen, before the start month"),
    ),
    note="Published with benefit_practices and benefit_rates as benefit-baseline/CASE, and never again once the start month has "
    "begun (decision methods/0256).",
)
