"""The app, for Django."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from django.apps import AppConfig

from pbc_web.audit.names import lend_names
from pbc_web.audit.sentences import add_sentences

_NUMBER = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class AccountsConfig(AppConfig):
    """Accounts."""

    name = "pbc_web.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Lend the trail this app's sentences and the names of people."""
        add_sentences(
            {
                "sign_in": "signed in",
                "sign_out": "signed out",
                "fail_to_sign_in": "was refused at sign-in",
                "change_role": "began to act as {role} of {organisation}",
                "appoint": "appointed {person} as {role} of {organisation} from {on}",
                "end_appointment": "ended the appointment of {person} as {role} of {organisation} on {on}",
            }
        )
        lend_names(_names_of)


def _names_of(people: Iterable[str]) -> Mapping[str, str]:
    from pbc_web.accounts.models import Person

    numbers = [each for each in people if _NUMBER.fullmatch(each)]  # a process of ours has a name for a number
    known = Person.objects.filter(number__in=numbers).values_list("number", "name")
    return {str(number): name for number, name in known if name}
