"""A child of `pbc serve` ends with its parent, even one that was killed: it holds the end of a pipe that closes then."""

from __future__ import annotations

import os
import signal
import threading

PIPE = "PBC_PARENT_PIPE"


def follow_parent() -> None:
    """Stop this process, as if asked politely, once the parent named in the environment is gone."""
    named = os.environ.pop(PIPE, "")
    if named:
        threading.Thread(target=_wait, args=(int(named),), daemon=True, name="parent").start()


def _wait(descriptor: int) -> None:
    while os.read(descriptor, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
