"""Downloading one file whole or not at all: resumed after a cut, checked before it takes its name.

Standard library only: one GET with a Range needs no more, and a client library would be a dependency to keep up.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import http.client
import ipaddress
import json
import os
import socket
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from pbc.errors import Fault, RefusedInput

CHUNK = 1 << 16
LOOPBACK = ("127.0.0.1", "localhost", "::1")
RANGE_NOT_SATISFIABLE = 416
DISK_FAULTS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)
WORTH_ANOTHER_TRY = (408, 425, 429, 500, 502, 503, 504)


@dataclass(frozen=True)
class Patience:
    """How long to wait for an answer, how often to try, and how long to rest before trying again (doubled each time)."""

    timeout_seconds: float = 30
    attempts: int = 5
    rest_seconds: float = 1


class Interrupted(Exception):
    """The transfer stopped early; what has arrived is kept and the next attempt goes on from there."""


class _StaysSafe(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        try:
            _require_safe_onward(req.full_url, newurl)
        except RefusedInput:
            fp.close()
            raise
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def download(
    address: str,
    target: Path,
    *,
    sha256: str,
    size_bytes: int = 0,
    progress: Callable[[int, int], None] = lambda done, total: None,
    patience: Patience = Patience(),
) -> Path:
    """This returns `target`, holding exactly the bytes whose SHA-256 was given.

    Bytes are gathered in `target`.part, which a later call resumes; wrong bytes are removed. `progress` is told bytes
    so far and in all (0 where the server does not say). A file of other contents already at `target` is never touched.
    """
    _require_safe(address)
    if target.exists():
        return _accept_existing(target, sha256)
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    with _alone_on(part) as gathered:
        resumed = gathered.seek(0, os.SEEK_END) > 0
        _gather(address, gathered, part, size_bytes, progress, patience)
        if resumed and _sha256(part) != sha256:  # an earlier, other file was continued: once more from the start
            gathered.truncate(0)
            _gather(address, gathered, part, size_bytes, progress, patience)
        os.fsync(gathered.fileno())
        _require_right_bytes(address, part, sha256)
        os.replace(part, target)
        _validator_file(part).unlink(missing_ok=True)
    return target


def _require_right_bytes(address: str, part: Path, sha256: str) -> None:
    found = _sha256(part)
    if found != sha256:
        raise RefusedInput(
            "What arrived is not the file in the register, and was removed.", where=address,
            found=f"SHA-256 {found}", expected=sha256,
            remedy="The publisher may have changed it: compare by hand before you trust either.",
        )  # fmt: skip


def _require_safe(address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise RefusedInput("This address is not safe to fetch from.", found=address, expected="https://...")


def _accept_existing(target: Path, sha256: str) -> Path:
    if _sha256(target) != sha256:
        raise RefusedInput(
            "Another file of this name is already there, and was left alone.", where=str(target),
            expected=f"SHA-256 {sha256}", remedy="Move it away, or choose another folder with --out.",
        )  # fmt: skip
    return target


def _require_safe_onward(address: str, onward: str) -> None:
    """A redirect may lead to https, and within this machine; never from elsewhere into this machine, nor out of https."""
    _require_safe(onward)
    is_outward = urlsplit(onward).scheme == "https" and not _is_this_machine(onward)
    if not (is_outward or _is_this_machine(address)):
        raise RefusedInput(
            "The publisher's server leads to an address that is not safe to fetch from.", where=address, found=onward,
            expected="https://... on another machine than this one",
        )  # fmt: skip


def _is_this_machine(address: str) -> bool:
    """Whether an address is this machine's own as it is written, also in short (127.1); no name is looked up for it."""
    host = (urlsplit(address).hostname or "").rstrip(".")
    if host in LOOPBACK or host.endswith(".localhost"):
        return True
    with suppress(OSError):
        host = socket.inet_ntoa(socket.inet_aton(host))
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return False
    inner = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped else found
    return inner.is_loopback or inner.is_unspecified


