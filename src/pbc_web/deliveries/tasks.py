"""What deliveries ask of somebody: files to decide, months to take in, rights that end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from pbc_web.accounts.actor import Actor
from pbc_web.accounts.tasks import Task
from pbc_web.deliveries.models import Delivery
from pbc_web.deliveries.permissions import may_keep_feeds
from pbc_web.deliveries.queries import feeds_ending
from pbc_web.deliveries.sides import ANALYSIS, BOOKS
from pbc_web.deliveries.states import CHECKED, UNREADABLE
from pbc_web.shell.words import count_of


def tasks_for(actor: Actor, today: date) -> Iterator[Task]:
    """Yields what waits for whoever takes in deliveries, and for whoever keeps the register of feeds."""
    for side, what in ((ANALYSIS, "delivered file"), (BOOKS, "file of contracts, invoices or the ledger")):
        if side.may_decide(actor):
            held = Delivery.objects.visible_to(actor).of(side.kinds)
            waiting = held.filter(state__in=(CHECKED, UNREADABLE)).count()
            if waiting:
                title = f"Accept or reject {count_of(waiting, what, what.replace('file', 'files', 1))}"
                yield Task(title, side.address("overview"), minutes=5 * waiting)
    if may_keep_feeds(actor):
        for feed in feeds_ending(actor, today=today):
            address = reverse("deliveries:feed", args=[feed.id])
            yield Task(f"Renew or end the feed {feed.name}", address, feed.last_day, 10, is_late=feed.last_day < today)
