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
        from pbc_web.business_cases import watches
        from pbc_web.business_cases.actions.looking import look_daily
        from pbc_web.business_cases.actions.meetings import follow_meeting
        from pbc_web.business_cases.deciding_parts import lend_deciding_parts
        from pbc_web.business_cases.keeping_away import lend_keeping_away
        from pbc_web.business_cases.library_shown import lend_library
        from pbc_web.business_cases.permissions import may_read_proposals
        from pbc_web.business_cases.queries.meetings import agenda_told
        from pbc_web.business_cases.sentences import DECIDING
        from pbc_web.business_cases.tasks import proposal_tasks
        from pbc_web.business_cases.writing_lent import lend_writing
        from pbc_web.notices.clock import each_tick
        from pbc_web.panels.agendas import before_change, lend_agenda

        add_to_menu(40, "Proposals", "business_cases:listing", shown_to=may_read_proposals)
        lend_writing()
        lend_deciding_parts()
        add_tasks(proposal_tasks)
        lend_agenda(agenda_told)
        before_change(follow_meeting)
        add_sentences(DECIDING)
        lend_library()
        lend_keeping_away()
        each_tick("ties", look_daily)
        each_tick("proposals due", watches.watch_due_dates)
        each_tick("reviews due", watches.watch_reviews)
        each_tick("conditions due", watches.watch_conditions)
        each_tick("appeals due", watches.watch_appeals)
