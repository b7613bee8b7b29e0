"""How long each case took, or has waited: submission to decision, and approval to service change."""

from pbc.reference.case_events import STATE_TITLES
from pbc.tables.contract import Table, code, count, day, days, flag

CONTINUED = "resubmitted"  # a case that goes on under another code, which carries its clock

DECISION_TIMES = Table(
    name="decision_times",
    grain="one case, as at a day",
    key=("case_code",),
    columns=(
        code("case_code", "the plan or business case"),
        code("commissioner_code", "who decides it"),
        day("as_at_on", "the day it is told for; what happened later is not known"),
        code("state", "where it stands", allowed=(*(state for state in STATE_TITLES if state != "new"), CONTINUED)),
        day("submitted_on", "first submission of the same case: the clock's first day"),
        day("received_on", "submission under this code; other than submitted_on where a case came back"),
        code("earlier_case_code", "the code it had before, where it was resubmitted", nullable=True),
        code("continued_by_code", "the code under which it was resubmitted", nullable=True),
        day("due_on", "last day of the eight weeks, fixed at submission"),
        day("decided_on", "day of approval or refusal; empty while there is none", nullable=True),
        days("gross_days", "calendar days from submission to decision, to the author's withdrawal, or so far"),
        days("stopped_days", "of these, days of the permitted stop"),
        days("net_days", "the others: gross less stopped"),
        count("refused_stops_count", "stops that the rules do not permit and that stopped nothing"),
        count(
            "put_off_count",
            "deferrals, decisions in principle and withdrawals at the commissioner's request: no decisions",
        ),
        flag("is_decided", "whether there is a decision"),
        flag("is_late", "whether the eight weeks ended without a decision"),
        flag("is_judged", "whether the eight weeks are over and a decision was owed: the case counts in the share"),
        day("changed_on", "day the service changed; empty while it did not", nullable=True),
        days(
            "change_days",
            "calendar days from approval to the change of service, or so far; empty if not approved",
            nullable=True,
        ),
    ),
    note="gross_days = stopped_days + net_days in every row. A case that was resubmitted stands here too, under the state "
    "resubmitted, and counts under its later code alone.",
)
