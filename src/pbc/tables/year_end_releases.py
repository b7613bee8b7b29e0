"""What of a year's freed-up resources is released at each position, what is held back, and what was released too much."""

from pbc.tables.contract import Table, code, pence, ratio, year

YEAR_END_RELEASES = Table(
    name="year_end_releases",
    grain="one year, position and unit",
    key=(
        "financial_year",
        "position",
        "unit_kind",
        "unit_code",
    ),
    columns=(
        year("financial_year", "the year"),
        code("position", "closing_estimate, frozen or final", allowed=("closing_estimate", "frozen", "final")),
        code("unit_kind", "practice or cluster: where the budget is held", allowed=("practice", "cluster")),
        code("unit_code", "its code"),
        pence("retained_pence", "the practices part at this position, on the basis shared"),
        ratio("release_share", "share of it that may be released by this position"),
        pence("released_before_pence", "released at earlier positions"),
        pence("released_now_pence", "released at this position"),
        pence("released_pence", "released in all"),
        pence("held_back_pence", "kept back for later positions"),
        pence(
            "over_released_pence", "released more than this position gives; not taken back without a recorded notice"
        ),
        code("rule", "rule applied"),
        code("parameter", "policy value used"),
    ),
    note="Retained is released plus held back less over-released. What is released never falls from one position to the next.",
)
