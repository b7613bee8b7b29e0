"""What a panel needs of whoever keeps it, for the home page: meetings that keep the eight weeks, and who attended them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from pbc_web.accounts.actor import Actor
from pbc_web.accounts.tasks import Task
from pbc_web.panels.permissions import may_keep_panels
from pbc_web.panels.queries import calendar_ahead, panel_of, unrecorded
from pbc_web.panels.shown import impossible_days, is_known
from pbc_web.shell.words import count_of, day


def tasks_of(actor: Actor, today: date) -> Iterator[Task]:
    """This yields what waits for whoever keeps a panel that has begun; before there is one it is set up from its page."""
    panel = panel_of(actor.organisation, today) if may_keep_panels(actor) else None
    if panel is None:
        return
    code = panel.commissioner.code
    material = calendar_ahead(panel.commissioner, today)
    days = impossible_days(material)
    if not is_known(material):
        yield Task("Plan the panel's next meetings", reverse("panels:plan", args=[code]), minutes=10)
    elif days:
        title = f"Plan one more meeting: {count_of(days, 'day')} of submission without a decision in eight weeks"
        yield Task(title, reverse("panels:panel", args=[code]), minutes=10)
    for each in unrecorded(panel, today):
        address = reverse("panels:move_meeting", args=[code, each.id, "hold"])
        yield Task(f"Record who attended the panel of {day(each.meets_on)}", address)
