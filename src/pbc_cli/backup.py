"""`pbc backup`: the database, the published results and the uploads in one archive, checked."""

from __future__ import annotations

from pathlib import Path

import click

from pbc_cli.web import open_web


@click.command()
@click.argument("archive", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--with-secret", is_flag=True, help="Put the secret that signs sessions in too; keep the archive as safe as it."
)
def command(archive: Path, with_secret: bool) -> None:
    """Write all there is into ARCHIVE (a .tar.gz, readable by you alone) while the service goes on.

    The archive holds everything the service holds: keep it as safe, and elsewhere. It is read again before it gets its name.
    """
    open_web()
    from pbc_web.config.backup import back_up
    from pbc_web.shell import clock

    manifest = back_up(archive, at=clock.now(), with_secret=with_secret)
    rows = sum(manifest["rows"].values())
    click.echo(f"{len(manifest['files'])} files and {rows:,} rows are in {archive}, and were read again from it.")
