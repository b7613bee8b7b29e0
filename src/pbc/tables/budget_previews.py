"""What a draft budget would mean to each practice before any of it is spent: need, distance, pace and how far luck goes."""

from pbc.tables.contract import Table, code, count, number, pence, ratio, text, year

BUDGET_PREVIEWS = Table(
    name="budget_previews",
    grain="one year and unit",
    key=("financial_year", "unit_kind", "unit_code"),
    columns=(
        year("financial_year", "the year budgeted"),
        code("unit_kind", "practice, cluster or commissioner", allowed=("practice", "cluster", "commissioner")),
        code("unit_code", "its code"),
        code("cluster_code", "a practice's cluster or neighbourhood", nullable=True),
        code("commissioner_code", "who pays"),
        count("list_size", "people on the list"),
        ratio("need_index_england", "weighted over registered, England 1", nullable=True, minimum=0),
        ratio("need_index_commissioner", "the same relative to the commissioner", nullable=True, minimum=0),
        pence("historic_pence", "what its past activity comes to at this year prices", nullable=True),
        pence("target_pence", "fair share"),
        pence("budget_pence", "budget drafted"),
        ratio("opening_distance_ratio", "past activity uplifted, over target less one", nullable=True),
        ratio("closing_distance_ratio", "budget over target less one"),
        number("years_to_target", "years at this pace until within one percent", nullable=True),
        pence(
            "judged_pence",
            "budget of the lines that can be judged: hospital care and prescribing, not what is shared by head",
        ),
        pence(
            "chance_low_pence",
            "lower limit of the 95% chance band of those lines; empty if too small to judge",
            nullable=True,
        ),
        pence("chance_high_pence", "upper limit", nullable=True),
        pence("outer_low_pence", "lower limit with the usual error of the formula", nullable=True),
        pence("outer_high_pence", "upper limit", nullable=True),
        number("cheque_pounds", "phi: the size of one cheque used"),
        code("cheque_source", "estimated, default or spells: where it comes from", nullable=True),
        ratio("formula_error_ratio", "tau: the usual error of the budget formula used", nullable=True),
        code("formula_error_source", "estimated or default", nullable=True),
        text("list_note", "university, care home, small list: why it is pooled or judged apart", nullable=True),
    ),
)
