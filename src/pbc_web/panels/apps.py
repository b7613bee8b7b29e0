"""The app, for Django."""

from __future__ import annotations

from django.apps import AppConfig

from pbc_web.audit.sentences import add_sentences


class PanelsConfig(AppConfig):
    """Panels: who sits, when they meet, whether that keeps the eight weeks."""

    name = "pbc_web.panels"
    label = "panels"

    def ready(self) -> None:
        """Lend the trail this app's sentences, the menu its entry and the home page its tasks."""
        from pbc_web.accounts.navigation import add_to_menu
        from pbc_web.accounts.tasks import add_tasks
        from pbc_web.panels import tasks
        from pbc_web.panels.permissions import may_read_panels

        add_tasks(tasks.tasks_of)
        add_to_menu(43, "Panel", "panels:panels", shown_to=may_read_panels)
        of = "of {panel}, {commissioner}"
        facts = "quorum {quorum}, alternate {alternate}"
        add_sentences(
            {
                "set_up_panel": f"set up {{panel}} for {{commissioner}}, {facts}",
                "change_panel": f"changed {{panel}} of {{commissioner}}, {facts}",
                "seat_panel_member": f"seated {{person}} as {{seat}} {of}, from {{day}}",
                "end_panel_seat": f"ended the seat of {{person}} {of}, on {{day}}",
                "plan_meeting": f"planned the meeting {of}, on {{day}}, papers by {{papers}}",
                "move_meeting": f"moved the meeting {of}, from {{before}} to {{day}}, papers by {{papers}}",
                "cancel_meeting": f"cancelled the meeting {of}, on {{day}}",
                "undo_meeting": f"set the cancelled meeting {of}, on {{day}} again",
                "hold_meeting": f"recorded who attended the meeting {of}, on {{day}}: {{count}}",
                "correct_meeting": f"corrected who attended the meeting {of}, on {{day}}: {{count}}",
            }
        )
