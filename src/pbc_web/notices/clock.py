"""The clock: what apps want looked at each minute. All is worked out from stored dates, so that a missed tick loses nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from pbc_web.notices.models import LastTick
from pbc_web.notices.outbox import send_waiting
from pbc_web.shell.one_at_a_time import alone

Watch = Callable[[datetime], None]
WATCHES: dict[str, Watch] = {}
LOG = logging.getLogger("pbc.clock")


def each_tick(name: str, watch: Watch) -> None:
    """Have a function called about every minute with the time. It must be safe to repeat: tell under a key."""
    WATCHES[name] = watch


def tick(now: datetime) -> bool:
    """Look at everything once and send the outbox; False where somebody else is at it. What one app gets wrong does not stop the others."""
    with alone("tick") as held:
        if held is None:
            return False
        for name, watch in WATCHES.items():
            _look(name, watch, now)
        send_waiting(now)
        LastTick.objects.update_or_create(name="tick", defaults={"at": now})
        return True


def last_tick() -> datetime | None:
    """This returns when the clock last went round, or None."""
    found = LastTick.objects.filter(name="tick").first()
    return found.at if found else None


def _look(name: str, watch: Watch, now: datetime) -> None:
    try:
        with transaction.atomic():
            watch(now)
    except Exception:
        LOG.exception("the watch %s failed", name)
