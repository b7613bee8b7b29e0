"""Entries of the library as tables and words; and what the reading page says of opening a proposal and of where it was started from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pbc.reports.view import Head, PageTable
from pbc_web.accounts.actor import Actor
from pbc_web.accounts.tasks import add_tasks
from pbc_web.audit.sentences import add_sentences
from pbc_web.business_cases.intentions_shown import plan_tasks
from pbc_web.business_cases.models import Opening, Proposal, StartedFrom
from pbc_web.business_cases.parts import add_part
from pbc_web.business_cases.permissions import may_handle_proposals, may_propose
from pbc_web.business_cases.queries.in_sight import is_author, library_for
from pbc_web.business_cases.queries.library import NOT_SHOWN, LibraryEntry, opening_of
from pbc_web.business_cases.queries.sections import latest_of
from pbc_web.business_cases.reading_parts import SectionSaid, sections_said
from pbc_web.business_cases.sections import Section
from pbc_web.business_cases.sentences import LIBRARY, YEAR
from pbc_web.business_cases.shown import kind_of
from pbc_web.shell.clock import day_of
from pbc_web.shell.words import count_of, day

HEADS = (
    Head("Code"), Head("Title"), Head("What it is"), Head("From"), Head("To"), Head("Outcome"), Head("Decided"),
    Head("Days to decision", is_number=True), Head("Days to service change", is_number=True),
)  # fmt: skip
MORE_HEADS = (Head("Reasons"), Head("What would have resolved it"))
FILE_LINES = (
    "Decided proposals, refused, lapsed and replaced ones included: those of the own commissioner, and what authors elsewhere opened.",
    "Days are calendar days: from the day the clock counts from to the decision, and from an approval to the change of service.",
    "Whose a proposal is, is left out where its author asked for that. No words were changed for it.",
)


def library_table(entries: Iterable[LibraryEntry], *, is_whole: bool = False) -> PageTable:
    """This returns entries as a table, one a row; `is_whole` with reasons, for files."""
    rows = tuple(_row(each, is_whole=is_whole) for each in entries)
    return PageTable("library", "Decided proposals", (*HEADS, *(MORE_HEADS if is_whole else ())), rows)


def _row(entry: LibraryEntry, *, is_whole: bool) -> tuple[str, ...]:
    of, decision = entry.proposal, entry.decision
    more = (decision.reasons, decision.would_resolve or "Nothing to resolve") if is_whole else ()
    return (
        of.code, of.title, kind_of(of), entry.owner, of.commissioner.name, of.get_state_display(), day(of.decided_on),
        f"{entry.days_to_decision:,}", _change_days(entry), *more,
    )  # fmt: skip


def _change_days(entry: LibraryEntry) -> str:
    if entry.days_to_change is not None:
        return f"{entry.days_to_change:,}"
    return _no_change(entry)


def _no_change(entry: LibraryEntry) -> str:
    return "Not changed yet" if entry.proposal.state == "approved" else "No change"


def entry_facts(entry: LibraryEntry, *, is_public: bool = False) -> list[tuple[str, str]]:
    """This returns what is told of an entry as labels and words; `is_public` as anyone would read it."""
    of, decision = entry.proposal, entry.decision
    hides = is_public and entry.opening is not None and entry.opening.is_anonymous
    changed = entry.changed_on
    return [
        ("What it is", kind_of(of)), ("From", NOT_SHOWN if hides else entry.owner), ("To", of.commissioner.name),
        ("Outcome", of.get_state_display()), ("Reasons", decision.reasons),
        *([("What would have resolved it", decision.would_resolve)] if decision.would_resolve else []),
        ("Decided", f"{day(of.decided_on)}, {count_of(entry.days_to_decision, 'day')} after {day(of.first_submitted_on)}"),
        ("Service changed", f"{day(changed)}, {count_of(entry.days_to_change or 0, 'day')} later" if changed else _no_change(entry)),
    ]  # fmt: skip


def sections_read(proposal: Proposal, sections: Sequence[Section]) -> list[SectionSaid]:
    """This returns open sections with what they say, by the rules of the day the proposal was submitted."""
    latest, codes = latest_of(proposal), {each.code for each in sections}
    on = day_of(proposal.submitted_at)  # type: ignore[arg-type]  # decided, so submitted
    return [each for each in sections_said(proposal, latest, on=on) if each.section.code in codes]


def lend_library() -> None:
    """Lend the trail the sentences of library and plan, the home page its tasks, and the reading page two parts."""
    add_sentences(LIBRARY | YEAR)
    add_tasks(plan_tasks)
    add_part(5, "business_cases/part_source.html", source)
    add_part(75, "business_cases/part_opening.html", opened)


def source(actor: Actor, proposal: Proposal, at: datetime) -> Mapping[str, Any] | None:
    """What it was started from: a link where the reader still finds that in the library."""
    found = StartedFrom.objects.filter(proposal=proposal).select_related("source").first()
    if found is None:
        return None
    return {"source": found.source, "is_found": library_for(actor).filter(id=found.source_id).exists()}


def opened(actor: Actor, proposal: Proposal, at: datetime) -> Mapping[str, Any] | None:
    """Of what is decided, for its own organisation and for whoever handles it: who may read it."""
    own = may_propose(actor) and (is_author(actor, proposal) or proposal.owner_id == actor.organisation.id)
    handles = may_handle_proposals(actor) and proposal.commissioner_id == actor.organisation.id
    if proposal.decided_on is None or not (own or handles):
        return None
    return {"code": proposal.code, "is_own": own, "handles": handles, "says": _says(opening_of(proposal), proposal)}


def _says(opening: Opening | None, proposal: Proposal) -> list[str]:
    own = f"Everybody of {proposal.commissioner.name} finds its outcome and reasons in the library."
    if opening is None:
        return [own, "Nobody else does."]
    sections = count_of(len(opening.sections), "section")
    others = (
        f"It is open to practices and commissioners elsewhere, with {sections}."
        if opening.is_open
        else "Nobody else does."
    )
    whose = ["They are not told whose it is."] if opening.is_anonymous else []
    public = "Its author has not agreed that anyone may read it."
    if opening.is_public:
        public = f"Anyone may read title, outcome, reasons and times on the public page, since {day(opening.shown_at)}."
    elif opening.is_agreed:
        public = "Its author agrees that the commissioner shows it to anyone; it does not yet."
    return [own, others, *whose, public]
