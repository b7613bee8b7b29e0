"""Sending what waits in the outbox: each e-mail once. Called by the clock, which lets one process at a time do it.

A letter is claimed and the claim committed; it is sent; it is settled. Killed between the claim and the settling nobody knows
whether it went: it becomes "perhaps sent", an administrator sees it and decides. What the mail server refused in so many words
was not sent: it is tried again, later each time.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction

from pbc_web.notices.models import Letter
from pbc_web.notices.states import CLAIMED, GIVEN_UP, SENT, UNCERTAIN, WAITING

LOG = logging.getLogger("pbc.outbox")
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (5, 30, 120, 480, 1440))
AT_ONCE = 200
REFUSED = (SMTPRecipientsRefused, SMTPResponseException)  # the server answered, and its answer was no


def send_waiting(now: datetime) -> int:
    """Send what waits and is due, and return how many went. A mail server that does not answer leaves all waiting."""
    doubt_unsettled(now)
    waiting = list(Letter.objects.filter(state=WAITING, next_try_at__lte=now)[:AT_ONCE])
    if not waiting:
        return 0
    line = get_connection()
    try:
        line.open()
    except OSError as error:
        LOG.warning("the mail server does not answer (%s): %d e-mails wait", type(error).__name__, len(waiting))
        return 0
    try:
        return sum(_send(letter, line, now) for letter in waiting)
    finally:
        line.close()


def doubt_unsettled(now: datetime) -> int:
    """Mark as perhaps sent what a sender that died had claimed, and return how many."""
    unsettled = Letter.objects.filter(state=CLAIMED)
    return unsettled.update(state=UNCERTAIN, settled_at=now, said="The sender was cut short")


def _send(letter: Letter, line: Any, now: datetime) -> bool:
    if not _claim(letter, now):
        return False
    try:
        _message(letter, line).send()
    except REFUSED as refusal:
        _refused(letter, _said(refusal), now)
        return False
    except Exception as error:  # cut off in the middle: it may have gone
        LOG.warning("an e-mail was perhaps sent (%s): letter %d", type(error).__name__, letter.id)
        _settle(letter, UNCERTAIN, said=type(error).__name__, settled_at=now)
        return False
    _settle(letter, SENT, said="", settled_at=now, body="")
    return True


def _message(letter: Letter, line: Any) -> EmailMessage:
    name = hashlib.sha256(f"{letter.id} {letter.key}".encode()).hexdigest()[:32]
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">") or "localhost"
    subject = " ".join(letter.subject.split())  # one line, whatever a name held
    headers = {"Message-ID": f"<{name}@{domain}>", "Auto-Submitted": "auto-generated"}
    return EmailMessage(subject, letter.body, to=[letter.to], headers=headers, connection=line)


@transaction.atomic
def _claim(letter: Letter, now: datetime) -> bool:
    waiting = Letter.objects.filter(id=letter.id, state=WAITING)
    letter.tries += 1
    return waiting.update(state=CLAIMED, claimed_at=now, tries=letter.tries) == 1


def _refused(letter: Letter, said: str, now: datetime) -> None:
    if letter.tries > len(BACK_OFF):
        LOG.warning("letter %d is given up: %s", letter.id, said)
        _settle(letter, GIVEN_UP, said=said, settled_at=now)
    else:
        _settle(letter, WAITING, said=said, next_try_at=now + BACK_OFF[letter.tries - 1])


@transaction.atomic
def _settle(letter: Letter, state: str, **more: Any) -> None:
    Letter.objects.filter(id=letter.id, state=CLAIMED).update(state=state, **more)


def _said(refusal: Exception) -> str:
    if isinstance(refusal, SMTPRecipientsRefused):
        return "The address was refused"
    return f"Refused with {refusal.smtp_code}" if isinstance(refusal, SMTPResponseException) else ""
