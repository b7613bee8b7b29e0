"""How many cases were decided, and services changed, within eight weeks and by the bands of a survey, by commissioner."""

from pbc.reference.decision_survey import LEGS, SPANS
from pbc.tables.contract import Table, code, count, day, ratio, text

DECISION_SHARES = Table(
    name="decision_shares",
    grain="one commissioner, leg and span",
    key=("commissioner_code", "leg", "span"),
    columns=(
        code("commissioner_code", "who decides"),
        code("leg", "submission to decision, or approval to service change", allowed=tuple(LEGS)),
        code(
            "span",
            "the span of time: within eight weeks, or completed weeks",
            allowed=tuple(each.code for each in SPANS),
        ),
        day("as_at_on", "the day it is told for"),
        count("cases_count", "all cases of the leg"),
        count("judged_count", "those begun long enough ago to be told: the base of the share"),
        count("measured_count", "of these, cases whose time lies in the span"),
        count("waiting_count", "of the measured, cases that still wait"),
        ratio("measured_share", "measured of judged; empty where none can be judged", nullable=True, minimum=0),
        ratio("low_share", "lower end of the 95% interval of that share (Wilson)", nullable=True, minimum=0),
        ratio("high_share", "upper end of it", nullable=True, minimum=0),
        ratio(
            "survey_share",
            "what a survey of 2009 printed: a share of people who answered, not of cases",
            nullable=True,
            minimum=0,
        ),
        text("survey_asked", "what those people said", nullable=True),
    ),
    note="The three bands of a leg have one base and add up to it. The 25 weeks or more are part of the last band, on a base of their own.",
)
