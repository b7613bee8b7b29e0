"""The app, for Django."""

from __future__ import annotations

from django.apps import AppConfig

from pbc_web.audit.sentences import add_sentences


class BusinessCasesConfig(AppConfig):
    """Plans, business cases and uses of pots: one table, one clock, one way to decide."""

    name = "pbc_web.business_cases"
    label = "business_cases"

    def ready(self) -> None:
        """Lend the trail this app's sentences, the menu its entry and the reading page its parts."""
        from pbc_web.accounts.navigation import add_to_menu
        from pbc_web.business_cases.permissions import may_read_proposals
        from pbc_web.business_cases.reading_parts import lend_parts
        from pbc_web.business_cases.routing import lend_known_choices

        add_sentences(SENTENCES)
        add_to_menu(40, "Proposals", "business_cases:listing", shown_to=may_read_proposals)
        lend_known_choices()
        lend_parts()


SENTENCES = {
    "begin_proposal": "began the {kind} {code} of {owner}, to {commissioner}",
    "save_section": "saved the section {section} of {code}, version {number}",
    "submit_proposal": "submitted the {kind} {code} of {owner} to {commissioner}, {route} route, due {due}",
}
