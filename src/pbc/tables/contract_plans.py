"""What each line of a contract is planned to come to, month by month."""

from pbc.tables.contract import Table, code, count, month, pence, text, year

CONTRACT_PLANS = Table(
    name="contract_plans",
    grain="one commissioner, provider, point of delivery and month",
    key=("commissioner_code", "provider_code", "financial_year", "point_of_delivery", "month"),
    columns=(
        code("commissioner_code", "who pays"),
        code("provider_code", "the hospital"),
        year("financial_year", "the year"),
        code("point_of_delivery", "kind of activity"),
        month("month", "month of activity"),
        count("plan_activity_count", "stays or attendances planned"),
        pence("plan_pence", "what they are planned to cost; the months of a line add up to its plan of the year"),
        text("source", "contract or assumption"),
    ),
    note="A line none of whose months is delivered has its plan of the year parted by days of the month, to the penny.",
)
