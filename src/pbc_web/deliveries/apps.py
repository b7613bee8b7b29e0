"""The app, for Django."""

from django.apps import AppConfig

from pbc_web.audit.sentences import add_sentences


class DeliveriesConfig(AppConfig):
    """Deliveries."""

    name = "pbc_web.deliveries"
    label = "deliveries"

    def ready(self) -> None:
        """Lend lower floors what this app adds: sentences, a place in the menu, tasks, what follows a run, the sweep."""
        from pbc_web.accounts.navigation import add_to_menu
        from pbc_web.accounts.tasks import add_tasks
        from pbc_web.deliveries.actions import note_check, note_no_check, note_taken_in, sweep
        from pbc_web.deliveries.permissions import may_see_deliveries
        from pbc_web.deliveries.sides import ANALYSIS, BOOKS
        from pbc_web.deliveries.tasks import tasks_for
        from pbc_web.notices.clock import each_tick
        from pbc_web.runs.finishing import on_failure, on_finish

        add_sentences(SENTENCES)
        add_to_menu(40, "Deliveries", "deliveries:overview", shown_to=may_see_deliveries)
        add_tasks(tasks_for)
        for side in (ANALYSIS, BOOKS):
            on_finish(side.check, note_check)
            on_failure(side.check, note_no_check)
            on_finish(side.receive, note_taken_in)
        each_tick("sweep uploads", sweep)


SENTENCES = {
    "register_feed": "entered the feed {name} in the register, until {until}",
    "renew_feed": "renewed the feed {name} until {until}",
    "end_feed": "ended the feed {name} on {on}",
    "upload_delivery": "uploaded a file of {feed} for {period}",
    "accept_delivery": "accepted the file of {feed} for {period}",
    "reject_delivery": "rejected the file of {feed} for {period}",
    "withdraw_delivery": "withdrew the accepted file of {feed} for {period}",
    "save_map": "saved a map of the headings of {supplier}, from {from}",
    "end_map": "ended the map of the headings of {supplier}",
}
