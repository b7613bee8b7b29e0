"""What a person at a terminal is told while work goes on, and how Ctrl-C stops it. Nothing is told where nobody looks."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from types import FrameType

import click

STANDS = "Everything published before stands as it was; the same command goes on from there."
STOPPED = 130


def is_watched() -> bool:
    """This returns whether somebody looks at the error stream: progress is shown there alone, never into a file or pipe."""
    return sys.stderr.isatty()


def fresh_line() -> str:
    """This returns what clears a line of progress left unfinished on a terminal; nothing elsewhere."""
    return "\r\033[K" if is_watched() else ""


class Stop:
    """Remembers that Ctrl-C was pressed; a second press ends at once, even inside a query that would not hear of it."""

    def __init__(self) -> None:
        self._asked = False
        signal.signal(signal.SIGINT, self._ask)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        if self._asked:
            os.write(2, f"{fresh_line()}Stopped at once. {STANDS}\n".encode())
            os._exit(STOPPED)
        self._asked = True
        os.write(
            2, f"{fresh_line()}Stopping after this step; press again to stop at once.\n".encode()
        )  # click may be writing

    def asked(self) -> bool:
        """This returns whether to stop."""
        return self._asked


class Steps:
    """Tells each step on one line of the terminal, rewritten; quiet where the error stream is a file or a pipe."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def __call__(self, message: str, done: float) -> None:
        if not is_watched():
            return
        seconds = time.monotonic() - self._began
        line = f"{done:>5.0%} {seconds:6.1f}s  {message}"[: shutil.get_terminal_size().columns - 1]
        click.echo(f"{fresh_line()}{line}", nl=done >= 1, err=True)
