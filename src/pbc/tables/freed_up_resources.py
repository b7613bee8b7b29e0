"""What was released against budget at the year end, and whose it is."""

from pbc.tables.contract import Table, code, flag, pence, ratio, year

FREED_UP_RESOURCES = Table(
    name="freed_up_resources",
    grain="one year, unit and basis",
    key=(
        "financial_year",
        "unit_kind",
        "unit_code",
        "basis",
    ),
    columns=(
        year("financial_year", "the year"),
        code("unit_kind", "practice or cluster: where the budget is held", allowed=("practice", "cluster")),
        code("unit_code", "its code"),
        code(
            "basis",
            "price: at the prices of activity; bill: the change in the commissioner bill this year",
            allowed=("price", "bill"),
        ),
        pence("budget_pence", "budget of lines that can free money"),
        pence("actual_pence", "actual of the same lines"),
        pence("gross_underspend_pence", "sum of practice underspends before any overspend is set against them"),
        pence("freed_up_pence", "what is to be shared by the rules of the year"),
        pence("retained_pence", "the practices part"),
        pence("commissioner_pence", "the commissioner part"),
        ratio("retained_share", "the share used"),
        flag("is_shared", "this basis is the one shared"),
        code("label", "where the year stands against its chance band"),
        code("rule", "rule applied"),
        code("parameter", "policy value used"),
    ),
)
