"""The app, for Django."""

from django.apps import AppConfig

from pbc_web.audit.sentences import add_sentences


class NoticesConfig(AppConfig):
    """Notices."""

    name = "pbc_web.notices"
    label = "notices"

    def ready(self) -> None:
        """Lend the trail this app's sentences, and have the clock look at escalations."""
        from pbc_web.accounts.forgetting import on_erase
        from pbc_web.audit.actions import check_trail_daily
        from pbc_web.notices.actions import forget_person
        from pbc_web.notices.clock import each_tick
        from pbc_web.notices.watches import remind_of_answers

        on_erase(forget_person)
        each_tick("answers", remind_of_answers)
        each_tick("audit trail", check_trail_daily)
        from pbc_web.accounts.navigation import add_to_menu
        from pbc_web.accounts.standing import add_standing
        from pbc_web.accounts.tasks import add_tasks
        from pbc_web.notices import permissions
        from pbc_web.notices.queries import not_read
        from pbc_web.notices.tasks import matters_standing, notice_tasks

        add_to_menu(70, "Escalations", "notices:escalations", shown_to=permissions.may_see_escalations)
        add_to_menu(80, "Notices", "notices:inbox", shown_to=lambda actor: True, waiting=not_read)
        add_tasks(notice_tasks)
        add_standing(matters_standing)
        add_to_menu(95, "E-mail", "notices:outbox", shown_to=permissions.may_keep_outbox)
        add_sentences(
            {
                "settle_letter": "said that an e-mail in doubt had arrived: {subject}",
                "send_letter_again": "had an e-mail sent again: {subject}",
                "open_escalation": "put to {region}: {title}; an answer is due on {on}",
                "answer_escalation": "answered the escalation: {title}",
                "close_escalation": "closed the escalation, as the matter was put right: {title}",
            }
        )
