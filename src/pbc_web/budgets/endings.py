"""What budgets make of runs that end: a draft is ready, a decision is in force, or could not be."""

from __future__ import annotations

from pbc_web.budgets import readings
from pbc_web.budgets.actions import drafts, publishing
from pbc_web.budgets.models import Decision, Plan
from pbc_web.organisations.queries import practices_of
from pbc_web.runs.finishing import on_failure, on_finish
from pbc_web.runs.models import Run


def lend_endings() -> None:
    """Lend them to the worker."""
    on_finish("draft_budgets", drafts.note_drafted)
    on_failure("draft_budgets", drafts.note_undrafted)
    for kind in ("adopt_budgets", "amend_budgets"):
        on_finish(kind, put_in_force)
        on_failure(kind, note_unpublished)
    on_finish("share_pots", note_shared)


def put_in_force(run: Run) -> None:
    """Make the version of the decision a run published."""
    for decision in Decision.everywhere.filter(run=run, state="approved").select_related("round__commissioner"):
        assert run.ended_at is not None
        start = decision.round.financial_year.start
        codes = frozenset(practices_of(decision.round.commissioner, on=start).values_list("code", flat=True))
        publishing.publish(
            decision, set_name=run.set_name, set_id=run.set_id, at=run.ended_at,
            amounts=readings.amounts_of(run.set_name, run.set_id, codes),
            held=readings.held_back(run.set_name, run.set_id, codes) if decision.kind == "adopt" else {},
        )  # fmt: skip


def note_unpublished(run: Run) -> None:
    """Say of a decision why it could not be published."""
    fault = run.fault or {"what": "The work was stopped."}
    words = " ".join(str(fault[part]) for part in ("what", "where", "found", "remedy") if fault.get(part))
    for decision in Decision.everywhere.filter(run=run, state="approved"):
        assert run.ended_at is not None
        publishing.fail(decision, fault=words, at=run.ended_at)


def note_shared(run: Run) -> None:
    """Note where a neighbourhood plan's result is."""
    Plan.everywhere.filter(run=run).update(set_name=run.set_name, set_id=run.set_id)
