"""The app, for Django."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.apps import AppConfig

from pbc_web.audit.names import lend_names
from pbc_web.audit.sentences import add_sentences

SENTENCES = {
    "sign_in": "signed in",
    "sign_out": "signed out",
    "fail_to_sign_in": "was refused a sign-in as {person}",
    "change_role": "began to act as {role} of {organisation}",
    "be_denied": "was refused {page}",
    "view_as": "began to view as {person} ({role}, {organisation}) because {reason}",
    "stop_viewing_as": "stopped viewing as {person}",
    "appoint": "appointed {person} as {role} of {organisation} from {on}",
    "end_appointment": "ended the appointment of {person} as {role} of {organisation} on {on}",
    "renew_appointment": "renewed the appointment of {person} as {role} of {organisation} until {until}",
    "arrange_cover": "arranged that {person} covers for {covered} as {role} of {organisation} from {on} to {until}",
    "invite": "invited somebody as {role} of {organisation}",
    "resend_invitation": "sent the invitation as {role} of {organisation} again",
    "withdraw_invitation": "withdrew the invitation as {role} of {organisation}",
    "accept_invitation": "accepted the invitation as {role} of {organisation}",
    "end_all_sessions": "signed {person} out everywhere",
    "link_cis2": "linked their NHS CIS2 identity",
    "unlink_cis2": "took their NHS CIS2 identity away",
    "change_second_factor": "{change} {factor}",
    "change_password": "{change} their password",
    "erase_person": "forgot {person}",
}


class AccountsConfig(AppConfig):
    """Accounts."""

    name = "pbc_web.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Lend the trail this app's sentences and the names of people; add the menu; listen to who comes and goes."""
        from pbc_web.accounts import comings_and_goings
        from pbc_web.accounts.navigation import add_to_menu
        from pbc_web.accounts.permissions import may_appoint

        add_sentences(SENTENCES)
        lend_names(_names_of, _numbers_of)
        comings_and_goings.listen()
        add_to_menu(80, "People", "people", shown_to=may_appoint)
        add_to_menu(85, "Organisations", "organisations:listing", shown_to=lambda actor: True)
        add_to_menu(90, "Audit trail", "audit:trail", shown_to=lambda actor: actor.role.reads_audit)


def _names_of(people: Iterable[str]) -> Mapping[str, str]:
    from pbc_web.accounts.models import Person

    known = Person.objects.filter(number__in=list(people)).values_list("number", "name")
    return {str(number): name for number, name in known if name}


def _numbers_of(name: str) -> list[str]:
    from pbc_web.accounts.models import Person

    return [str(each) for each in Person.objects.filter(name__icontains=name).values_list("number", flat=True)[:200]]
