"""Keeping processes running: one that ends is started again, all are stopped together, none outlives the one that watches."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import click

from pbc_cli.stopping import StopSignals

PIPE = "PBC_PARENT_PIPE"  # as pbc_web.config.parent reads it
SOON_SECONDS, MOST_IN_A_ROW = 5.0, 5
SECONDS_TO_STOP = 30.0
LOOK_SECONDS = 0.2


@dataclass
class Child:
    """A process to keep running. `handed` are descriptors it is given."""

    name: str
    command: Sequence[str]
    handed: tuple[int, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    began: float = 0.0
    quick_ends: int = field(default=0)

    def start(self, pipe: int) -> None:
        """Start it, in a session of its own: Ctrl-C reaches it through its parent alone."""
        self.began = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603 our own commands alone
            self.command, pass_fds=(*self.handed, pipe), start_new_session=True, env={**os.environ, PIPE: str(pipe)}
        )

    def is_given_up(self) -> bool:
        """This returns whether it has ended just after its start too many times in a row."""
        is_quick = time.monotonic() - self.began < SOON_SECONDS
        self.quick_ends = self.quick_ends + 1 if is_quick else 0
        return self.quick_ends >= MOST_IN_A_ROW


def supervise(children: Sequence[Child]) -> int:
    """This returns the status to leave with, once SIGTERM or Ctrl-C has stopped all: 0, or 1 where one could not be kept."""
    stop = StopSignals()
    reading, writing = os.pipe()  # nobody writes: it closes with this process, and children see that
    status = 0
    try:
        for child in children:
            child.start(reading)
        while not stop.wait(LOOK_SECONDS) and status == 0:
            status = max(_keep(child, reading) for child in children)
    finally:
        _stop(children)
        os.close(reading)
        os.close(writing)
    return status


def _keep(child: Child, pipe: int) -> int:
    assert child.process is not None
    left_with = child.process.poll()
    if left_with is None:
        return 0
    if child.is_given_up():
        click.echo(
            f"The {child.name} ended {MOST_IN_A_ROW} times just after its start; everything is stopped.", err=True
        )
        return 1
    click.echo(f"The {child.name} ended ({left_with}) and is started again.", err=True)
    child.start(pipe)
    return 0


def _stop(children: Sequence[Child]) -> None:
    running = [child.process for child in children if child.process is not None and child.process.poll() is None]
    for process in running:
        process.terminate()
    until = time.monotonic() + SECONDS_TO_STOP
    for process in running:
        try:
            process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
