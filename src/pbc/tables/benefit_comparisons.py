"""What a case promised beside what then happened, against comparators frozen before it began."""

from pbc.tables.contract import Table, code, count, month, number, pence, ratio, text

VERDICTS = ("better_than_promised", "as_promised", "less_than_promised", "cannot_tell", "no_fair_comparator")

BENEFIT_COMPARISONS = Table(
    name="benefit_comparisons",
    grain="one case and months after the start",
    key=(
        "case_code",
        "after_months",
    ),
    columns=(
        code("case_code", "the case"),
        count("after_months", "3, 6 or 12"),
        month("start_month", "month the service changed"),
        count("months_count", "months judged: delivered and complete enough"),
        code("verdict", "what the facts say of the promise", allowed=VERDICTS),
        text("reason", "plain words: why that is the verdict"),
        count("case_observed_count", "contacts of the case's practices in the months judged"),
        pence("case_observed_pence", "their cost"),
        count("comparators_observed_count", "contacts of the comparators"),
        pence("comparators_observed_pence", "their cost"),
        number("case_predicted_number", "what no change would have brought the case's practices, but for the trend", nullable=True),
        number("comparators_predicted_number", "the same of the comparators", nullable=True),
        ratio("common_ratio", "the trend of all: comparators' observed over predicted", nullable=True, minimum=0),
        ratio("effect_ratio", "the case's observed over predicted, over that of comparators; 1 is no change", nullable=True, minimum=0),
        ratio("low_ratio", "lower end of its 95% chance band", nullable=True, minimum=0),
        ratio("high_ratio", "upper end of its 95% chance band", nullable=True, minimum=0),
        ratio("drift_ratio", "standard deviation by which practices' ratios drift beyond luck", nullable=True, minimum=0),
        ratio("before_after_ratio", "a plain before and after of the case's practices: fooled by trend and by luck", nullable=True, minimum=0),
        count("promised_count", "contacts a full year was promised to improve by"),
        number("due_count", "of it, at the yearly pace the months judged should have reached"),
        number("found_count", "contacts a year better at the pace of the months judged; below 0 worse", nullable=True),
        number("low_count", "lower end of its 95% chance band", nullable=True),
        number("high_count", "upper end of its 95% chance band", nullable=True),
        pence("promised_pence", "money a full year was promised to improve by"),
        pence("due_pence", "of it, at the yearly pace the months judged should have reached"),
        pence("found_pence", "money a year better at the pace of the months judged; below 0 worse", nullable=True),
        pence("low_pence", "lower end of its 95% chance band", nullable=True),
        pence("high_pence", "upper end of its 95% chance band", nullable=True),
    ),
    note="Better is the direction the case declared: lower or higher. A result that cannot be told from chance is published like any other.",
)  # fmt: skip
