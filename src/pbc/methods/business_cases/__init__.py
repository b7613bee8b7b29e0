"""Business cases: the clock of their decisions, how long both legs take, the calendar of meetings, and proportionate routes."""

from pbc.methods.business_cases.clock import CaseClock, CaseEvent, list_stop_faults, measure_clock
from pbc.methods.business_cases.decision_shares import find_counted_cases, measure_decision_shares
from pbc.methods.business_cases.decision_times import measure_decision_times
from pbc.methods.business_cases.meetings import MeetingFound, find_last_meeting, list_submission_stretches
from pbc.methods.business_cases.routes import CaseRoute, find_route
from pbc.methods.business_cases.rules import ClockRules, find_clock_rules, find_due_date

__all__ = [
    "CaseClock",
    "CaseEvent",
    "CaseRoute",
    "ClockRules",
    "MeetingFound",
    "find_clock_rules",
    "find_counted_cases",
    "find_due_date",
    "find_last_meeting",
    "find_route",
    "list_stop_faults",
    "list_submission_stretches",
    "measure_clock",
    "measure_decision_shares",
    "measure_decision_times",
]
