"""What keeps people away of itself: asked as something is submitted, as interests or roles change, and by the trail."""

from __future__ import annotations

from pbc_web.accounts.appointed import on_appointed
from pbc_web.audit.withholding import withhold, withhold_in_trail
from pbc_web.business_cases.actions.recusing import find_as_submitted, look_again, look_at
from pbc_web.business_cases.actions.submitting import on_submit
from pbc_web.business_cases.queries.conflicts import withheld_codes, withheld_escalations
from pbc_web.business_cases.queries.ideas import withheld_ideas
from pbc_web.business_cases.queries.reviews import unread_codes
from pbc_web.governance.changes import on_change


def lend_keeping_away() -> None:
    """Lend what is withheld in the trail, and what is done as things change."""
    withhold("proposal", withheld_codes)
    withhold_in_trail("proposal", unread_codes)
    withhold("idea", withheld_ideas)
    withhold("escalation", withheld_escalations)
    on_submit(find_as_submitted)
    on_change(look_again)
    on_appointed(look_at)
