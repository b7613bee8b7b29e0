"""What letters say: plain text, complete in itself, no patient in it."""

from __future__ import annotations

from django.template.loader import render_to_string

from pbc_web.notices.models import Escalation


def words_of_escalation(escalation: Escalation) -> str:
    """This returns an escalation as the body of a notice."""
    return render_to_string("notices/letters/escalation.txt", {"escalation": escalation}).strip()
