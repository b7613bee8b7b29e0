"""The app, for Django."""

from __future__ import annotations

from django.apps import AppConfig

from pbc_web.audit.sentences import add_sentences


class GovernanceConfig(AppConfig):
    """The register of interests, gifts and hospitality."""

    name = "pbc_web.governance"
    label = "governance"

    def ready(self) -> None:
        """Lend the trail this app's sentences, the menu its entry, the home page its task and the clock its reminder."""
        from pbc_web.accounts.navigation import add_to_menu
        from pbc_web.accounts.tasks import add_tasks
        from pbc_web.governance import tasks, watches
        from pbc_web.governance.permissions import may_read_register
        from pbc_web.notices.clock import each_tick

        add_tasks(tasks.tasks_of)
        each_tick("interests", watches.remind_to_declare)
        add_to_menu(45, "Interests", "governance:mine", shown_to=may_read_register)
        about = "on the register of {register}, {how}, days late: {late}"
        add_sentences(
            {
                **{f"{verb}_interest": f"{said} an interest of {{holder}} {about}" for verb, said in SAID.items()},
                **{
                    f"{verb}_gift": f"{said} a gift or hospitality of {{holder}} {about}" for verb, said in SAID.items()
                },
                "confirm_nothing": "said that {holder} has nothing to declare on the register of {register}, {how}; it holds until {until}",
                "confirm_complete": "said that all entries of {holder} on the register of {register} are complete, {how}; "
                "it holds until {until}",
            }
        )


SAID = {"declare": "declared", "change": "changed", "end": "ended", "correct": "corrected", "withdraw": "took off"}
