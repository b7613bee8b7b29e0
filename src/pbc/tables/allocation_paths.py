"""A commissioner's allocation over years, from what it opened with towards its target."""

from pbc.tables.allocations import RULES
from pbc.tables.contract import Table, code, pence, ratio, text, year

ALLOCATION_PATHS = Table(
    name="allocation_paths",
    grain="one commissioner and year",
    key=("commissioner_code", "financial_year"),
    columns=(
        code("commissioner_code", "whose allocation it is"),
        year("financial_year", "the year"),
        pence("before_pence", "what the year before closed at; in the first year what it opened with"),
        pence("rebased_pence", "what an opening read for the year adds to that; nought where none was read"),
        pence("growth_pence", "what the growth read for the year adds"),
        pence("convergence_pence", "what the rule read for the year adds or takes towards the target"),
        pence("closing_pence", "the year's allocation"),
        pence("target_pence", "the target read for the year"),
        ratio("distance_ratio", "closing over target less one; above nought is over target", nullable=True),
        code("rule", "the rule read for the year; empty where codes merged", nullable=True, allowed=RULES),
        text("source", "the file it was read from"),
    ),
    note="Before, rebased, growth and convergence add up to closing. Every figure is read from a file or follows from those.",
)
