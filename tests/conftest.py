"""For every test: no socket leaves the machine, and property tests neither race the clock nor draw new luck each run."""

import ipaddress
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("house", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("house")


def is_loopback(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True  # a Unix socket never leaves the machine
    host = str(address[0])
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in ("localhost", "")


@pytest.fixture(autouse=True, scope="session")
def closed_sockets() -> Iterator[None]:
    """Refuse connections to anywhere but this machine: a test that needs the network is not a test."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            allowed = getattr(socket.socket, name)

            def guarded(self: socket.socket, address: Any, allowed: Any = allowed) -> Any:
                if not is_loopback(address):
                    raise PermissionError(f"a test tried to reach {address}; sockets are closed but for loopback")
                return allowed(self, address)

            patch.setattr(socket.socket, name, guarded)
        yield
