"""Allocations of commissioners over years as somebody typed them from what was published."""

from pbc.tables.contract import Table, code, count, pence, year

RULES = ("growth_only", "convergence_rate", "share_of_distance")

ALLOCATIONS = Table(
    name="allocations",
    grain="one commissioner and year",
    key=("commissioner_code", "financial_year"),
    columns=(
        code("commissioner_code", "whose allocation it is"),
        year("financial_year", "the year"),
        pence(
            "opening_pence", "what the year opens with; empty where it is the closing of the year before", nullable=True
        ),
        pence("target_pence", "the target allocation of the year"),
        count("growth_millionths", "growth of the year, in millionths of the opening", minimum=None),
        code("rule", "how the year moves towards its target", allowed=RULES),
        count("rule_millionths", "the rule's rate, in millionths; empty for growth_only", nullable=True, minimum=None),
    ),
    note="convergence_rate is a part of the opening, below nought where money is taken; share_of_distance is the part of the "
    "distance between the grown opening and the target that closes in the year.",
)
