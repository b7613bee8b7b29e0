"""Reading runs."""

from __future__ import annotations

from django.db.models import QuerySet

from pbc_web.accounts.actor import Actor
from pbc_web.runs.models import Run
from pbc_web.runs.states import QUEUED


def runs_seen_by(actor: Actor) -> QuerySet[Run]:
    """The runs in an actor's reach, newest first."""
    return Run.objects.visible_to(actor).select_related("organisation", "requested_by")


def runs_before(run: Run) -> int:
    """How many runs wait ahead of a waiting one, whosever they are: a count names nobody."""
    return Run.everywhere.filter(state=QUEUED, asked_at__lt=run.asked_at).count()
