"""The app, for Django."""

from __future__ import annotations

from django.apps import AppConfig

from pbc_web.audit.sentences import add_sentences


class ReinvestmentConfig(AppConfig):
    """What is freed up is spent again: promised in the moment of approval, never above the pot."""

    name = "pbc_web.reinvestment"
    label = "reinvestment"

    def ready(self) -> None:
        """Lend decisions the promise of their money, pages their parts, the menu its entry and the home page its tasks."""
        from pbc_web.accounts.navigation import add_to_menu
        from pbc_web.accounts.standing import add_standing
        from pbc_web.accounts.tasks import add_tasks
        from pbc_web.business_cases.actions.submitting import on_submit
        from pbc_web.business_cases.deciding import on_decision, on_end
        from pbc_web.business_cases.parts import add_note, add_part
        from pbc_web.business_cases.sections import lend_choices
        from pbc_web.reinvestment import lent, tasks
        from pbc_web.reinvestment.actions.proposing import keep_as_submitted
        from pbc_web.reinvestment.actions.spending import free_if_ended, promise_if_approved
        from pbc_web.reinvestment.permissions import may_read_reinvestment
        from pbc_web.reinvestment.rules import uses_known
        from pbc_web.statements.pot_parts import add_pot_part

        lend_choices("uses", uses_known)
        on_submit(keep_as_submitted)
        on_decision(promise_if_approved)
        on_end(free_if_ended)
        add_pot_part("reinvestment/part_pot.html", lent.pot_part)
        add_note(lent.free_money)
        add_part(20, "reinvestment/part_proposal.html", lent.proposal_part)
        add_tasks(tasks.tasks_of)
        add_standing(tasks.standing_of)
        add_to_menu(42, "Reinvestment", "reinvestment:reinvestment", shown_to=may_read_reinvestment)
        add_sentences(
            {
                "name_pot": "said that {code} is paid from the pot of {unit} from {year}",
                "carry_pot": "agreed that {amount} of the pot of {unit} from {year} is carried on until {until}",
                "agree_exception": "agreed that practices of {commissioner} keep {share} of what was freed up in {year}",
            }
        )
