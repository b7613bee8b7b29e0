"""What can happen to a proposal on the way to its decision: each event, after what it can come, and what it leaves behind.

Source: rules.md E4 and R7.1; the readings are those of decision methods/0250. Only `approved` and `refused` decide: "deferred",
"in principle" and "withdrawn at the commissioner's request" leave the clock running.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

NEW, WAITING, STOPPED = "new", "waiting", "stopped"
WITHDRAWN_BY_AUTHOR, WITHDRAWN_AT_REQUEST = "withdrawn_by_author", "withdrawn_at_request"
APPROVED, REFUSED, CHANGED = "approved", "refused", "service_changed"
SUBMITTED, RESUBMITTED, RESUMED = "submitted", "resubmitted", "resumed"
DECISIONS = (APPROVED, REFUSED)
_OPEN = (WAITING, STOPPED)


@dataclass(frozen=True)
class CaseEventKind:
    """An event: its code, what people call it, the states it can come in, and the state it leads to; none: it stays."""

    code: str
    title: str
    comes_in: tuple[str, ...]
    leads_to: str | None


# In the order in which events of one day are read.
CASE_EVENTS = {
    kind.code: kind
    for kind in (
        CaseEventKind(SUBMITTED, "submitted", (NEW,), WAITING),
        CaseEventKind(RESUBMITTED, "resubmitted", (NEW,), WAITING),
        CaseEventKind("stopped", "clock stopped for a missing item", (WAITING,), STOPPED),
        CaseEventKind(RESUMED, "clock resumed", (STOPPED,), WAITING),
        CaseEventKind("deferred", "deferred", _OPEN, None),
        CaseEventKind("decided_in_principle", "decided in principle", _OPEN, None),
        CaseEventKind(WITHDRAWN_BY_AUTHOR, "withdrawn by its author", _OPEN, WITHDRAWN_BY_AUTHOR),
        CaseEventKind(WITHDRAWN_AT_REQUEST, "withdrawn at the commissioner's request", _OPEN, WITHDRAWN_AT_REQUEST),
        CaseEventKind(APPROVED, "approved", _OPEN, APPROVED),
        CaseEventKind(REFUSED, "refused", _OPEN, REFUSED),
        CaseEventKind(CHANGED, "service changed", (APPROVED,), CHANGED),
    )
}
NOT_DECISIONS = ("deferred", "decided_in_principle", WITHDRAWN_AT_REQUEST)
ORDER = {code: at for at, code in enumerate(CASE_EVENTS)}
ENDED = (WITHDRAWN_BY_AUTHOR, WITHDRAWN_AT_REQUEST, APPROVED, REFUSED, CHANGED)  # after these a case may be resubmitted
STATE_TITLES = {
    NEW: "not submitted", WAITING: "waiting for a decision", STOPPED: "stopped for a missing item",
    WITHDRAWN_BY_AUTHOR: "withdrawn by its author", WITHDRAWN_AT_REQUEST: "withdrawn at the commissioner's request",
    APPROVED: "approved", REFUSED: "refused", CHANGED: "in service",
}  # fmt: skip


def state_after(events: Iterable[str]) -> tuple[str, str | None]:
    """This returns the state of one case after events in order, and the first of them that cannot come where it stands.

    >>> state_after(["submitted", "stopped", "resumed", "approved"])
    ('approved', None)
    >>> state_after(["submitted", "refused", "approved"])
    ('refused', 'approved')
    """
    state = NEW
    for event in events:
        kind = CASE_EVENTS[event]
        if state not in kind.comes_in:
            return state, event
        state = kind.leads_to or state
    return state, None
