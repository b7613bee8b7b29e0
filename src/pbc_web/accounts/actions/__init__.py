"""The only writes of people, appointments, invitations and sessions."""

from pbc_web.accounts.actions.appointments import appoint, arrange_cover, end_appointment, renew_appointment
from pbc_web.accounts.actions.invitations import accept, invite, resend, withdraw
from pbc_web.accounts.actions.people import end_all_sessions, erase, link_cis2, unlink_cis2

__all__ = [
    "accept", "appoint", "arrange_cover", "end_all_sessions", "end_appointment", "erase", "invite", "link_cis2",
    "renew_appointment", "resend", "unlink_cis2", "withdraw",
]  # fmt: skip
