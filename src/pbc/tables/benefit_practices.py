"""Where each practice stood in the year before a case, and who was chosen to be compared with."""

from pbc.tables.contract import Table, code, count, month, number, pence, ratio, text

ROLES = ("case", "comparator", "other")

BENEFIT_PRACTICES = Table(
    name="benefit_practices",
    grain="one case and practice of its commissioner",
    key=(
        "case_code",
        "practice_code",
    ),
    columns=(
        code("case_code", "the case"),
        code("practice_code", "the practice"),
        month("start_month", "month the service changes"),
        code("role", "case: the service changes there; comparator: chosen; other: not chosen", allowed=ROLES),
        number("mean_population", "people on the list, mean over the months of the baseline year"),
        count("observed_count", "contacts in the baseline year"),
        pence("observed_pence", "cost of its contacts"),
        number("expected_number", "what its people would have at the commissioner's rates by age and sex: contacts, or pence, as the measure is counted"),
        ratio("standardised_ratio", "observed over expected, as the measure is counted; empty if nothing is expected", nullable=True, minimum=0),
        ratio("low_ratio", "lower end of its 95% interval", nullable=True, minimum=0),
        ratio("high_ratio", "upper end of its 95% interval", nullable=True, minimum=0),
        ratio("need_index", "need for hospital care, England 1; empty where not held", nullable=True, minimum=0),
        code("nearest_practice_code", "the case's practice it is most like", nullable=True),
        ratio("distance_ratio", "how far from it: 1 is the most that is near, by the root mean square", nullable=True, minimum=0),
        text("reason", "plain words: why it is in its role"),
    ),
)  # fmt: skip
