"""What the survey "PBC two years on" printed of how long decisions take, to be shown beside measured times and never mixed with them.

Source: King's Fund and NHS Alliance, Practice-based commissioning two years on, 2009: 321 responses of an open link, which the
report itself calls a straw poll. Its shares are of people who answered, of what they say happens on average, and not of cases;
how many were asked each question is not printed. Figure 11 prints its bands without their values.
"""

from __future__ import annotations

from dataclasses import dataclass

DECISION, SERVICE_CHANGE = "decision", "service_change"
LEGS = {DECISION: "submission to decision", SERVICE_CHANGE: "approval to service change"}
WITHIN = "within_eight_weeks"
DAYS_OF_WEEK = 7
SOURCE = "King's Fund and NHS Alliance, Practice-based commissioning two years on, 2009"
CAUTION = (
    "The survey's figures are shares of the people who answered it in 2009, of what they said happens on average; they are not "
    "shares of cases."
)


@dataclass(frozen=True)
class Span:
    """A span of the survey in completed weeks, from and before; `decision` and `service_change` are its shares, if printed."""

    code: str
    title: str
    from_weeks: int
    before_weeks: int | None
    decision_share: float | None = None
    service_change_share: float | None = None
    asked: str = ""

    @property
    def from_days(self) -> int:
        """The first day of the span."""
        return self.from_weeks * DAYS_OF_WEEK

    @property
    def before_days(self) -> int | None:
        """The day after its last; none where it is open."""
        return None if self.before_weeks is None else self.before_weeks * DAYS_OF_WEEK

    def share_of(self, leg: str) -> float | None:
        """This returns what the survey printed for a leg, or None where it printed nothing."""
        return self.decision_share if leg == DECISION else self.service_change_share


BANDS = (
    Span("up_to_9_weeks", "up to 9 weeks", 0, 10),
    Span("from_10_to_19_weeks", "10 to 19 weeks", 10, 20),
    Span("from_20_weeks", "20 weeks or more", 20, None),
)
TAIL = Span(
    "from_25_weeks",
    "25 weeks or more",
    25,
    None,
    0.29,
    0.35,
    "of those who had submitted a case said it takes so long on average",
)
WITHIN_SURVEY = Span(
    WITHIN,
    "within eight weeks",
    0,
    None,
    0.18,
    None,
    "agree that their commissioner decides within eight weeks at most",
)
SPANS = (WITHIN_SURVEY, *BANDS, TAIL)
