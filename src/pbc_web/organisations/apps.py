"""The app, for Django."""

from django.apps import AppConfig

from pbc_web.audit.sentences import add_sentences


class OrganisationsConfig(AppConfig):
    """Organisations."""

    name = "pbc_web.organisations"
    label = "organisations"

    def ready(self) -> None:
        """Lend the trail this app's sentences."""
        add_sentences(
            {
                "import_organisations": "took in {organisations} organisations and {relations} relations from {source}",
                "offer_commissioning": "offered practice-based commissioning to {practice}",
                "take_part": "recorded that {practice} takes part from {on}",
                "decline": "recorded that {practice} declined from {on}",
            }
        )
