"""`pbc fetch`: published files from their publisher, resumed after a cut and checked before they take their name."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import click

from pbc.errors import Cancelled, RefusedInput
from pbc.sources.catalogue import PublishedFile, published_files
from pbc_cli.download import download, kept_bytes
from pbc_cli.options import PUBLISHED, store_option
from pbc_cli.terminal import is_watched
from pbc_cli.work import close_store


@click.command("fetch")
@click.argument("name", required=False)
@click.option("--list", "is_listing", is_flag=True, help="List the register of published files, and fetch nothing.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), show_default="STORE/published",
    help="Folder to put it in; give the same folder to commands as --published.",
)  # fmt: skip
@store_option
def command(name: str | None, is_listing: bool, out: Path | None, store: Path) -> None:
    """Fetch a published file by NAME from its publisher.

    Only files whose address was verified are fetched; the others are listed with their publisher, so that you can
    get them by hand. A cut transfer goes on where it stopped when the command is run again. Nothing is put in place
    unless its checksum is the register's. Files land in STORE/published, where commands look for them unless told
    otherwise. A proxy is used if the environment names one (https_proxy, no_proxy).

    \b
    pbc fetch --list
    pbc fetch weighted-population-2025-26
    """
    place = out or store / PUBLISHED
    if is_listing or name is None:
        click.echo("\n\n".join(_entry(file) for file in published_files().values()))
        return
    file = _file_named(name)
    if not file.is_verified:
        raise RefusedInput(
            f"{file.title}: address not verified.", where=name,
            remedy=f"Get it from its publisher, {file.publisher}, and save it as {place / file.path}.",
        )  # fmt: skip
    if out is None:
        close_store(store)
    where = _fetched(file, place / file.path)
    click.echo(f"{file.title}\n{file.publisher}, {file.licence}. SHA-256 as registered.\nSaved as {where}")


def _fetched(file: PublishedFile, target: Path) -> Path:
    with click.progressbar(
        length=max(file.size_bytes, 1), label=file.name, file=sys.stderr, hidden=not is_watched()
    ) as bar:
        try:
            return download(
                file.address, target, sha256=file.sha256, size_bytes=file.size_bytes, progress=moves(bar.update)
            )
        except KeyboardInterrupt:
            kept = kept_bytes(target)
            raise Cancelled(
                f"Stopped because you asked for it. {kept:,} bytes of {file.name} are kept.", where=str(target)
            ) from None


def _file_named(name: str) -> PublishedFile:
    files = published_files()
    name = name.strip().lower()
    if name not in files:
        raise RefusedInput(
            "No published file is registered under this name.", found=name,
            expected=", ".join(file.name for file in files.values() if file.is_verified),
            remedy="pbc fetch --list shows them all.",
        )  # fmt: skip
    return files[name]


def _entry(file: PublishedFile) -> str:
    origin = (
        f"from {urlsplit(file.address).hostname}, {file.size_bytes:,} bytes"
        if file.is_verified
        else "address not verified"
    )
    return f"{file.name}\n  {file.title} ({file.period})\n  {file.publisher}; {file.licence}; {origin}"


def moves(advance: Callable[[int], None]) -> Callable[[int, int], None]:
    told = 0

    def tell(done: int, total: int) -> None:
        nonlocal told
        advance(done - told)
        told = done

    return tell
