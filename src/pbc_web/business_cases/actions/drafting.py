"""Beginning a proposal, naming it, putting it aside and taking it up again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from pbc.errors import RefusedInput
from pbc.periods import FinancialYear
from pbc_web.accounts.actor import Actor
from pbc_web.audit.actions import record
from pbc_web.business_cases.actions.writing import held_for_change, require_author, require_writer
from pbc_web.business_cases.models import Author, Proposal
from pbc_web.business_cases.permissions import may_propose
from pbc_web.business_cases.states import MOVES
from pbc_web.organisations.models import Organisation
from pbc_web.shell.moves import moved


@dataclass(frozen=True)
class Named:
    """What a proposal is called and belongs to: the year it begins in, its plan, and whether it is a quick win."""

    title: str
    year: FinancialYear
    parent: Proposal | None = None
    is_quick_win: bool = False


@transaction.atomic
def begin(
    kind: str, named: Named, *, commissioner: Organisation, by: Actor, at: datetime, earlier: Proposal | None = None
) -> Proposal:
    """Begin a draft for one's own organisation; `earlier` where it is the same one brought back, and stays whose it was."""
    if not may_propose(by) or commissioner.id not in by.reach.either:
        raise RefusedInput(
            "Practices and their groups write proposals to their own commissioner.", found=by.organisation_name,
            expected=f"a practice or group of {commissioner.name}",
        )  # fmt: skip
    _require_fitting(kind, named, commissioner)
    owner = earlier.owner if earlier else by.organisation
    made = make_draft(kind, named, owner, commissioner, person_id=by.person_id, at=at, earlier=earlier)
    record(by=by, verb="begin_proposal", about=("proposal", made.code), at=at, told=told_of(made))
    return made


@transaction.atomic
def begin_once(kind: str, named: Named, *, commissioner: Organisation, by: Actor, at: datetime) -> Proposal:
    """Begin a draft as a form says; sent twice, it is begun once: a draft of the same name in which nothing is written is that draft."""
    return untouched(kind, named, commissioner, by).first() or begin(
        kind, named, commissioner=commissioner, by=by, at=at
    )


def untouched(kind: str, named: Named, commissioner: Organisation, by: Actor) -> QuerySet[Proposal]:
    """This returns what somebody began under a name and has not written in yet; whoever begins another waits for its end."""
    Organisation.objects.select_for_update().get(id=commissioner.id)
    return Proposal.everywhere.filter(
        kind=kind, title=named.title, financial_year=named.year.slug, parent=named.parent, is_quick_win=named.is_quick_win,
        owner=by.organisation, commissioner=commissioner, begun_by=by.person_id, state="draft", earlier=None, sections=None,
    )  # fmt: skip


def make_draft(
    kind: str, named: Named, owner: Organisation, commissioner: Organisation, *, person_id: int, at: datetime,
    earlier: Proposal | None = None,
) -> Proposal:  # fmt: skip
    """This returns a new draft with its first author, inside the transaction of whatever begins it."""
    made = Proposal.everywhere.create(
        code=_next_code(commissioner, named.year), kind=kind, title=named.title, owner=owner, commissioner=commissioner,
        financial_year=named.year.slug, parent=named.parent, earlier=earlier, is_quick_win=named.is_quick_win,
        begun_by_id=person_id, begun_at=at, changed_at=at,
    )  # fmt: skip
    Author.objects.create(proposal=made, person_id=person_id, added_by_id=person_id, added_at=at)
    return made


def told_of(proposal: Proposal) -> dict[str, str]:
    """This returns what the trail says of a proposal: its kind, code and whose it is, never its words."""
    return {
        "kind": proposal.get_kind_display().lower().replace("pbc", "PBC"), "code": proposal.code,
        "owner": proposal.owner.name, "commissioner": proposal.commissioner.name,
    }  # fmt: skip


def _require_fitting(kind: str, named: Named, commissioner: Organisation) -> None:
    if named.is_quick_win and kind != "case":
        raise RefusedInput("Only a business case is a quick win.", found=kind, expected="case")
    if named.parent and (kind == "plan" or named.parent.kind != "plan" or named.parent.commissioner != commissioner):
        raise RefusedInput(
            "A case or use of a pot belongs to a plan put to the same commissioner, and a plan to none.",
            found=named.parent.code, expected=f"a plan put to {commissioner.name}",
        )  # fmt: skip


def _next_code(commissioner: Organisation, year: FinancialYear) -> str:
    """One running number a commissioner and year: whoever begins one waits for whoever began before."""
    Organisation.objects.select_for_update().get(id=commissioner.id)
    stem = f"{commissioner.code}-{year.starts_in}-"
    return f"{stem}{Proposal.everywhere.filter(code__startswith=stem).count() + 1:03d}"


@transaction.atomic
def rename(proposal: Proposal, named: Named, *, by: Actor, at: datetime) -> Proposal:
    """Change what a draft is called, the plan it belongs to, and whether it is a quick win; the year stands in its code."""
    held = held_for_change(proposal)
    require_writer(by, held)
    _require_fitting(held.kind, named, held.commissioner)
    held.title, held.parent, held.is_quick_win, held.changed_at = named.title, named.parent, named.is_quick_win, at
    held.save()
    record(by=by, verb="rename_proposal", about=("proposal", held.code), at=at, told=told_of(held))
    return held


@transaction.atomic
def put_aside(proposal: Proposal, *, move: str, by: Actor, at: datetime) -> Proposal:
    """Discard a draft, or take up again one that was discarded: nothing of it is lost either way."""
    held = held_for_change(proposal)
    require_author(by, held)
    held.state, held.changed_at = moved(MOVES, held.state, move, what="proposal"), at
    held.save()
    record(by=by, verb=f"{move}_proposal", about=("proposal", held.code), at=at, told=told_of(held))
    return held
