"""The app, for Django."""

from django.apps import AppConfig

from pbc_web.audit.sentences import add_sentences


class NoticesConfig(AppConfig):
    """Notices."""

    name = "pbc_web.notices"
    label = "notices"

    def ready(self) -> None:
        """Lend the trail this app's sentences."""
        add_sentences(
            {
                "open_escalation": "put to {region}: {title}; an answer is due on {on}",
                "answer_escalation": "answered the escalation: {title}",
                "close_escalation": "closed the escalation, as the matter was put right: {title}",
            }
        )
