"""How long decisions take, from the events of proposals: the engine's times and shares as pages read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pbc.flows.decision_times import time_decisions
from pbc.reference.case_events import CHANGED
from pbc.reports.decision_times import DecisionMaterial
from pbc_web.runs.reading import site_policy

__all__ = ["DecisionMaterial", "HappenedTo", "decision_times_of"]


@dataclass(frozen=True)
class HappenedTo:
    """An event of a proposal, by the words of the engine's table `case_events`."""

    case_code: str
    commissioner_code: str
    happened_on: date
    event: str
    missing_item: str = ""
    earlier_case_code: str = ""


def decision_times_of(events: Sequence[HappenedTo], *, as_at: date) -> DecisionMaterial | None:
    """This returns times and shares as at a day, from events as they were recorded, first to last; None where nothing was
    submitted by it. What stands twice on a day counts once, and of a change of service the day recorded last (decision 0290)."""
    changes = {each.case_code: each for each in events if each.event == CHANGED}
    known = [each for each in dict.fromkeys(events) if each.event != CHANGED or changes[each.case_code] == each]
    rows = [{**vars(each), "happened_on": each.happened_on.isoformat()} for each in known if each.happened_on <= as_at]
    return time_decisions(rows, as_at=as_at, policy=site_policy()) if rows else None
