"""The app, for Django."""

from __future__ import annotations

from django.apps import AppConfig

from pbc_web.audit.sentences import add_sentences


class MobilisationConfig(AppConfig):
    """What follows an approval."""

    name = "pbc_web.mobilisation"
    label = "mobilisation"

    def ready(self) -> None:
        """Lend the trail this app's sentences, the menu its entry, proposals their part, home its tasks, the clock its watches."""
        from pbc_web.accounts.navigation import add_to_menu
        from pbc_web.accounts.tasks import add_tasks
        from pbc_web.business_cases.deciding import on_end
        from pbc_web.business_cases.parts import add_part
        from pbc_web.mobilisation import tasks, watches
        from pbc_web.mobilisation.actions import require_not_begun
        from pbc_web.mobilisation.benefits import CHOOSE, COMPARE, compare_what_is_due, note_done
        from pbc_web.mobilisation.part import under_way
        from pbc_web.mobilisation.permissions import may_read_mobilisation, may_read_times
        from pbc_web.notices.clock import each_tick
        from pbc_web.runs.finishing import on_finish

        add_sentences(SENTENCES)
        add_to_menu(45, "Under way", "mobilisation:listing", shown_to=may_read_mobilisation)
        add_to_menu(46, "Decision times", "mobilisation:times", shown_to=may_read_times)
        add_part(45, "mobilisation/part.html", under_way)
        on_end(require_not_begun)
        for kind in (CHOOSE, COMPARE):
            on_finish(kind, note_done)
        add_tasks(tasks.tasks_of)
        each_tick("milestones", watches.watch_milestones)
        each_tick("quick wins", watches.watch_quick_wins)
        each_tick("comparisons due", compare_what_is_due)


SENTENCES = {
    "add_milestone": "added milestone {number} to {code}, due {due}",
    "change_milestone": "changed milestone {number} of {code}, due {due}",
    "finish_milestone": "marked milestone {number} of {code} as done",
    "drop_milestone": "dropped milestone {number} of {code}",
    "reopen_milestone": "opened milestone {number} of {code} again",
    "ask_choose_comparators": "had it chosen whom {code} is compared with",
    "ask_compare_benefit": "had the promise of {code} compared with fact {months} months after its start",
    "record_service_change": "recorded that the service of {code} changed on {day}",
    "correct_service_change": "corrected the day on which the service of {code} changed to {day}",
}
