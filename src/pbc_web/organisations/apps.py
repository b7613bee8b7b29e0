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
                "add_organisation": "added {name} ({code}), {kind}",
                "add_relation": "said that {member} {relation} {parent} from {on}",
                "end_relation": "said that {member} {relation} {parent} until {on}",
                "take_in_changes": "took in {rows} organisation changes of the file {name}",
                "record_succession": "said that {successor} took over {share} of {taken_over} from {on}",
            }
        )
