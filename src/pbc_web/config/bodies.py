"""No request brings more than its address takes: a body is kept on the disk before any page, or who asks, is looked at."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from django.conf import settings

UPLOADS = "/deliveries/upload/"  # the one address that takes large files
MOST_BYTES = 4_000_000  # everywhere else: forms, and a list of neighbourhoods
BESIDE_A_FILE = 100_000  # what a form holds around the file itself

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class LimitBodies:
    """Refuses a body that is said to be too large, and hangs up on one that turns out to be."""

    def __init__(self, app: Callable[..., Awaitable[None]]) -> None:
        self.app = app

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Hand the request on, a body counted as it comes."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        most = settings.PBC_LARGEST_UPLOAD + BESIDE_A_FILE if scope["path"] == UPLOADS else MOST_BYTES
        if _said(scope) > most:
            await _refuse(send)
            return
        came = 0

        async def counted() -> Message:
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            return message if came <= most else {"type": "http.disconnect"}

        await self.app(scope, counted, send)


def _said(scope: MutableMapping[str, Any]) -> float:
    """How large the body is said to be; nothing said is counted as it comes."""
    said = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(said) if said.isdigit() and len(said) < 16 else float("inf")


async def _refuse(send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": b"This is more than is taken here.\n"})
