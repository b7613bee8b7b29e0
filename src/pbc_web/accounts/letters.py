"""Letters of accounts. An invitation goes straight out and never through the outbox, which would keep its token."""

from __future__ import annotations

import logging
from datetime import datetime

from django.conf import settings
from django.core.mail import send_mail

from pbc_web.accounts.models import Invitation
from pbc_web.shell import words

LOG = logging.getLogger(__name__)


def send_invitation(invitation: Invitation, *, address: str) -> bool:
    """Send the letter of an invitation with the address of its page; returns whether the post took it."""
    service = settings.PBC_SERVICE_NAME
    lines = (
        f"Dear {invitation.name}",
        f"{invitation.invited_by.name} invites you to {service}, as {invitation.role.title} of {invitation.organisation.name}.",
        f"Open this address to accept, before {_until(invitation.expires_at)}. It works once and is for you alone:",
        address,
        "If you did not expect this, you need do nothing.",
    )
    subject = f"Invitation: {invitation.role.title}, {invitation.organisation.name}"
    try:
        return bool(send_mail(subject, "\n\n".join(lines) + "\n", None, [invitation.email]))
    except OSError:  # smtplib's faults are OSErrors: no post, no answer, an address refused
        LOG.exception("invitation %s could not be sent", invitation.id)
        return False


def _until(moment: datetime) -> str:
    return words.day(moment)
