"""Who is acting: a person in one appointment, with all that permissions and the audit trail ask of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from pbc_web.accounts.reach import Reach, reach_of
from pbc_web.accounts.roles import Duty, Role, Sight, role_in
from pbc_web.organisations.models import Organisation


@dataclass(frozen=True)
class Actor:
    """A person acting in a role for an organisation on a day. `seen_by` is set where somebody views as they see."""

    person_id: int
    person_number: str
    name: str
    appointment_id: int
    role_code: str
    organisation: Organisation
    on: date
    other_appointments: tuple[int, ...] = ()
    seen_by: str = ""
    seen_by_number: str = ""
    seen_by_id: int = 0  # and the id; nought where nobody views
    cover_for: str = ""  # the name of the colleague whose appointment is covered
    audit_cover: str = ""  # and their number

    @property
    def role(self) -> Role:
        """The role acted in, by the name it has in its kind of organisation."""
        return role_in(self.role_code, self.organisation.kind)

    @property
    def organisation_code(self) -> str:
        """The code of the organisation acted for."""
        return self.organisation.code

    @property
    def organisation_name(self) -> str:
        """Its name."""
        return self.organisation.name

    @property
    def audit_name(self) -> str:
        """The number the audit trail keeps: of whoever really acts."""
        return self.seen_by_number or self.person_number

    @property
    def audit_role(self) -> str:
        """The role the audit trail keeps."""
        return self.role_code

    @property
    def eyes(self) -> tuple[int, ...]:
        """The ids of those who see what the actor sees: the person, and whoever views as them. What is kept from one is kept from both."""
        return (self.person_id, self.seen_by_id) if self.seen_by_id else (self.person_id,)

    @property
    def reader_id(self) -> int:
        """The id of whoever really reads: what somebody was told is for their own eyes."""
        return self.seen_by_id or self.person_id

    def may(self, duty: Duty) -> bool:
        """Whether the role has a duty. Whoever views as somebody never comes to records: those are for the practice's own eyes."""
        return self.role.may(duty) and not (self.seen_by and duty is Duty.READ_RECORDS)

    def sees(self, sight: Sight) -> bool:
        """Whether the role has this sight."""
        return self.role.sight is sight

    @cached_property
    def reach(self) -> Reach:
        """The organisations in reach, worked out once a request."""
        return reach_of(self.role, self.organisation, on=self.on)


@dataclass(frozen=True)
class Process:
    """A process of ours that acts by itself: the worker, the clock, an import."""

    audit_name: str
    organisation_code: str = ""
    audit_role: str = "process"
    audit_cover: str = ""
