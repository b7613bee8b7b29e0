"""How the national list price of what was prescribed moved from month to month, and the months in which the list changed."""

from pbc.tables.contract import Table, count, flag, month, pence, ratio

PRESCRIBING_PRICES = Table(
    name="prescribing_prices",
    grain="one statement month and month of dispensing",
    key=(
        "statement_month",
        "month",
    ),
    columns=(
        month("statement_month", "month reported"),
        month("month", "month of dispensing, compared with the one before"),
        count("products_count", "products dispensed in both months"),
        pence("before_pence", "what this month's quantities of them cost at the prices of the month before"),
        pence("now_pence", "what they cost"),
        ratio("change_ratio", "now over before, less one"),
        flag("is_list_changed", "whether the list is taken to have changed: the ratio is beyond the policy value"),
    ),
    note="Price is net ingredient cost over quantity, of all prescribers together.",
)
