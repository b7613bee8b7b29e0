"""Pseudonyms: an NHS number is checked by modulus 11 and replaced by a keyed hash, inside the engine, once per number.

person_id is the first 15 hexadecimal digits of HMAC-SHA256(key, ten digits) as an integer: 60 bits, so that 56 million
people collide with a chance of about one in 700. The key comes from a file only its owner can read; its derived pads
are bound as parameters of one statement and never stand in a view, a table, a message or a receipt.
"""

from __future__ import annotations

import hashlib
import hmac
import stat
from pathlib import Path

from pbc.errors import RefusedInput

SHORTEST_KEY = 32
HEX_DIGITS = 15
_BLOCK = 64  # bytes of a SHA-256 block
_LONGEST_KEY = 4096


def read_key(path: Path) -> bytes:
    """This returns the key in a file, refusing one that others can read, that is too short or that is all alike."""
    try:
        mode = path.stat().st_mode
        key = path.read_bytes()[: _LONGEST_KEY + 1].strip() if stat.S_ISREG(mode) else b""
    except OSError as error:
        raise RefusedInput(
            "The key file cannot be read.", path.name, error.strerror or "no such file",
            "a file of at least 32 random bytes", f"Make one: head -c 32 /dev/urandom | base64 > {path.name}; chmod 600 {path.name}",
        ) from None  # fmt: skip
    if mode & 0o077:
        raise RefusedInput(
            "The key file can be read by others.", path.name, f"mode {stat.S_IMODE(mode):04o}", "mode 0600",
            f"Run chmod 600 {path.name}; if others may have read it, make a new key.",
        )  # fmt: skip
    require_key(key)
    return key


def require_key(key: bytes | None) -> bytes:
    """This returns the key, refusing none, a short one or one of few different bytes. The key itself is never shown."""
    if not key:
        raise RefusedInput(
            "A delivery with NHS numbers cannot be read without a key.",
            remedy="Give a key file (--key-file, mode 0600), or send what pbc pseudonymise makes of the file.",
        )
    if len(key) < SHORTEST_KEY or len(key) > _LONGEST_KEY or len(set(key)) < SHORTEST_KEY // 4:
        raise RefusedInput(
            "This key is too weak.", found=f"{len(key)} bytes, {len(set(key))} of them different",
            expected=f"at least {SHORTEST_KEY} random bytes", remedy="Make one: head -c 32 /dev/urandom | base64",
        )  # fmt: skip
    return key


def key_fingerprint(key: bytes) -> str:
    """This returns sixteen digits that tell two keys apart and say nothing of either; it may stand in a receipt."""
    return hmac.new(require_key(key), b"pbc key fingerprint", hashlib.sha256).hexdigest()[:16]


def require_same_key(key: bytes, *, fingerprint: str) -> None:
    """This refuses a key other than the one earlier deliveries were read with: people would not match."""
    require_same_fingerprint(key_fingerprint(key), fingerprint=fingerprint)


def require_same_fingerprint(found: str, *, fingerprint: str, where: str = "") -> None:
    """This refuses the same by the fingerprint of the key a delivery was pseudonymised with."""
    if not hmac.compare_digest(found, fingerprint):
        raise RefusedInput(
            "This is not the key earlier deliveries were read with.", where, found, fingerprint,
            "Use the same key file, or receive everything again into a new store.",
        )  # fmt: skip


def pads(key: bytes) -> dict[str, bytes]:
    """This returns the inner and outer pads of HMAC (RFC 2104) as parameters of `pseudonym_sql`."""
    whole = (hashlib.sha256(key).digest() if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")
    return {"inner": bytes(byte ^ 0x36 for byte in whole), "outer": bytes(byte ^ 0x5C for byte in whole)}


def pseudonym_sql(digits: str) -> str:
    """This returns SQL for the person_id of ten digits of text; its parameters are `pads(key)`."""
    return f"CAST('0x' || {hexadecimal_sql(digits)} AS BIGINT)"


def hexadecimal_sql(digits: str) -> str:
    """This returns SQL for the same as hexadecimal digits."""
    inner = f"unhex(sha256($inner::BLOB || encode({digits})))"
    return f"left(sha256($outer::BLOB || {inner}), {HEX_DIGITS})"


def pseudonym_of(text: str, *, key: bytes) -> int:
    """This returns the person_id of one identifier by Python's own HMAC: the second opinion of `pseudonym_sql`.

    >>> 0 <= pseudonym_of("9990000018", key=bytes(range(32))) < 2**60
    True
    """
    return int(hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:HEX_DIGITS], 16)


def passes_check_sql(number: str) -> str:
    """This returns SQL that is true where a ten-digit BIGINT passes modulus 11 and is not one digit ten times over.

    With weights 10 to 1 the sum of an NHS number is a multiple of 11 exactly when its check digit is right, and a number
    whose check digit would be 10 never is. Ten equal digits always pass, and are a placeholder, not a person.
    """
    weighted = " + ".join(f"{11 - place} * (({number} // {10 ** (10 - place)}) % 10)" for place in range(1, 11))
    return f"(({weighted}) % 11 = 0 AND {number} % 1111111111 <> 0)"
