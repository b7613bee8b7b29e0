"""The app, for Django."""

from django.apps import AppConfig

from pbc_web.audit.sentences import add_sentences


class ApiConfig(AppConfig):
    """The interface for programs."""

    name = "pbc_web.api"
    label = "api"

    def ready(self) -> None:
        """Lend the trail this app's sentences."""
        add_sentences(
            {
                "issue_token": "issued the access token {name} for programs, until {until}",
                "revoke_token": "revoked the access token {name}",
            }
        )
