"""The app, for Django."""

from __future__ import annotations

from django.apps import AppConfig

from pbc_web.audit.sentences import add_sentences


class BusinessCasesConfig(AppConfig):
    """Plans, business cases and uses of pots: one table, one clock, one way to decide."""

    name = "pbc_web.business_cases"
    label = "business_cases"

    def ready(self) -> None:
        """Lend the trail this app's sentences, the menu its entry, the reading page its parts and the clock its watches."""
        from pbc_web.accounts.navigation import add_to_menu
        from pbc_web.accounts.tasks import add_tasks
        from pbc_web.audit.withholding import withhold
        from pbc_web.business_cases import watches
        from pbc_web.business_cases.actions.appraising import KIND, note_appraised
        from pbc_web.business_cases.actions.recusing import find_as_submitted, look_again
        from pbc_web.business_cases.actions.submitting import on_submit
        from pbc_web.business_cases.deciding_parts import lend_deciding_parts
        from pbc_web.business_cases.permissions import may_read_proposals
        from pbc_web.business_cases.queries.conflicts import withheld_codes
        from pbc_web.business_cases.reading_parts import lend_parts
        from pbc_web.business_cases.routing import lend_known_choices
        from pbc_web.business_cases.sentences import DECIDING
        from pbc_web.business_cases.tasks import proposal_tasks
        from pbc_web.governance.changes import on_change
        from pbc_web.notices.clock import each_tick
        from pbc_web.runs.finishing import on_finish

        add_sentences(SENTENCES)
        add_to_menu(40, "Proposals", "business_cases:listing", shown_to=may_read_proposals)
        lend_known_choices()
        on_finish(KIND, note_appraised)
        lend_parts()
        lend_deciding_parts()
        add_tasks(proposal_tasks)
        add_sentences(DECIDING)
        withhold("proposal", withheld_codes)
        on_change(look_again)
        on_submit(find_as_submitted)
        each_tick("proposals due", watches.watch_due_dates)
        each_tick("reviews due", watches.watch_reviews)
        each_tick("conditions due", watches.watch_conditions)


SENTENCES = {
    "begin_proposal": "began the {kind} {code} of {owner}, to {commissioner}",
    "attach_file": "attached a {kind} file to {code}, digest {digest}",
    "take_off_file": "took a {kind} file off {code}, digest {digest}",
    "put_idea": "put an idea of {owner} to {commissioner}",
    "take_up_idea": "took up an idea of {owner}, begun as {code}",
    "decline_idea": "did not take up an idea of {owner}, with a reason",
    "ask_appraisal": "asked for the appraisal of {code}",
    "take_figure": "took the figure {figure} into {code}",
    "drop_figure": "took the figure {figure} off {code}",
    "rename_proposal": "changed the title or plan of the {kind} {code} of {owner}",
    "discard_proposal": "discarded the {kind} {code} of {owner}",
    "restore_proposal": "took up again the {kind} {code} of {owner}",
    "add_author": "had {who} write the {kind} {code} of {owner} with them",
    "join_authors": "joined those who write the {kind} {code} of {owner}",
    "leave_authors": "left those who write the {kind} {code} of {owner}",
    "withdraw_proposal": "withdrew the {kind} {code} of {owner} from {commissioner}",
    "save_section": "saved the section {section} of {code}, version {number}",
    "submit_proposal": "submitted the {kind} {code} of {owner} to {commissioner}, {route} route, due {due}",
}
