"""How far luck alone moves a budget, and where the year stands against it."""

from pbc.tables.contract import Table, code, flag, month, number, pence, ratio, text, year

CHANCE_BANDS = Table(
    name="chance_bands",
    grain="one year, month reached and unit",
    key=(
        "financial_year",
        "statement_month",
        "unit_kind",
        "unit_code",
    ),
    columns=(
        year("financial_year", "the year"),
        month("statement_month", "month reached"),
        code("unit_kind", "practice, cluster, commissioner, or risk_pool where a stop-loss applies"),
        code("unit_code", "its code"),
        pence("budget_pence", "budget of the lines judged, to date"),
        pence("actual_pence", "actual of the same lines, at plan prices"),
        pence("budget_at_chance_pence", "the part paid by activity, to which chance applies"),
        pence("chance_low_pence", "lower limit of the 95% chance band", nullable=True),
        pence("chance_high_pence", "upper limit", nullable=True),
        pence("outer_low_pence", "lower limit with the usual error of the formula", nullable=True),
        pence("outer_high_pence", "upper limit", nullable=True),
        ratio("own_change_ratio", "variance this year less that expected from the own earlier years", nullable=True),
        ratio("own_change_z", "the same in standard deviations", nullable=True),
        ratio("rest_variance_ratio", "variance of the rest of the commissioner", nullable=True),
        ratio("peer_log_ratio", "log of own ratio over that of the rest", nullable=True),
        ratio("peer_z", "the same in standard deviations", nullable=True),
        number("cheque_pounds", "phi: the size of one cheque used"),
        code("cheque_source", "estimated, default or spells: where it comes from", nullable=True),
        ratio("formula_error_ratio", "tau: the usual error of the budget formula used", nullable=True),
        code("formula_error_source", "estimated or default", nullable=True),
        code("label", "inside_chance, outside_chance_inside_outer, outside_outer, not_judged"),
        code("own_label", "own position: inside, outside_below, outside_above, not_shown"),
        flag("is_provisional", "deliveries still to come may change it"),
        text("sentence", "the reading in plain words"),
    ),
)
