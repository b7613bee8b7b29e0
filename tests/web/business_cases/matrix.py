"""What the permission matrix opens of proposals: a draft of a practice in world A, and one it submitted. And how tests write one."""

from datetime import UTC, datetime
from typing import Any

from pbc.periods import FinancialYear
from pbc_web.accounts.actor import Actor
from pbc_web.business_cases.actions.attachments import attach
from pbc_web.business_cases.actions.drafting import Named, begin
from pbc_web.business_cases.actions.ideas import put_idea
from pbc_web.business_cases.actions.submitting import seen_of, submit
from pbc_web.business_cases.actions.writing import save_section
from pbc_web.business_cases.models import Proposal
from pbc_web.business_cases.queries.sections import latest_of
from pbc_web.business_cases.sections import sections_of
from pbc_web.business_cases.sections.schema import CHOICE, DAY, POUNDS, ROWS, TICKS, Question

AT = datetime(2009, 4, 20, 9, 0, tzinfo=UTC)
SUBMITTED_AT = datetime(2009, 4, 30, 9, 0, tzinfo=UTC)


def draft_of(
    actor: Actor, commissioner: Any, kind: str = "case", title: str = "Heart clinic in practices", **more: Any
) -> Proposal:
    """A draft that somebody begins for their own organisation."""
    earlier = more.pop("earlier", None)
    named = Named(title, FinancialYear(2009), **more)
    return begin(kind, named, commissioner=commissioner, by=actor, at=AT, earlier=earlier)


def answer_to(question: Question) -> Any:
    """Some answer to a question."""
    plain: dict[str, Any] = {
        POUNDS: 4_000_000, DAY: "2009-09-01", TICKS: ["none"] if question.choices_from else list(question.choices)[:1],
        CHOICE: next(iter(question.choices), "any_willing_provider"),
    }  # fmt: skip
    if question.kind == ROWS:
        return [
            {
                each.name: next(iter(each.choices), "120" if each.is_pounds else f"some {each.name}")
                for each in question.columns
            }
        ]
    return plain.get(question.kind, f"What we say of {question.name}.")


def write_all(draft: Proposal, by: Actor, at: datetime = AT, **answers: Any) -> None:
    """Every section answered and done; `answers` by the names of questions stand instead."""
    latest = latest_of(draft)
    for section in sections_of(draft.kind):
        said = {each.name: answers.get(each.name, answer_to(each)) for each in section.questions}
        over = latest[section.code].number if section.code in latest else 0
        save_section(draft, section=section.code, answers=said, is_done=True, over=over, by=by, at=at)


def submitted_by(
    actor: Actor, commissioner: Any, at: datetime = SUBMITTED_AT, kind: str = "case", answers: Any = None, **more: Any
) -> Proposal:
    """A proposal that somebody wrote and submitted: light, of £40,000 a year, unless its answers say otherwise."""
    draft = draft_of(actor, commissioner, kind, **more)
    write_all(draft, actor, **(answers or {}))
    return submit(draft, seen=seen_of(latest_of(draft)), by=actor, at=at)


def proposal_objects(place: Any) -> dict[str, Any]:
    """A draft of the practice manager, and a case they submitted."""
    manager = place.actor("practice_manager")
    draft, sent = draft_of(manager, place["ZPA"]), submitted_by(manager, place["ZPA"])
    file = attach(draft, chunks=[b"Plain words."], name="words.txt", by=manager, at=AT)
    idea = put_idea(title="Feet", words="A clinic.", commissioner=place["ZPA"], by=manager, at=AT)
    return {"draft": draft, "submitted": sent, "attachment": file, "idea": idea}


IN_FILES = ("attachment", "take_off")
IN_IDEAS = ("idea", "answer_idea")
OF_DRAFT = ("appraise", "take_figure", "figure", "attach", "check", "named", "add_author", "join", "leave")
OF_SUBMITTED = ("proposal", "submitted", "withdraw", "bring_back")
PROPOSAL_ADDRESSES = {
    "business_cases:listing_file": lambda made: {"form": "csv"},
    **{f"business_cases:{view}": lambda made: {"code": made["draft"].code} for view in OF_DRAFT},
    **{f"business_cases:{view}": lambda made: {"code": made["submitted"].code} for view in OF_SUBMITTED},
    **{
        f"business_cases:{view}": lambda made: {"code": made["draft"].code, "attachment_id": made["attachment"].id}
        for view in IN_FILES
    },
    **{f"business_cases:{view}": lambda made: {"idea_id": made["idea"].id} for view in IN_IDEAS},
    "business_cases:drop_figure": lambda made: {"code": made["draft"].code, "evidence_id": 0},
    "business_cases:ideas_file": lambda made: {"form": "csv"},
    "business_cases:put_aside": lambda made: {"code": made["draft"].code, "move": "restore"},
    "business_cases:section": lambda made: {"code": made["draft"].code, "section": "need"},
    "business_cases:section_history": lambda made: {"code": made["submitted"].code, "section": "need"},
}
