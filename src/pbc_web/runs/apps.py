"""The app, for Django."""

from django.apps import AppConfig

from pbc_web.audit.sentences import add_sentences


class RunsConfig(AppConfig):
    """Runs."""

    name = "pbc_web.runs"
    label = "runs"

    def ready(self) -> None:
        """Lend the trail this app's sentences."""
        from pbc_web.accounts.navigation import add_to_menu
        from pbc_web.runs.permissions import may_follow_runs

        add_to_menu(85, "Work", "runs:listing", shown_to=may_follow_runs)
        add_sentences(
            {
                "ask_for_run": "asked for: {title}",
                "cancel_run": "stopped: {title}",
                "retry_run": "had done again: {title}",
                "finish_run": "finished: {title}",
                "fail_run": "could not do: {title}",
            }
        )
