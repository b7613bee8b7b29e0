"""What NHS CIS2 says of somebody, judged: how surely it knows them, and for which organisation they chose to act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pbc.errors import RefusedInput

LEAST_IDENTITY_LEVEL = 3  # their papers were seen and held against them


@dataclass(frozen=True)
class Identity:
    """Somebody NHS CIS2 vouches for: their lasting number there, and the organisation of the role they chose."""

    uid: str
    organisation_code: str
    role_name: str
    session: str


def judge(claims: Mapping[str, Any], *, least_authentication_level: int) -> Identity:
    """This returns the identity of claims, refusing one known or proved too weakly, or acting in a role it does not hold.

    The address is never looked at: it changes hands, the number does not.
    """
    uid = claims.get("uid")
    if not isinstance(uid, str) or not uid.strip():
        raise RefusedInput("NHS CIS2 did not say who you are.", expected="uid")
    _at_least(
        claims, "id_assurance_level", LEAST_IDENTITY_LEVEL, "Your identity was not proved well enough to NHS CIS2."
    )
    _at_least(
        claims, "authentication_assurance_level", least_authentication_level,
        "You signed in to NHS CIS2 in a way that is not safe enough here.",
    )  # fmt: skip
    role = _selected(claims)
    return Identity(uid, str(role.get("org_code", "")), str(role.get("role_name", "")), str(claims.get("sid", "")))


def _at_least(claims: Mapping[str, Any], name: str, least: int, what: str) -> None:
    said = str(claims.get(name, ""))
    if not said.isdecimal() or int(said) < least:
        raise RefusedInput(what, found=f"level {said or 'not told'}", expected=f"level {least} or above")


def _selected(claims: Mapping[str, Any]) -> Mapping[str, Any]:
    chosen, held = claims.get("selected_roleid"), claims.get("nhsid_nrbac_roles")
    roles = [each for each in held if isinstance(each, dict)] if isinstance(held, list) else []
    found = next((each for each in roles if chosen and each.get("person_roleid") == chosen), None)
    if found is None:
        raise RefusedInput(
            "The role you chose at NHS CIS2 is not one it says you hold.",
            remedy="Sign in again and choose a role you hold.",
        )
    return found
