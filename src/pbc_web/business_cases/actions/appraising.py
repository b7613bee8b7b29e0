"""Having a case appraised by the engine, as its rows stand; and taking figures of published results into a proposal."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from django.db import transaction

from pbc.errors import RefusedInput
from pbc_web.accounts.actor import Actor
from pbc_web.audit.actions import record
from pbc_web.business_cases.actions.writing import held_for_change, require_writer
from pbc_web.business_cases.case_rows import made_of, rows_of
from pbc_web.business_cases.models import Appraisal, Proposal
from pbc_web.business_cases.queries.sections import latest_of
from pbc_web.runs.actions import ask
from pbc_web.runs.appraisal_readings import row_faults
from pbc_web.runs.models import Run

KIND = "appraise_case"


@transaction.atomic
def ask_appraisal(proposal: Proposal, *, by: Actor, at: datetime) -> Appraisal:
    """Ask for an appraisal of a draft's rows as they stand; asked twice of the same rows it is made once, unless it failed."""
    held = held_for_change(proposal)
    require_writer(by, held)
    latest = latest_of(held)
    rows = rows_of(held, latest)
    if held.kind != "case" or "case_options" not in rows:
        raise RefusedInput(
            "There are no options to appraise.", expected="a business case with its options", remedy="Write them first."
        )
    if "case_costs" not in rows and "case_activity_changes" not in rows:
        raise RefusedInput(
            "There is nothing to appraise: no cost and no change of activity is written.", where=held.code,
            expected="a row of costs or of changes of activity", remedy="Write them in the section “Activity and money”, and ask again.",
        )  # fmt: skip
    faults = row_faults(rows)
    if faults:
        raise RefusedInput(
            "Rows of this case cannot be read.", found=" ".join(faults[:5]), remedy="Correct them, and ask again."
        )
    failed = held.appraisals.filter(run__state__in=("failed", "cancelled")).count()
    mark = hashlib.sha256(json.dumps([rows, held.financial_year, failed], sort_keys=True).encode()).hexdigest()[:16]
    run = ask(
        KIND, parameters={"rows": rows, "year": held.financial_year}, organisation=held.owner, by=by, at=at,
        key=f"appraise-{held.id}-{mark}",
    )  # fmt: skip
    made, is_new = Appraisal.objects.get_or_create(
        run=run, defaults={"proposal": held, "made_of": made_of(latest), "asked_by_id": by.person_id, "asked_at": at}
    )
    if is_new:
        record(by=by, verb="ask_appraisal", about=("proposal", held.code), at=at, told={"code": held.code})
    return made


def note_appraised(run: Run) -> None:
    """Note where an appraisal is, once the worker is done."""
    Appraisal.objects.filter(run=run).update(set_name=run.set_name, set_id=run.set_id, done_at=run.ended_at)
