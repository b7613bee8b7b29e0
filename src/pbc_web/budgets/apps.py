"""The app, for Django."""

from __future__ import annotations

from django.apps import AppConfig

from pbc_web.audit.sentences import add_sentences


class BudgetsConfig(AppConfig):
    """Budgets."""

    name = "pbc_web.budgets"
    label = "budgets"

    def ready(self) -> None:
        """Lend the trail this app's sentences, the menu its entry, the worker its endings and the clock its watch."""
        add_sentences(SENTENCES)
        from pbc_web.accounts.navigation import add_to_menu
        from pbc_web.accounts.standing import add_standing
        from pbc_web.accounts.tasks import add_tasks
        from pbc_web.budgets.endings import lend_endings
        from pbc_web.budgets.permissions import may_follow_budgets
        from pbc_web.budgets.tasks import budget_standing, budget_tasks
        from pbc_web.budgets.watch import watch_rounds
        from pbc_web.notices.clock import each_tick

        add_to_menu(20, "Budgets", "budgets:listing", shown_to=may_follow_budgets)
        add_tasks(budget_tasks)
        add_standing(budget_standing)
        lend_endings()
        each_tick("budgets", watch_rounds)


SENTENCES = {
    "open_budget_round": "opened the budgets of {year}",
    "date_budget_dependency": "dated what budgets wait for: {what}, promised {promised}, met {met}",
    "agree_budget_support": "recorded that support is agreed with {organisation} on {on}",
    "delegate_budgets": "recorded that budgets are delegated to {to} from {on} by {document}",  # before two people did it
    "propose_delegation": "proposed that budgets be delegated to {to} from {on} by {document}",
    "approve_delegation": "approved that budgets are delegated to {to} from {on} by {document}",
    "refuse_delegation": "did not approve that budgets be delegated to {to} from {on} by {document}",
    "end_delegation": "ended from {ends} the delegation of budgets to {to} by {document}",
    "ask_for_budget_draft": "asked for the draft {name} of the budgets of {year}",
    "issue_offers": "issued {count} {kind} offers from the draft {draft}",
    "make_offer_firm": "made the offer to {practice} for {year} firm",
    "receive_offer": "received the budget offered to {practice} for {year}",
    "accept_offer": "agreed the budget of {practice} for {year} ({reference})",
    "withdraw_offer": "withdrew the budget offered to {practice} for {year}",
    "lapse_offer": "let the budget offered to {practice} for {year} lapse, as the year is over",
    "query_budget": "asked about {line} of the budget offered to {practice}",
    "answer_budget_query": "answered a query about {line} of the budget of {practice}",
    "follow_up_budget_query": "asked further about {line} of the budget of {practice}",
    "close_budget_query": "closed a query about {line} of the budget of {practice}",
    "propose_budget_decision": "proposed to {kind} ({reference})",
    "withdraw_budget_decision": "took back the proposal {reference}",
    "approve_budget_decision": "approved {reference}",
    "refuse_budget_decision": "did not approve {reference}",
    "consent_to_virement": "agreed to the virement {reference}",
    "publish_budget_decision": "put {reference} in force as version {version}",
    "fail_budget_decision": "could not publish {reference}",
    "retry_budget_decision": "tried {reference} again",
    "give_up_budget_decision": "gave {reference} up; its money went back",
    "plan_neighbourhoods": "began a plan of neighbourhood pots for {commissioner}",
    "place_practices": "placed practices of {commissioner} in neighbourhoods {how}",
    "add_neighbourhood_pot": "added a neighbourhood pot of {amount} by {need} for {commissioner}",
    "remove_neighbourhood_pot": "removed a neighbourhood pot of {amount} by {need} for {commissioner}",
    "share_neighbourhood_pots": "shared {count} pots among neighbourhoods of {commissioner}",
}
