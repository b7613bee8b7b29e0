"""The parts of the reading page that every proposal has: what it is and how it stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pbc_web.accounts.actor import Actor
from pbc_web.business_cases.models import Proposal
from pbc_web.business_cases.parts import add_part
from pbc_web.business_cases.shown import COLOURS, is_late, kind_of, time_left
from pbc_web.shell.clock import day_of
from pbc_web.shell.words import day


def lend_parts() -> None:
    """Hang this app's own parts on the page."""
    add_part(0, "business_cases/part_head.html", head)


def head(actor: Actor, proposal: Proposal, at: datetime) -> Mapping[str, Any]:
    """What it is, from whom, to whom, by when, and how it stands."""
    today = day_of(at)
    facts = [
        ("What it is", kind_of(proposal)), ("From", proposal.owner.name), ("To", proposal.commissioner.name),
        *([("Part of", str(proposal.parent))] if proposal.parent else []),
        *([("Submitted", day(proposal.submitted_at))] if proposal.submitted_at else []),
        ("Decision due", day(proposal.due_on, "Eight weeks after it is submitted")),
        ("Time left", time_left(proposal, today=today)),
    ]  # fmt: skip
    late = is_late(proposal, today=today)
    return {
        "facts": facts, "state": "Late" if late else proposal.get_state_display(),
        "colour": "red" if late else COLOURS.get(proposal.state, "grey"),
    }  # fmt: skip
