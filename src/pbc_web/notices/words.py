"""What notices and e-mails say: plain text, complete in itself, no patient in it."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string

from pbc_web.notices.models import Escalation, Notice


def words_of_notice(notice: Notice) -> str:
    """This returns a notice as the body of an e-mail, with the address of what it is about."""
    link = f"{settings.PBC_ADDRESS.rstrip('/')}{notice.link}" if notice.link else ""
    told = {"notice": notice, "link": link, "service": settings.PBC_SERVICE_NAME, "contact": settings.PBC_CONTACT}
    return render_to_string("notices/letters/notice.txt", told).strip() + "\n"


def words_of_escalation(escalation: Escalation) -> str:
    """This returns an escalation as the body of a notice."""
    return render_to_string("notices/letters/escalation.txt", {"escalation": escalation}).strip()
