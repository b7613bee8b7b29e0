"""Proving tokens of NHS CIS2: by its published keys, never by what a token says of itself, and each once."""

from __future__ import annotations

import hashlib
import time
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import jwt
from django.db import IntegrityError, transaction

from pbc.errors import RefusedInput
from pbc_web.accounts.models import SpentToken

ALGORITHMS = ("RS256", "PS256", "ES256")  # signed by a key pair: `none`, or a secret both know, proves nothing
LEEWAY_SECONDS = 30


def prove(token: str, *, keys: dict[str, Any], issuer: str, audience: str, required: Sequence[str]) -> dict[str, Any]:
    """This returns what a token claims once signature, issuer, audience and expiry hold; anything else is refused."""
    try:
        kid = jwt.get_unverified_header(token).get("kid")
        key = next(each for each in jwt.PyJWKSet.from_dict(keys).keys if each.key_id == kid)
        claims: dict[str, Any] = jwt.decode(
            token, key=key.key, algorithms=list(ALGORITHMS), issuer=issuer, audience=audience, leeway=LEEWAY_SECONDS,
            options={"require": ["iss", "aud", "iat", *required]},
        )  # fmt: skip
    except (jwt.PyJWTError, StopIteration) as fault:
        raise RefusedInput("A token of NHS CIS2 does not hold.", found=type(fault).__name__) from fault
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if (several or "azp" in claims) and claims.get("azp") != audience:
        raise RefusedInput("A token of NHS CIS2 was made for somebody else.", found="azp")
    return claims


def spend(token: str, *, expires: int, at: datetime) -> None:
    """Note that a token was used; one used before is refused. Those long expired are forgotten."""
    SpentToken.objects.filter(expires_at__lt=at).delete()
    try:
        with transaction.atomic():
            ends = datetime.fromtimestamp(expires + LEEWAY_SECONDS, UTC)
            SpentToken.objects.create(token=hashlib.sha256(token.encode()).hexdigest(), expires_at=ends)
    except IntegrityError:
        raise RefusedInput("A token of NHS CIS2 was used before.") from None


def sign_for_client(private_key: str, *, client_id: str, token_address: str) -> dict[str, str]:
    """This returns what proves to NHS CIS2 that it is us who ask for a token: a short letter signed with our own key."""
    now = int(time.time())
    said = {
        "iss": client_id,
        "sub": client_id,
        "aud": token_address,
        "jti": str(uuid.uuid4()),
        "iat": now,
        "exp": now + 60,
    }
    return {
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": jwt.encode(said, private_key, algorithm="RS512"),
    }
