"""What a gain-share agreement pays each partner, or asks of it, step by step."""

from pbc.tables.contract import Table, code, count, flag, pence, text, year

STEPS = ("benchmark", "actual", "gate", "quality", "share", "cap", "loss", "loss_limit")

GAIN_SHARES = Table(
    name="gain_shares",
    grain="one year, unit, basis, partner and step",
    key=(
        "financial_year",
        "unit_kind",
        "unit_code",
        "basis",
        "partner_code",
        "step",
    ),
    columns=(
        year("financial_year", "the year"),
        code("unit_kind", "practice or cluster: where the budget is held", allowed=("practice", "cluster")),
        code("unit_code", "its code"),
        code("basis", "price or bill, as freed-up resources are counted", allowed=("price", "bill")),
        code("partner_code", "the partner, as the agreement names it"),
        count("step_number", "place of the step, from 1", minimum=1),
        code("step", "what adds or takes", allowed=STEPS),
        pence("amount_pence", "the partner's part of what the step adds or takes"),
        pence("left_pence", "its part of what stands after the step; after the actual, the gross saving"),
        text("reason", "what was applied, in words"),
        code("parameter", "policy value that decided it", nullable=True),
        flag("is_payable", "a signed agreement lets it be paid; else it shows what an example would give"),
    ),
    note="The steps of a partner add up to what it is paid, below nought what it owes; partners add up to the unit.",
)
