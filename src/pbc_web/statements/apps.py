"""The app, for Django."""

from __future__ import annotations

from django.apps import AppConfig

from pbc_web.audit.sentences import add_sentences


class StatementsConfig(AppConfig):
    """Statements."""

    name = "pbc_web.statements"
    label = "statements"

    def ready(self) -> None:
        """Lend the trail this app's sentences and the menu its entry."""
        from pbc_web.accounts.navigation import add_to_menu
        from pbc_web.accounts.standing import add_standing
        from pbc_web.accounts.tasks import add_tasks
        from pbc_web.notices.clock import each_tick
        from pbc_web.runs.finishing import on_finish
        from pbc_web.statements import tasks, watches
        from pbc_web.statements.actions.publishing import prepare_from_run
        from pbc_web.statements.permissions import may_read_statements

        on_finish("state_month", prepare_from_run)
        add_tasks(tasks.tasks_of)
        add_standing(tasks.standing_of)
        each_tick("statements", watches.tell_of_publications)
        each_tick("figure_queries", watches.tell_of_queries)
        add_to_menu(30, "Statements", "statements:listing", shown_to=may_read_statements)
        add_sentences(
            {
                "ask_for_statement": "asked for the statement of {month}",
                "prepare_statement": "prepared the statement of {month} for {commissioner}",
                "comment_statement": "signed the comment on the statement of {month}",
                "publish_statement": "published the statement of {month} for {commissioner}",
                "restate_statement": "published the statement of {month} for {commissioner} again, as version {version}",
                "withdraw_statement": "withdrew the prepared statement of {month}",
                "acknowledge_statement": "acknowledged the statement of {month} for {practice}",
                "open_records": "looked at records of {practice} behind figure {figure}: {purpose}",
                "download_records": "downloaded records of {practice} behind figure {figure}: {purpose}",
                "query_figure": "queried a figure of {practice} in {month}",
                "answer_figure_query": "answered a query of {practice} about {month}",
                "withdraw_figure_query": "withdrew a query of {practice} about {month}",
                "publish_year_end": "published the {position} of {year} for {commissioner}",
                "declare_pot": "declared a pot of {amount} for {unit} from {year}",
                "confirm_pot": "confirmed {amount} of the pot of {unit} from {year}",
                "release_pot": "made {amount} of the pot of {unit} from {year} available",
                "spend_pot": "recorded {amount} of the pot of {unit} from {year} as spent",
                "take_back_pot": "took back {amount} of the pot of {unit} from {year}, after notice",
                "reserve_pot": "promised {amount} of the pot of {unit} from {year} to an approved use",
                "free_pot": "set free {amount} of the pot of {unit} from {year} that was promised",
                "draft_gain_share": "drafted version {version} of the gain share of {year}, {document}",
                "sign_gain_share": "signed version {version} of the gain share of {year}, {document}, for {side}",
                "withdraw_gain_share": "withdrew version {version} of the gain share of {year}, {document}",
                "give_notice_of_reduction": "gave notice that the pot of {unit} from {year} falls by {amount}",
            }
        )
