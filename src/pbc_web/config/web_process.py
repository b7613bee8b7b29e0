"""One process that serves pages on a socket it is handed: `python -m pbc_web.config.web_process FD [CERTIFICATE KEY]`."""

from __future__ import annotations

import os
import socket
import sys

import uvicorn

from pbc_web.config.parent import follow_parent

SECONDS_TO_FINISH = 20


def serve_on(descriptor: int, *, certificate: str | None = None, key: str | None = None) -> None:
    """Serve until told to stop; requests under way are finished first."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pbc_web.config.settings")
    from django.conf import settings

    # Whose word about the client's address and scheme is taken: the proxy's, by its own address, and nobody else's.
    options = uvicorn.Config(
        "pbc_web.config.asgi:application", log_config=None, access_log=False, server_header=False, lifespan="off",
        proxy_headers=bool(settings.PBC_PROXIES), forwarded_allow_ips=settings.PBC_PROXIES,
        timeout_graceful_shutdown=SECONDS_TO_FINISH, ssl_certfile=certificate, ssl_keyfile=key,
    )  # fmt: skip
    uvicorn.Server(options).run(sockets=[socket.socket(fileno=descriptor)])


if __name__ == "__main__":
    follow_parent()
    serve_on(int(sys.argv[1]), **dict(zip(("certificate", "key"), sys.argv[2:], strict=False)))
