"""What the engine makes of a case: its worth in sentences and tables, each step leading to how it came about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse

from pbc_web.accounts.actor import Actor
from pbc_web.business_cases.case_rows import ROWS, made_of, rows_of
from pbc_web.business_cases.models import Appraisal, Proposal
from pbc_web.business_cases.permissions import may_propose
from pbc_web.business_cases.queries.appraisals import last_asked, last_done
from pbc_web.business_cases.queries.in_sight import is_author
from pbc_web.business_cases.queries.sections import latest_of
from pbc_web.business_cases.routing import Latest, yearly_of
from pbc_web.organisations.queries import codes_answered_for
from pbc_web.runs.appraisal_readings import APPRAISED, appraised_in
from pbc_web.runs.explaining import Door, Named

MONEY = tuple(ROWS[each] for each in ("case_costs", "case_money"))


def appraisal(actor: Actor, proposal: Proposal, at: datetime) -> Mapping[str, Any] | None:
    """The last appraisal, whether it is of the rows as they stand, and for those who write a draft the way to one."""
    if proposal.kind != "case":
        return None
    done, latest = last_done(proposal), latest_of(proposal)
    writes = proposal.state == "draft" and may_propose(actor) and is_author(actor, proposal)
    asked = last_asked(proposal) if writes else None
    if done is None and not writes and not names_money(latest):
        return None
    return {
        "code": proposal.code, "done": done, "is_current": done is not None and done.made_of == made_of(latest),
        "shown": appraised_in(done.set_name, done.set_id) if done else None, "writes": writes,
        "has_rows": "case_options" in rows_of(proposal, latest), "run": asked.run if asked and asked.done_at is None else None,
        "explain": reverse("business_cases:figure", args=[proposal.code]),
    }  # fmt: skip


def names_money(latest: Latest) -> bool:
    """Whether a case says that it moves money."""
    return bool(yearly_of("case", latest)) or any(
        each in latest and latest[each].answers.get(name) for each, name in MONEY
    )


def appraised_words(proposal: Proposal, latest: Latest) -> str:
    """This returns whether a case is appraised as its rows stand, before it is submitted; nothing where it moves no money."""
    done = last_done(proposal)
    if proposal.kind != "case" or (done is None and not names_money(latest)):
        return ""
    if done is None:
        return "Not appraised: the engine has not worked out what it costs and saves. You can have it appraised on the case’s page."
    if done.made_of != made_of(latest):
        return "Appraised, but its rows have changed since. You can have it appraised again on the case’s page."
    return "Appraised as its rows stand."


def door_of(actor: Actor, done: Appraisal) -> Door:
    """This returns the door of an appraisal for a reader: its own tables, of one practice's budget only where it is theirs."""
    detail = codes_answered_for(actor.reach.detail, on=actor.on)

    def opens(named: Named) -> bool:
        return "practice_code" not in named.key or named.key["practice_code"] in detail

    return Door(sets=((done.set_name, done.set_id),), opens=opens, tables=APPRAISED)
