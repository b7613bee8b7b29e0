"""What happened at each practice after a case began, beside what was to be expected without it."""

from pbc.tables.benefit_practices import ROLES
from pbc.tables.contract import Table, code, count, month, number, pence, ratio

BENEFIT_LINES = Table(
    name="benefit_lines",
    grain="one case, months after the start and practice",
    key=(
        "case_code",
        "after_months",
        "practice_code",
    ),
    columns=(
        code("case_code", "the case"),
        count("after_months", "3, 6 or 12"),
        code("practice_code", "the practice"),
        month("start_month", "month the service changed"),
        code("role", "as chosen before the start", allowed=ROLES),
        count("observed_count", "contacts in the months judged"),
        pence("observed_pence", "their cost at the prices of the baseline"),
        number("expected_number", "what its people would have at the baseline's rates, contacts or pence as the measure is counted"),
        ratio("standardised_ratio", "of the baseline year: observed over expected", minimum=0),
        ratio("lasting_ratio", "part of its distance from 1 in the baseline that is expected to last; the rest was luck", minimum=0),
        number("predicted_number", "expected, times 1 and what lasts of its distance: what no change would bring, but for the trend of all"),
        ratio("variance_ratio", "variance of observed over predicted by luck and drift together", minimum=0),
    ),
)  # fmt: skip
