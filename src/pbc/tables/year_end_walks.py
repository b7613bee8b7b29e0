"""How each practice's year moved from one position of its closing to the next."""

from pbc.tables.contract import Table, code, pence, year

YEAR_END_WALKS = Table(
    name="year_end_walks",
    grain="one year, position, practice and basis",
    key=(
        "financial_year",
        "position",
        "practice_code",
        "basis",
    ),
    columns=(
        year("financial_year", "the year"),
        code("position", "frozen or final: the position reached", allowed=("frozen", "final")),
        code("practice_code", "the practice"),
        code(
            "basis",
            "price: at the prices of activity; bill: the change in the commissioner bill",
            allowed=("price", "bill"),
        ),
        pence("before_pence", "under budget at the position before; negative is over"),
        pence("budget_pence", "what a changed budget adds"),
        pence("late_data_pence", "what activity of late deliveries takes"),
        pence("restatement_pence", "what restated deliveries, a changed register and the stop-loss add or take"),
        pence("prescribing_pence", "what prescribing known since adds or takes"),
        pence("price_pence", "what other prices than planned add or take"),
        pence("terms_pence", "what contract terms add or take; nothing at price"),
        pence("now_pence", "under budget at this position"),
    ),
    note="Before and the six causes add up to now, to the penny.",
)
