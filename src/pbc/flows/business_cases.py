"""What a page of a case asks at once, before anything is published: due date, clock, stop, meeting and route.

Pure answers from the events, meetings and sums in hand; nothing is read or written.
"""

from pbc.methods.business_cases import (
    CaseClock,
    CaseEvent,
    CaseRoute,
    ClockRules,
    MeetingFound,
    find_clock_rules,
    find_due_date,
    find_last_meeting,
    find_route,
    list_stop_faults,
    measure_clock,
)

__all__ = [
    "CaseClock",
    "CaseEvent",
    "CaseRoute",
    "ClockRules",
    "MeetingFound",
    "find_clock_rules",
    "find_due_date",
    "find_last_meeting",
    "find_route",
    "list_stop_faults",
    "measure_clock",
]
