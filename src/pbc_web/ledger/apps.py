"""The app, for Django."""

from __future__ import annotations

from django.apps import AppConfig

from pbc_web.audit.sentences import add_sentences


class LedgerConfig(AppConfig):
    """Contracts, invoices and the ledger."""

    name = "pbc_web.ledger"
    label = "ledger"

    def ready(self) -> None:
        """Lend the trail this app's sentences and the menu its entry."""
        from pbc_web.accounts.navigation import add_to_menu
        from pbc_web.accounts.tasks import add_tasks
        from pbc_web.ledger import tasks, watches
        from pbc_web.ledger.permissions import is_of_local_authority, is_of_region, may_see_books
        from pbc_web.notices.clock import each_tick

        add_tasks(tasks.tasks_of)
        each_tick("differences", watches.tell_of_differences)
        add_to_menu(35, "Ledger", "ledger:listing", shown_to=may_see_books)
        add_to_menu(36, "Pooled lines", "ledger:pooled_lines", shown_to=is_of_local_authority)
        add_to_menu(37, "Allocations", "ledger:allocations", shown_to=is_of_region)
        about = "the difference {difference} of {hospital} in {year}"
        add_sentences(
            {
                "own_difference": f"gave {about} to {{owner}}",
                "agree_difference": f"agreed {about}",
                "dispute_difference": f"disputed {about}",
                "settle_difference": f"settled {about}",
                "reopen_difference": f"opened {about} again",
                "write_difference": f"wrote about {about}",
            }
        )
