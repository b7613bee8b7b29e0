"""`pbc restore`: a backup put into an empty place, and checked there."""

from __future__ import annotations

from pathlib import Path

import click

from pbc_cli.web import open_web


@click.command()
@click.argument("archive", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def command(archive: Path) -> None:
    """Put ARCHIVE into an empty place: a PBC_HOME without a database, or the empty database of DATABASE_URL.

    Checks every file against the manifest, counts rows, and follows the audit trail link by link. Everyone signs in anew;
    e-mails that waited are shown to administrators instead of being sent, as they may have gone already.
    """
    open_web()
    from pbc_web.config.backup import restore

    manifest = restore(archive)
    rows = sum(manifest["rows"].values())
    click.echo(
        f"{rows:,} rows and {len(manifest['files'])} files of {manifest['made_at'][:16]} are back; the trail holds."
    )
