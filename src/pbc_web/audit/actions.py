"""Writing the trail: inside the same transaction as the deed, so that neither stands without the other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from django.db import connection, transaction

from pbc_web.audit.chain import FIRST, hash_entry
from pbc_web.audit.models import Check, Entry, Head
from pbc_web.audit.queries import broken_at, last_check
from pbc_web.audit.sentences import COVER, SENTENCES


class Doer(Protocol):
    """Whoever does something: a person in a role for an organisation, or a process of ours."""

    @property
    def audit_name(self) -> str:
        """The number of a person, or the name of a process."""

    @property
    def audit_role(self) -> str:
        """The code of the role acted in."""

    @property
    def organisation_code(self) -> str:
        """The code of the organisation acted for."""

    @property
    def audit_cover(self) -> str:
        """The number of the colleague covered for, or nothing."""


def record(
    *, by: Doer, verb: str, about: tuple[str, object], at: datetime, told: dict[str, Any] | None = None
) -> Entry:
    """Append one entry. `about` is the kind and the key of what it concerns; `told` fills the sentence of the verb.

    Call it in the transaction that does the deed: outside of one it refuses.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an audit entry is written in the transaction of its deed")
    if verb not in SENTENCES:
        raise KeyError(f"no sentence says what it means to {verb}")
    head = _head()
    plain = {
        "number": head.number + 1, "at": at.astimezone(UTC).isoformat(timespec="milliseconds"),
        "person": by.audit_name, "role": by.audit_role, "organisation": by.organisation_code,
        "verb": verb, "subject_kind": about[0], "subject": str(about[1]), "told": _told(by, told),
        "previous_hash": head.hash,
    }  # fmt: skip
    entry = Entry.objects.create(**plain, hash=hash_entry(plain))
    head.number, head.hash = entry.number, entry.hash
    head.save()
    return entry


def _told(by: Doer, told: dict[str, Any] | None) -> dict[str, Any]:
    return (told or {}) | ({COVER: by.audit_cover} if by.audit_cover else {})


@transaction.atomic
def check_trail(*, at: datetime) -> Check:
    """Hold the whole trail against its hashes and keep what was found."""
    head = Head.objects.filter(id=1).first()
    return Check.objects.create(checked_at=at, number=head.number if head else 0, broken=broken_at() or "")


def check_trail_daily(now: datetime) -> None:
    """Check the trail where the last check is a day old or more: asked every minute by the clock."""
    last = last_check()
    if last is None or now - last.checked_at >= timedelta(days=1):
        check_trail(at=now)


def _head() -> Head:
    """The head, locked until the transaction ends: entries are numbered one after another, whoever writes."""
    found = Head.objects.select_for_update().filter(id=1).first()
    if found is None:
        with transaction.atomic():
            Head.objects.get_or_create(id=1, defaults={"hash": FIRST})
        found = Head.objects.select_for_update().get(id=1)
    return found
