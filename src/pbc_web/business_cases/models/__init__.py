"""Rows of proposals."""

from pbc_web.business_cases.models.attachments import Attachment
from pbc_web.business_cases.models.conflicts import Concerned, Declaration
from pbc_web.business_cases.models.decisions import Appeal, Condition, Decision, Recommendation
from pbc_web.business_cases.models.events import ClockEvent
from pbc_web.business_cases.models.evidence import Appraisal, Evidence
from pbc_web.business_cases.models.ideas import Idea
from pbc_web.business_cases.models.intentions import Intention, IntentionSource, LineLeftOut, YearStep
from pbc_web.business_cases.models.library import Opening, StartedFrom
from pbc_web.business_cases.models.meetings import AgendaItem, Vote
from pbc_web.business_cases.models.proposals import Author, Proposal, SectionVersion
from pbc_web.business_cases.models.recusals import Recusal
from pbc_web.business_cases.models.reviews import Question, Review, Score

__all__ = [
    "AgendaItem", "Appeal", "Appraisal", "Attachment", "Author", "ClockEvent", "Concerned", "Condition", "Decision",
    "Declaration", "Evidence", "Idea", "Intention", "IntentionSource", "LineLeftOut", "Opening", "Proposal", "Question",
    "Recommendation", "Recusal", "Review", "Score", "SectionVersion", "StartedFrom", "Vote", "YearStep",
]  # fmt: skip
