"""`pbc add-person`: invite somebody from the console, above all the first administrator, whom nobody in the pages can."""

from __future__ import annotations

from typing import Any

import click

from pbc.errors import RefusedInput
from pbc_cli.web import make_ready, open_web


@click.command()
@click.argument("email")
@click.option("--name", required=True, help="The person's name, as pages show it.")
@click.option(
    "--role", "role_code", default="administrator", show_default=True, help="Code of the role, as in docs/roles.md."
)
@click.option(
    "--organisation", "code", default="", help="Code of the organisation; an administrator's is this service itself."
)
def command(email: str, name: str, role_code: str, code: str) -> None:
    """Invite EMAIL to a role and print the address where the invitation is taken up: it works once, for 14 days.

    No letter is sent: hand the address over by a way you trust. Roles that decide set up a second factor first.
    """
    open_web()
    make_ready("migrate")  # it comes before the first pbc serve
    from django.conf import settings
    from django.urls import reverse

    from pbc_web.accounts.actions import invite
    from pbc_web.accounts.actor import Process
    from pbc_web.accounts.roles import ROLES
    from pbc_web.shell import clock

    if role_code not in ROLES:
        raise RefusedInput("There is no such role.", found=role_code, expected=", ".join(sorted(ROLES)))
    at = clock.now()
    _, token = invite(
        email=email, name=name, role_code=role_code, organisation=_organisation(code), invited_by=_service(),
        by=Process("console"), at=at,
    )  # fmt: skip
    click.echo(f"{settings.PBC_ADDRESS.rstrip('/')}{reverse('accept_invitation', args=[token])}")


def _organisation(code: str) -> Any:
    from django.conf import settings

    from pbc_web.accounts.actor import Process
    from pbc_web.organisations.actions import import_organisations
    from pbc_web.organisations.models import Organisation
    from pbc_web.shell import clock

    if not code and not Organisation.objects.filter(kind="service").exists():
        row = {
            "organisation_code": "SERVICE", "organisation_kind": "service", "opened_on": None, "closed_on": None,
            "organisation_name": settings.PBC_SERVICE_NAME,
        }  # fmt: skip
        import_organisations([row], [], source="console", by=Process("console"), at=clock.now())
    found = Organisation.objects.filter(code=code) if code else Organisation.objects.filter(kind="service")
    organisation = found.first()
    if organisation is None:
        raise RefusedInput(
            "There is no organisation of this code.", found=code, remedy="See /organisations/ for codes."
        )
    return organisation


def _service() -> Any:
    """The service itself, as whoever invites from the console: a person who cannot sign in."""
    from pbc_web.accounts.models import Person

    known = Person.objects.filter(email="service@console.invalid").first()
    return known or Person.objects.create_user("service@console.invalid", name="The service", is_active=False)
