"""Nobody fills the disk: a body too large is refused by what it says, or cut off where it comes without saying."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from pbc_web.config.bodies import BESIDE_A_FILE, MOST_BYTES, UPLOADS, LimitBodies


def ask(path: str, chunks: list[bytes], said: bytes | None = None, kind: str = "http") -> tuple[list[str], list[Any]]:
    """What an app behind the limit was given, and what was answered before it."""
    given: list[str] = []
    answered: list[Any] = []
    waiting = [{"type": "http.request", "body": chunk} for chunk in chunks]

    async def app(scope: Any, receive: Any, send: Any) -> None:
        given.append("begun")
        for _ in chunks:
            given.append((await receive())["type"])

    async def receive() -> Any:
        return waiting.pop(0)

    async def send(message: Any) -> None:
        answered.append(message.get("status", message.get("body")))

    headers = [] if said is None else [(b"content-length", said)]
    asked = LimitBodies(app)({"type": kind, "path": path, "headers": headers}, receive, send)
    with ThreadPoolExecutor(1) as beside:  # Playwright may keep an event loop in this thread
        beside.submit(asyncio.run, asked).result()
    return given, answered


@pytest.mark.parametrize("said", [str(MOST_BYTES + 1).encode(), b"9" * 5_000, b"-1", b"x"])
def test_v5_what_says_it_is_too_large_is_not_read(said: bytes) -> None:
    assert ask("/account/login/", [b"x"], said) == ([], [413, b"This is more than is taken here.\n"])


def test_v5_what_does_not_say_so_is_cut_off() -> None:
    half = b"x" * (MOST_BYTES // 2)
    given, _ = ask("/account/login/", [half, half, b"x"])
    assert given == ["begun", "http.request", "http.request", "http.disconnect"]


def test_v5_a_file_may_be_as_large_as_the_setting_where_files_are_uploaded(settings: Any) -> None:
    settings.PBC_LARGEST_UPLOAD = 5 * MOST_BYTES
    assert ask(UPLOADS, [b"x"], str(settings.PBC_LARGEST_UPLOAD).encode())[0] == ["begun", "http.request"]
    assert ask(UPLOADS, [b"x"], str(settings.PBC_LARGEST_UPLOAD + BESIDE_A_FILE + 1).encode())[1][0] == 413


def test_what_is_no_request_is_handed_on() -> None:
    assert ask("", [], kind="lifespan")[0] == ["begun"]
