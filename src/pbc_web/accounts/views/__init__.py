"""People, their accounts and appointments as pages."""

from pbc_web.accounts.views.administration import erase, everybody, view_as
from pbc_web.accounts.views.appointments import appointment, cover, end, renew
from pbc_web.accounts.views.invitations import accept_invitation, resend_invitation, withdraw_invitation
from pbc_web.accounts.views.own import (
    account,
    choose_role,
    extend_session,
    own_data,
    second_factor,
    sign_out_everywhere,
    stop_viewing_as,
)  # fmt: skip
from pbc_web.accounts.views.people import invite, people, people_of

__all__ = [
    "accept_invitation", "account", "appointment", "choose_role", "cover", "end", "erase", "everybody", "extend_session",
    "invite", "own_data", "people", "people_of", "renew", "resend_invitation", "second_factor", "sign_out_everywhere",
    "stop_viewing_as", "view_as", "withdraw_invitation",
]  # fmt: skip
