"""What an option costs or saves besides activity in hospitals: year, kind, who pays, whether it comes every year."""

from pbc.tables.contract import Table, code, count, flag, pence, text, year

COST_KINDS = ("set_up", "running", "double_running", "stranded_cost", "premises", "workforce")
PAID_FROM = ("freed_up_resources", "commissioner_investment", "contract_change", "partner")

CASE_COSTS = Table(
    name="case_costs",
    grain="one case, option and cost",
    key=("case_code", "option_code", "cost_number"),
    columns=(
        code("case_code", "the business case"),
        code("option_code", "the option"),
        count("cost_number", "row of the file, from 1", minimum=1),
        year("financial_year", "year in which it is paid, or first paid"),
        code(
            "kind",
            "set_up, running, double_running while old and new run side by side, stranded_cost of what is no longer used, "
            "premises, workforce",
            allowed=COST_KINDS,
        ),
        code("paid_from", "whose money: partner is nobody's of the NHS commissioner", allowed=PAID_FROM),
        flag("is_recurrent", "it is paid in every later year too"),
        pence("cost_pence", "what it costs in the year at prices of the year appraised; below nought it saves"),
        text("reason", "what it is for"),
    ),
)
