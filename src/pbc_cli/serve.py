"""`pbc serve`: the web in earnest, its pages and its one worker, watched over and started again where one falls."""

from __future__ import annotations

import ipaddress
import socket
import sys
from pathlib import Path

import click

from pbc.errors import RefusedInput
from pbc_cli.supervise import Child, supervise
from pbc_cli.web import make_ready, open_web

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to serve on; 0.0.0.0 for all of the machine's."
)
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port; 0 takes a free one."
)
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64), help="Processes that serve pages.")
@click.option("--no-worker", is_flag=True, help="Start no worker for long work here, as one runs elsewhere (pbc work).")
@click.option("--certificate", type=_FILE, help="Certificate (PEM), to serve HTTPS without a proxy.")
@click.option("--certificate-key", type=_FILE, help="Its private key (PEM).")
def command(
    host: str, port: int, workers: int, no_worker: bool, certificate: Path | None, certificate_key: Path | None
) -> int:
    """Serve the pages and do the long work, until Ctrl-C or SIGTERM.

    Brings the database up to date, gathers the static files into PBC_HOME and starts. What it reads from the environment
    is listed in docs/running.md. First start? `pbc add-person EMAIL --name NAME --role administrator` invites the first
    administrator.
    """
    open_web()
    require_https(host, has_certificate=certificate is not None)
    if (certificate is None) != (certificate_key is None):
        raise RefusedInput("A certificate and its key go together.", expected="--certificate and --certificate-key")
    make_ready("migrate", "collectstatic")
    listening = listen(host, port)
    secured = [str(each.resolve()) for each in (certificate, certificate_key) if each]
    pages = [sys.executable, "-m", "pbc_web.config.web_process", str(listening.fileno()), *secured]
    children = [Child(f"page server {number + 1}", pages, (listening.fileno(),)) for number in range(workers)]
    if not no_worker:
        children.append(Child("worker", [sys.executable, "-m", "pbc_cli", "work"]))
    scheme = "https" if certificate else "http"
    click.echo(f"Serving on {scheme}://{host}:{listening.getsockname()[1]}/ (stop with Ctrl-C).", err=True)
    return supervise(children)


def require_https(host: str, *, has_certificate: bool) -> None:
    """This refuses to let passwords travel in the clear: pages need a certificate, a proxy that has one, or this machine alone."""
    from django.conf import settings

    if has_certificate or settings.PBC_PROXIES or (not settings.IS_HTTPS and is_loopback(host)):
        return
    raise RefusedInput(
        "Pages are served over HTTPS alone.", where=host, found="no certificate and no proxy",
        remedy="Give --certificate and --certificate-key; or set PBC_BEHIND_PROXY=yes behind a proxy that has them; or, to "
        "try it on this machine alone, set PBC_HTTPS=no and serve on 127.0.0.1.",
    )  # fmt: skip


def is_loopback(host: str) -> bool:
    """This returns whether an address can be reached from this machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def listen(host: str, port: int) -> socket.socket:
    """This returns a socket that listens, to be shared by the processes that serve pages."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listening = socket.socket(family, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
    except OSError as error:
        raise RefusedInput(
            "Nothing can be served there.", where=f"{host}, port {port}", found=error.strerror or str(error),
            remedy="Name another --port, or stop what uses it.",
        ) from error  # fmt: skip
    listening.listen(512)
    return listening
