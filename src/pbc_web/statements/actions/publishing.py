"""From a run's results to what everyone sees: prepare, sign the comment, publish, withdraw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from pbc.errors import RefusedInput
from pbc.periods import Month
from pbc_web.accounts.actor import Actor
from pbc_web.audit.actions import Doer, record
from pbc_web.organisations.models import Organisation
from pbc_web.runs.actions import WORKER
from pbc_web.runs.models import Run
from pbc_web.shell.clock import day_of
from pbc_web.shell.moves import moved
from pbc_web.statements.models import NamedProvider, Publication
from pbc_web.statements.states import PUBLICATION
from pbc_web.statements.two_sentences import require_two_sentences


@dataclass(frozen=True)
class Results:
    """What a run made of a month: its set, the hospitals it names, what it leaves out, which earlier months it changes."""

    month: Month
    set_id: str
    provider_codes: Sequence[str] = ()
    left_out: str = ""
    changed_in: Sequence[str] = ()

    @classmethod
    def of(cls, month: str, set_id: str, told: Mapping[str, Any]) -> Results:
        """This returns results from what the work that made them told."""
        return cls(Month.parse(month), set_id, told["providers"], "; ".join(told["left_out"]), told["changed_in"])


def prepare_from_run(run: Run) -> None:
    """Put up for preview what a run made, for the organisation that asked for it."""
    results = Results.of(run.parameters["month"], run.set_id, run.told)
    prepare(run.organisation, results, by=WORKER, for_person_id=run.requested_by_id, at=run.ended_at)


@transaction.atomic
def prepare(
    commissioner: Organisation, results: Results, *, by: Doer, for_person_id: int | None, at: datetime
) -> Publication:
    """Put results up for preview. The same results again are the same publication; one withdrawn stands up again."""
    publication, is_new = Publication.everywhere.get_or_create(
        commissioner=commissioner, month=str(results.month), set_id=results.set_id,
        defaults={
            "prepared_at": at, "prepared_by_id": for_person_id, "left_out": results.left_out[:400],
            "changed_in": list(results.changed_in),
        },
    )  # fmt: skip
    if publication.state == "withdrawn":
        publication.state = moved(PUBLICATION, publication.state, "prepare", what="statement")
        publication.save()
        is_new = True
    if is_new:
        named = Organisation.objects.filter(kind="provider", code__in=list(results.provider_codes))
        NamedProvider.objects.bulk_create(
            [NamedProvider(publication=publication, provider=each) for each in named], ignore_conflicts=True
        )
        record(by=by, verb="prepare_statement", about=("publication", publication.id), at=at, told=_told(publication))
    return publication


@transaction.atomic
def sign_comment(publication: Publication, *, words: str, by: Actor, at: datetime) -> Publication:
    """Sign the commissioner's two sentences under a prepared statement; signed again, the later words stand."""
    held = _locked(publication)
    moved(PUBLICATION, held.state, "publish", what="statement")
    held.comment = require_two_sentences(words)
    held.comment_by_id, held.comment_role = by.person_id, by.role.title
    held.comment_on = day_of(at)
    held.save()
    record(by=by, verb="comment_statement", about=("publication", held.id), at=at, told=_told(held))
    return held


@transaction.atomic
def publish(publication: Publication, *, by: Actor, at: datetime) -> Publication:
    """Switch what everyone sees of a month to this publication, in one transaction; an earlier one is kept as replaced."""
    held = _locked(publication)
    state = moved(PUBLICATION, held.state, "publish", what="statement")
    if not held.comment:
        raise RefusedInput(
            "The statement has no comment yet.", where=held.period.title, expected="two sentences, signed",
            remedy="Ask somebody entitled to sign for the commissioner, then publish.",
        )  # fmt: skip
    of_month = Publication.everywhere.filter(commissioner_id=held.commissioner_id, month=held.month)
    earlier = [each for each in of_month.select_for_update() if each.version]
    for each in earlier:
        if each.state == "published":
            each.state = moved(PUBLICATION, each.state, "replace", what="statement")
            each.save()
    held.state, held.version = state, max((each.version or 0 for each in earlier), default=0) + 1
    held.published_at, held.published_by_id = at, by.person_id
    held.save()
    verb = "restate_statement" if held.is_restated else "publish_statement"
    record(by=by, verb=verb, about=("publication", held.id), at=at, told=_told(held))
    return held


@transaction.atomic
def withdraw(publication: Publication, *, by: Actor, at: datetime) -> Publication:
    """Take a prepared statement back; what was published is never withdrawn, only replaced."""
    held = _locked(publication)
    held.state = moved(PUBLICATION, held.state, "withdraw", what="statement")
    held.save()
    record(by=by, verb="withdraw_statement", about=("publication", held.id), at=at, told=_told(held))
    return held


def _locked(publication: Publication) -> Publication:
    return Publication.everywhere.select_for_update().select_related("commissioner").get(id=publication.id)


def _told(publication: Publication) -> dict[str, object]:
    return {
        "month": publication.period.title, "commissioner": publication.commissioner.name,
        "version": publication.version or "–",
    }  # fmt: skip