@contextmanager
def _alone_on(part: Path) -> Iterator[IO[bytes]]:
    with part.open("ab", buffering=0) as gathered:
        try:
            fcntl.flock(gathered, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Fault("Another pbc is fetching this file.", where=str(part), remedy="Wait for it to end.") from error
        try:
            yield gathered
        except RefusedInput:
            gathered.truncate(0)
            raise
        finally:
            if part.exists() and not part.stat().st_size:
                part.unlink()
                _validator_file(part).unlink(missing_ok=True)


def _gather(
    address: str,
    gathered: IO[bytes],
    part: Path,
    size_bytes: int,
    progress: Callable[[int, int], None],
    patience: Patience,
) -> None:
    rest = patience.rest_seconds
    for attempt in range(1, patience.attempts + 1):
        try:
            _attempt(address, gathered, part, size_bytes, progress, patience.timeout_seconds)
            return
        except (Interrupted, http.client.HTTPException, OSError) as error:
            if _is_of_the_disk(error):
                raise _no_room(part, error) from error
            if isinstance(error, urllib.error.HTTPError):
                error.close()
            if not _worth_another_try(error) or attempt == patience.attempts:
                raise _fault(address, error, gathered.tell()) from error
        time.sleep(rest)
        rest *= 2


def _worth_another_try(error: Exception) -> bool:
    if isinstance(error, urllib.error.HTTPError):
        return error.code in WORTH_ANOTHER_TRY
    return not isinstance(_cause(error), ssl.SSLCertVerificationError)


def _cause(error: Exception) -> object:
    """What lies under urllib's wrapping: the fault of the socket or of the certificate itself."""
    return error.reason if isinstance(error, urllib.error.URLError) else error


def _is_of_the_disk(error: Exception) -> bool:
    return isinstance(error, OSError) and error.errno in DISK_FAULTS


def _no_room(part: Path, error: Exception) -> Fault:
    kept = part.stat().st_size
    return Fault(
        "There is no room to keep what arrives.", where=str(part.parent), found=getattr(error, "strerror", "") or str(error),
        remedy=f"Make room or name another folder with --out; {kept:,} bytes are kept, and the same command goes on from there.",
    )  # fmt: skip


def _fault(address: str, error: Exception, kept: int) -> Fault:
    cause = _cause(error)
    if isinstance(cause, ssl.SSLError):
        return _untrusted(address, cause)
    if isinstance(error, urllib.error.HTTPError):
        answer = f"{error.code} {error.reason}"
        remedy = "Try again later." if _worth_another_try(error) else "The publisher may have moved the file."
        return Fault("The publisher's server did not give the file.", where=address, found=answer, remedy=remedy)
    proxy = _proxy_for(address)
    check = f"Check the proxy the environment names ({proxy})." if proxy else "Check the connection."
    return Fault(
        "The file could not be fetched whole.", where=f"{address}, through {proxy}" if proxy else address, found=str(cause),
        remedy=f"{kept:,} bytes are kept: the same command goes on from there." if kept else check,
    )  # fmt: skip


def _proxy_for(address: str) -> str:
    """The host and port of the proxy that the environment names for an address, without any password in it; or nothing."""
    parts = urlsplit(address)
    named = urllib.request.getproxies().get(parts.scheme, "")
    if not named or urllib.request.proxy_bypass(parts.hostname or ""):
        return ""
    proxy = urlsplit(named if "//" in named else f"//{named}")
    return f"{proxy.hostname}:{proxy.port}" if proxy.port else str(proxy.hostname)


def _untrusted(address: str, error: ssl.SSLError) -> Fault:
    """A connection that cannot be made safe is never used: what is wrong is named, and nothing is fetched around it."""
    host = urlsplit(address).hostname or address
    if isinstance(error, ssl.SSLCertVerificationError):
        return Fault(
            f"The certificate of {host} is not to be trusted, so nothing was fetched.", where=address,
            found=error.verify_message, expected="a certificate for that name, in date, signed by an authority known here",
            remedy="Check the address and this machine's clock; behind a proxy that signs anew, set SSL_CERT_FILE to its authority.",
        )  # fmt: skip
    return Fault(
        f"No safe connection could be made to {host}.", where=address, found=error.reason or str(error),
        expected="TLS 1.2 or later", remedy="A proxy or a filter may stand between: ask whoever runs the network.",
    )  # fmt: skip


def _attempt(
    address: str,
    gathered: IO[bytes],
    part: Path,
    size_bytes: int,
    progress: Callable[[int, int], None],
    timeout_seconds: float,
) -> None:
    kept = gathered.seek(0, os.SEEK_END)
    if size_bytes and kept >= size_bytes:
        return  # nothing left to ask for: the checksum decides
    opener = urllib.request.build_opener(_StaysSafe)
    request = urllib.request.Request(address, headers=_headers(part, kept))  # noqa: S310  the scheme was checked
    try:
        answer = opener.open(request, timeout=timeout_seconds)
    except urllib.error.HTTPError as error:
        if error.code != RANGE_NOT_SATISFIABLE or not kept:
            raise
        error.close()
        gathered.truncate(0)
        raise Interrupted("the server holds less than had been kept") from error
    with answer:
        if not (
            answer.status == 206 and _begins_at(answer, kept)
        ):  # the whole file: no ranges here, or another version
            gathered.truncate(0)
            kept = 0
        _remember_validator(part, answer)
        _copy(answer, gathered, kept, _expected_total(answer, kept, size_bytes), progress)


def _expected_total(answer: Any, kept: int, size_bytes: int) -> int:
    length = answer.headers.get("Content-Length")
    total = kept + int(length) if length else size_bytes
    if size_bytes and total != size_bytes:
        raise RefusedInput(
            "The server offers a file of another size than the register's, so it was not fetched.",
            found=f"{total:,} bytes", expected=f"{size_bytes:,}",
            remedy="The publisher may have changed it: compare by hand before you trust either.",
        )  # fmt: skip
    return total


def _headers(part: Path, kept: int) -> dict[str, str]:
    headers = {"User-Agent": "pbc-fetch", "Accept-Encoding": "identity"}
    if kept:
        headers["Range"] = f"bytes={kept}-"
        validator = _validator_file(part)
        if validator.exists():
            headers["If-Range"] = json.loads(validator.read_text(encoding="utf-8"))
    return headers


def _begins_at(answer: Any, kept: int) -> bool:
    return str(answer.headers.get("Content-Range", "")).startswith(f"bytes {kept}-")


def _validator_file(part: Path) -> Path:
    return part.with_name(f"{part.name}.version")


def _remember_validator(part: Path, answer: Any) -> None:
    tag = answer.headers.get("ETag") or ""
    validator = tag if tag and not tag.startswith("W/") else answer.headers.get("Last-Modified")
    if validator:
        _validator_file(part).write_text(json.dumps(validator), encoding="utf-8")
    else:
        _validator_file(part).unlink(missing_ok=True)


def _copy(answer: Any, gathered: IO[bytes], kept: int, total: int, progress: Callable[[int, int], None]) -> None:
    while block := answer.read(CHUNK):
        _write_whole(gathered, block)
        kept += len(block)
        progress(kept, total)
        if total and kept > total:
            raise RefusedInput("More arrived than the file holds.", found=f"{kept:,} bytes", expected=f"{total:,}")
    if total and kept < total:
        raise Interrupted(f"the connection was cut after {kept:,} of {total:,} bytes")


def _write_whole(gathered: IO[bytes], block: bytes) -> None:
    """Writes past any buffer, so that a full disk is told by the write that met it and what is kept is what arrived."""
    rest = memoryview(block)
    while rest:
        rest = rest[gathered.write(rest) :]


def kept_bytes(target: Path) -> int:
    """This returns how much of a download that was not finished is kept beside its place."""
    part = target.with_name(f"{target.name}.part")
    return part.stat().st_size if part.exists() else 0


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
