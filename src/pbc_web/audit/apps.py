"""The app, for Django."""

from django.apps import AppConfig

from pbc_web.audit.sentences import add_sentences


class AuditConfig(AppConfig):
    """Audit."""

    name = "pbc_web.audit"
    label = "audit"

    def ready(self) -> None:
        """Lend the trail its own sentences."""
        add_sentences(
            {
                "export": "took away {what}",
                "check_trail": "had the audit trail checked up to entry {number}: {found}",
            }
        )
