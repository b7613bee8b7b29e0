"""Who is acting: a person in one appointment, with all that permissions and the audit trail ask of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from pbc_web.accounts.reach import Reach, reach_of
from pbc_web.accounts.roles import ROLES, Duty, Role, Sight
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
    has_second_factor: bool = field(default=False)

    @property
    def role(self) -> Role:
        """The role acted in."""
        return ROLES[self.role_code]

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
        """The number the audit trail keeps."""
        return self.person_number

    @property
    def audit_role(self) -> str:
        """The role the audit trail keeps."""
        return self.role_code

    def may(self, duty: Duty) -> bool:
        """Whether the role has a duty."""
        return self.role.may(duty)

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
